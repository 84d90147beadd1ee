#pragma once
// Clock-cycle time: every delay in the chip is a whole number of cycles of one clock.

#include <systemc>

#include "tlm/cycle.h"

namespace uvea::link {

/// Converts between cycles and sc_time. A value, not a clock signal: nothing ticks.
class Clock {
 public:
  /// Throws std::invalid_argument when the SystemC time resolution cannot hold the period.
  explicit Clock(int clock_mhz);

  const sc_core::sc_time& period() const { return period_; }
  /// The cycle that the current simulated time lies in.
  Cycle now() const { return sc_core::sc_time_stamp().value() / period_.value(); }
  sc_core::sc_time span(Cycle cycles) const {
    return sc_core::sc_time::from_value(period_.value() * cycles);
  }
  /// Delay from now to a cycle; zero when it has passed.
  sc_core::sc_time until(Cycle at) const {
    const Cycle t = now();
    return at > t ? span(at - t) : sc_core::SC_ZERO_TIME;
  }
  /// The cycle that lies an annotated delay ahead.
  Cycle at(const sc_core::sc_time& delay) const { return now() + delay.value() / period_.value(); }

 private:
  sc_core::sc_time period_;
};

}  // namespace uvea::link
