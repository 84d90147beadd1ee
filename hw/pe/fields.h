#pragma once
// Fields of port words.

#include <cstdint>

namespace uvea::hw {

inline std::uint32_t mask_of(int bits) { return (1U << bits) - 1U; }

/// The value of a field of two's complement.
inline std::int16_t sign_extend(std::uint32_t field, int bits) {
  const std::uint32_t sign = 1U << (bits - 1);
  return static_cast<std::int16_t>(static_cast<int>((field ^ sign)) - static_cast<int>(sign));
}

}  // namespace uvea::hw
