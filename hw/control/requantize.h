#pragma once
// From a finished psum to an oact code, bit for bit as the TensorFlow Lite quantisation
// specification has it: 32-bit bias, Q31 multiplier and shift (rounding twice), zero point, clamp.

#include <cstdint>

namespace uvea::hw {

/// One output channel's entry of the parameter table: 12 bytes in DRAM, in this order.
struct ChannelParams {
  std::int32_t bias = 0;
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;  ///< positive: left, before the multiplication
};
constexpr int kChannelParamBytes = 12;

std::int32_t requantize(std::int32_t psum, const ChannelParams& params, std::int32_t zero_point,
                        std::int32_t act_min, std::int32_t act_max);

}  // namespace uvea::hw
