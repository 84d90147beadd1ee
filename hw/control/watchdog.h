#pragma once
// Ends a chip that stands still: no block has done anything for control.watchdog_cycles.
//
// Function   looks at the chip's progress kLooks times in control.watchdog_cycles while a run is
//            under way; that many looks in a row that find the same mean that nothing was done in
//            between. So it never fires while the DRAM answers each transaction within that span:
//            an answer is progress. What other models do in the meantime (a memory that refreshes)
//            is none.
// Errors     SC_REPORT_ERROR with who waits for whom (hw/control/wait_chain.h), once a run.

#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <vector>

#include "hw/control/wait_chain.h"
#include "tlm/clock.h"

namespace uvea::hw {

/// What is watched.
class WatchdogSubject {
 public:
  virtual ~WatchdogSubject() = default;
  virtual bool running() const = 0;
  /// Counts that change whenever something is done.
  virtual std::vector<std::uint64_t> progress() const = 0;
  virtual std::vector<Waiting> waiting_for() const = 0;
};

class Watchdog : public sc_core::sc_module {
 public:
  /// `run_changed`: notified when a run begins or ends.
  Watchdog(const sc_core::sc_module_name& name, const WatchdogSubject& subject,
           const sc_core::sc_event& run_changed, int cycles, const link::Clock& clock);

  /// For whoever watches: called at every look.
  std::function<void()> on_look;

 private:
  static constexpr int kLooks = 50;

  void on_run_changed();
  void look();
  void look_again();

  const WatchdogSubject& subject_;
  const int cycles_;
  const link::Clock& clock_;
  std::vector<std::uint64_t> seen_;
  int same_ = 0;  ///< looks that found it again
  sc_core::sc_event look_event_{"look"};
};

}  // namespace uvea::hw
