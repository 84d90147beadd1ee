#include "hw/control/watchdog.h"

#include "tlm/process.h"

namespace uvea::hw {

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
    std::string text =
        "no progress for " + std::to_string(cycles_) + " cycles (control.watchdog_cycles)";
    for (const std::string& chain : wait_chains(subject_.waiting_for())) text += "; " + chain;
    SC_REPORT_ERROR(name(), text.c_str());
    return;
  }
  look_again();
}

}  // namespace uvea::hw
