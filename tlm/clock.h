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
  Cycle now() const {
    const std::uint64_t time = sc_core::sc_time_stamp().value();
    if (time != now_time_) {
      now_time_ = time;
      now_ = cycles(time);
    }
    return now_;
  }
  sc_core::sc_time span(Cycle cycles) const {
    return sc_core::sc_time::from_value(period_.value() * cycles);
  }
  /// Delay from now to a cycle; zero when it has passed.
  sc_core::sc_time until(Cycle at) const {
    const Cycle t = now();
    return at > t ? span(at - t) : sc_core::SC_ZERO_TIME;
  }
  /// The cycle that lies an annotated delay ahead.
  Cycle at(const sc_core::sc_time& delay) const { return now() + cycles(delay.value()); }
  /// The cycle that a moment lies in.
  Cycle of(const sc_core::sc_time& moment) const { return cycles(moment.value()); }

 private:
  /// value / period: the estimate is off by one at most where a double is exact (2.5 hours of a
  /// picosecond's resolution), and is put right.
  Cycle cycles(std::uint64_t value) const {
    if (value >> 53 != 0) return value / period_.value();
    auto quotient = static_cast<Cycle>(static_cast<double>(value) * inverse_);
    const std::uint64_t product = quotient * period_.value();
    if (product > value) return quotient - 1;
    return value - product >= period_.value() ? quotient + 1 : quotient;
  }

  sc_core::sc_time period_;
  double inverse_ = 0;  ///< 1 / period
  // The last answer of now(): most questions of one moment are asked many times.
  mutable std::uint64_t now_time_ = 0;
  mutable Cycle now_ = 0;
};

}  // namespace uvea::link
