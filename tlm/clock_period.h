#pragma once
// Which clock frequencies a time resolution can hold, without SystemC.

#include <cstdint>
#include <string>

namespace uvea::link {

/// The period of a clock in units of the time resolution, rounded to the nearest.
std::uint64_t period_units(int clock_mhz, std::uint64_t resolution_fs);

/// Empty when the rounded period still stands for that frequency, to the MHz; else what is wrong:
/// "control.clock_mhz = 300: ...".
std::string clock_fault(int clock_mhz, std::uint64_t resolution_fs);

/// SystemC's resolution unless somebody sets another.
constexpr std::uint64_t kDefaultResolutionFs = 1000;

}  // namespace uvea::link
