#include "hw/command/loop_cursor.h"

#include <utility>

namespace uvea::hw {

LoopCursor::LoopCursor(const Schedule& schedule, Steps steps)
    : schedule_(&schedule), work_(std::move(steps)) {
  enter(0);
}

LoopCursor::LoopCursor(const Schedule& schedule)
    : LoopCursor(schedule, [&schedule](const Pass& pass) { return schedule.steps(pass); }) {}

void LoopCursor::enter(std::int64_t pass) {
  step_ = chunk_ = 0;
  finished_ = true;
  for (; pass < schedule_->passes(); ++pass) {
    pass_ = schedule_->pass(pass);
    steps_ = work_(pass_);
    if (steps_ == 0) continue;
    finished_ = false;
    return;
  }
}

void LoopCursor::next_pass() {
  if (!finished_) enter(pass_.index + 1);
}

void LoopCursor::next_step() {
  if (finished_) return;
  ++steps_done_;
  chunk_ = 0;
  if (++step_ == steps_) next_pass();
}

void LoopCursor::next_chunk() {
  if (finished_) return;
  if (++chunk_ == schedule_->command().chunks()) next_step();
}

}  // namespace uvea::hw
