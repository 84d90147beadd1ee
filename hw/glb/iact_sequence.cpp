#include "hw/glb/iact_sequence.h"

#include <algorithm>
#include <utility>

#include "hw/command/stream_format.h"

namespace uvea::hw {

IactSequence::IactSequence(const ChipConfig& config, IactFetcher& fetcher,
                           std::function<void(std::size_t)> moved)
    : config_(config),
      fetcher_(fetcher),
      moved_(std::move(moved)),
      ports_(static_cast<std::size_t>(config.glb.iact_banks)) {}

void IactSequence::begin(const Schedule& schedule, bool active) {
  schedule_ = schedule;
  plans_.clear();
  for (Port& port : ports_) port = {active ? LoopCursor(schedule_) : LoopCursor(), 0};
}

bool IactSequence::finished() const {
  return std::all_of(ports_.begin(), ports_.end(),
                     [](const Port& port) { return port.cursor.finished(); });
}

int IactSequence::tag(std::size_t bank) const {
  const LoopCursor& at = ports_[bank].cursor;
  return static_cast<int>((schedule_.first_row(at.pass()) + at.step()) & kTagMask);
}

bool IactSequence::tags_repeat(const Pass& pass) const { return schedule_.steps(pass) > kTagMask; }

IactSequence::Plan& IactSequence::plan(const LoopCursor& at) {
  const auto [found, fresh] = plans_.try_emplace(at.steps_done());
  if (fresh) found->second.uses = plan_step(schedule_, config_, at.pass(), at.step());
  return found->second;
}

bool IactSequence::held_back(std::size_t bank) const {
  const Port& port = ports_[bank];
  if (port.cursor.chunk() > 0 || port.use > 0) return false;
  const LoopCursor& at = port.cursor;
  const bool new_pass = at.pass_begins(), repeat = tags_repeat(at.pass());
  return std::any_of(ports_.begin(), ports_.end(), [&](const Port& other) {
    const LoopCursor& o = other.cursor;
    if (new_pass && o.passes_done() < at.pass().index) return true;
    // A port with no row to send passes over its steps.
    return repeat && at.steps_done() - o.steps_done() > kTagMask;
  });
}

const RowUse* IactSequence::next(std::size_t bank) {
  Port& port = ports_[bank];
  while (!port.cursor.finished()) {
    if (held_back(bank)) return nullptr;
    const std::vector<RowUse>& uses = plan(port.cursor).uses;
    const auto mine = [bank](const RowUse& use) {
      return static_cast<std::size_t>(use.bank) == bank;
    };
    const auto found =
        std::find_if(uses.begin() + static_cast<std::ptrdiff_t>(port.use), uses.end(), mine);
    if (found != uses.end()) {
      port.use = static_cast<std::size_t>(found - uses.begin());
      return &*found;
    }
    const bool more_chunks = port.cursor.chunk() + 1 < schedule_.command().chunks() &&
                             std::any_of(uses.begin(), uses.end(), mine);
    if (more_chunks) {
      port.cursor.next_chunk();
      port.use = 0;
    } else {
      if (fetcher_.unit_ends(port.cursor) && !fetcher_.give_up(port.cursor)) return nullptr;
      leave_step(bank);
    }
  }
  return nullptr;
}

void IactSequence::leave_step(std::size_t bank) {
  Port& port = ports_[bank];
  const auto done = plans_.find(port.cursor.steps_done());
  if (++done->second.ports_done == static_cast<int>(ports_.size())) plans_.erase(done);
  const bool others_may_go_on = port.cursor.pass_ends() || tags_repeat(port.cursor.pass());
  port.cursor.next_step();
  port.use = 0;
  if (others_may_go_on) moved_(bank);
}

}  // namespace uvea::hw
