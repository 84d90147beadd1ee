#include "tlm/clock.h"

#include <cmath>
#include <stdexcept>

#include "tlm/clock_period.h"

namespace uvea::link {

namespace {

sc_core::sc_time period_of(int clock_mhz) {
  const auto resolution_fs = static_cast<std::uint64_t>(
      std::llround(sc_core::sc_get_time_resolution().to_seconds() * 1e15));
  const std::string wrong = clock_fault(clock_mhz, resolution_fs);
  if (!wrong.empty()) throw std::invalid_argument(wrong);
  return sc_core::sc_time::from_value(period_units(clock_mhz, resolution_fs));
}

}  // namespace

Clock::Clock(int clock_mhz)
    : period_(period_of(clock_mhz)), inverse_(1 / static_cast<double>(period_.value())) {}

}  // namespace uvea::link
