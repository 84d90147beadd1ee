#pragma once
// Time in the chip, without SystemC.

#include <cstdint>

namespace uvea::link {

/// Absolute time in clock cycles since the start of the simulation.
using Cycle = std::uint64_t;

}  // namespace uvea::link
