#include "tlm/clock_period.h"

#include <cmath>
#include <sstream>

namespace uvea::link {

namespace {

constexpr double kFsOfOneMhz = 1e9;

std::string in_ns(double fs) {
  std::ostringstream text;
  text << fs / 1e6 << " ns";
  return text.str();
}

}  // namespace

std::uint64_t period_units(int clock_mhz, std::uint64_t resolution_fs) {
  return static_cast<std::uint64_t>(
      std::llround(kFsOfOneMhz / clock_mhz / static_cast<double>(resolution_fs)));
}

std::string clock_fault(int clock_mhz, std::uint64_t resolution_fs) {
  if (clock_mhz <= 0)
    return "control.clock_mhz = " + std::to_string(clock_mhz) + ": expected a positive number";
  const std::uint64_t units = period_units(clock_mhz, resolution_fs);
  const std::string wrong = "control.clock_mhz = " + std::to_string(clock_mhz) +
                            ": its period of " + in_ns(kFsOfOneMhz / clock_mhz) + " ";
  const std::string resolution =
      "a time resolution of " + in_ns(static_cast<double>(resolution_fs));
  if (units == 0) return wrong + "is less than " + resolution + " can hold";
  const double held =
      kFsOfOneMhz / (static_cast<double>(units) * static_cast<double>(resolution_fs));
  const auto held_mhz = std::llround(held);
  if (held_mhz == clock_mhz) return {};
  std::ostringstream nearest;
  nearest << held;
  return wrong + "becomes " + nearest.str() + " MHz at " + resolution +
         "; expected a frequency whose period it can hold";
}

}  // namespace uvea::link
