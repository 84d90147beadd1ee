#include "hw/control/watchdog.h"

#include <algorithm>

#include "tlm/process.h"

namespace uvea::hw {

namespace {

/// Blocks that wait for the same go into one phrase: "chip.a and 3 more wait for b".
std::string grouped(const std::vector<Waiting>& all) {
  struct Group {
    Waiting first;
    std::size_t more = 0;
  };
  std::vector<Group> groups;
  for (const Waiting& one : all) {
    const auto same = std::find_if(groups.begin(), groups.end(), [&one](const Group& group) {
      return group.first.wait.cause == one.wait.cause;
    });
    if (same != groups.end()) {
      ++same->more;
    } else {
      groups.push_back({one, 0});
    }
  }
  std::string text;
  for (const Group& group : groups) {
    if (!text.empty()) text += "; ";
    text += group.first.block;
    text +=
        group.more == 0 ? " waits for " : " and " + std::to_string(group.more) + " more wait for ";
    text += group.more == 0 ? in_words(group.first.wait) : group.first.wait.cause;
  }
  return text;
}

}  // namespace

Watchdog::Watchdog(const sc_core::sc_module_name& module_name, const WatchdogSubject& subject,
                   const sc_core::sc_event& run_changed, int cycles, const link::Clock& clock)
    : sc_module(module_name), subject_(subject), cycles_(cycles), clock_(clock) {
  link::spawn_method(
      "run_process", [this] { on_run_changed(); }, run_changed);
  link::spawn_method(
      "look_process", [this] { look(); }, look_event_);
}

void Watchdog::on_run_changed() {
  look_event_.cancel();
  if (!subject_.running()) return;
  seen_ = subject_.progress();
  same_ = 0;
  look_again();
}

void Watchdog::look_again() {
  look_event_.notify(clock_.span(static_cast<link::Cycle>(cycles_ / kLooks)));
}

void Watchdog::look() {
  if (on_look) on_look();
  std::vector<std::uint64_t> now = subject_.progress();
  if (now != seen_) {
    seen_ = std::move(now);
    same_ = 0;
  } else if (++same_ > kLooks) {
    const std::string text =
        "no progress for " + std::to_string(cycles_) +
        " cycles (control.watchdog_cycles): " + grouped(subject_.waiting_for());
    SC_REPORT_ERROR(name(), text.c_str());
    return;
  }
  look_again();
}

}  // namespace uvea::hw
