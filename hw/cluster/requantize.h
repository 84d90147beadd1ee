#pragma once
// From a finished psum to an oact code: 32-bit bias, Q31 multiplier and shift, zero point, clamp.
// Rounding is either that of the TensorFlow Lite quantisation specification, bit for bit (twice,
// halves away from zero), or once, of the whole 63-bit product, halves to even, as ONNX has it.

#include <cstdint>

namespace uvea::hw {

/// One output channel's entry of the parameter table: 12 bytes in DRAM, in this order.
struct ChannelParams {
  std::int32_t bias = 0;
  std::int32_t multiplier = 0;
  std::int32_t shift = 0;  ///< positive: left, before the multiplication
};

/// What of the layer command a code depends on.
struct OactRange {
  std::int32_t zero_point = 0, act_min = -128, act_max = 127;
  bool half_even = false;  ///< rounds once, else twice
};

std::int32_t requantize(std::int32_t psum, const ChannelParams& params, const OactRange& oact);

}  // namespace uvea::hw
