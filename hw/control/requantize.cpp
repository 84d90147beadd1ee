#include "hw/control/requantize.h"

#include <algorithm>

namespace uvea::hw {
namespace {

/// High half of 2 * a * b, rounded to nearest; ties away from zero. a is never the minimum with b
/// the minimum, as multipliers are not negative.
std::int64_t doubling_high_multiply(std::int64_t a, std::int64_t b) {
  const std::int64_t product = a * b;
  const std::int64_t nudge = product >= 0 ? (std::int64_t{1} << 30) : 1 - (std::int64_t{1} << 30);
  return (product + nudge) / (std::int64_t{1} << 31);
}

/// Division by 2^n, rounded to nearest, ties away from zero.
std::int64_t rounding_shift_right(std::int64_t x, int n) {
  if (n == 0) return x;
  const std::int64_t mask = (std::int64_t{1} << n) - 1;
  const std::int64_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> n) + ((x & mask) > threshold ? 1 : 0);
}

}  // namespace

std::int32_t requantize(std::int32_t psum, const ChannelParams& params, std::int32_t zero_point,
                        std::int32_t act_min, std::int32_t act_max) {
  // The adder and the shifter are 32 bits wide and wrap.
  const int left = std::clamp(params.shift, 0, 31);
  const int right = -std::clamp(params.shift, -31, 0);
  const std::uint32_t sum =
      static_cast<std::uint32_t>(psum) + static_cast<std::uint32_t>(params.bias);
  std::int64_t acc = static_cast<std::int32_t>(sum << left);
  acc = doubling_high_multiply(acc, params.multiplier);
  acc = rounding_shift_right(acc, right) + zero_point;
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(acc, act_min, act_max));
}

}  // namespace uvea::hw
