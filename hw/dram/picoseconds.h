#pragma once
// The time of the pure C++ part of the DRAM model.

#include <chrono>
#include <cstdint>
#include <ratio>

namespace uvea::hw {

/// Since the start of the simulation, or a span.
using Picoseconds = std::chrono::duration<std::int64_t, std::pico>;

}  // namespace uvea::hw
