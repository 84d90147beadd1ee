#pragma once
// Numbers as they lie in DRAM: the lowest byte first.

#include <cstddef>
#include <cstdint>

namespace uvea::hw {

/// The number of `bytes` bytes, four at most, that begins at `from`.
inline std::uint32_t little_endian(const std::uint8_t* from, std::size_t bytes = 4) {
  std::uint32_t value = 0;
  for (std::size_t b = bytes; b-- > 0;) value = (value << 8) | from[b];
  return value;
}

}  // namespace uvea::hw
