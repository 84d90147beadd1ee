#include "hw/cluster/requantize.h"

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

/// acc * multiplier / 2^n, rounded once, halves to even. The multiplier is not negative, so that
/// the product has at most 62 bits. Beyond 34 bits the result stops growing: no code is out there.
std::int64_t multiply_once(std::int32_t acc, std::int32_t multiplier, std::int64_t n) {
  const std::int64_t product = std::int64_t{acc} * multiplier;
  if (n >= 63) return 0;
  if (n <= 0) {
    constexpr std::int64_t far = std::int64_t{1} << 34;
    const std::int64_t bounded = std::clamp(product, -far, far);
    return std::clamp(bounded * (std::int64_t{1} << std::min<std::int64_t>(-n, 28)), -far, far);
  }
  const std::int64_t below = product >> n;  // towards minus infinity
  const std::uint64_t half = std::uint64_t{1} << (n - 1);
  const std::uint64_t rest = static_cast<std::uint64_t>(product) & (2 * half - 1);
  const bool up = rest > half || (rest == half && (below & 1) != 0);
  return below + (up ? 1 : 0);
}

}  // namespace

std::int32_t requantize(std::int32_t psum, const ChannelParams& params, const OactRange& oact) {
  // The adder and the shifter are 32 bits wide and wrap.
  const std::uint32_t sum =
      static_cast<std::uint32_t>(psum) + static_cast<std::uint32_t>(params.bias);
  std::int64_t acc = 0;
  if (oact.half_even) {
    acc = multiply_once(static_cast<std::int32_t>(sum), params.multiplier,
                        std::int64_t{31} - params.shift);
  } else {
    const int left = std::clamp(params.shift, 0, 31);
    const int right = -std::clamp(params.shift, -31, 0);
    acc = static_cast<std::int32_t>(sum << left);
    acc = doubling_high_multiply(acc, params.multiplier);
    acc = rounding_shift_right(acc, right);
  }
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(acc + oact.zero_point, oact.act_min, oact.act_max));
}

}  // namespace uvea::hw
