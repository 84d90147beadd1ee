#include "sw/nn/arithmetic/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace uvea::nn {

Requant quantize_multiplier(double factor) {
  if (!std::isfinite(factor) || factor < 0.0 || factor >= 1073741824.0)
    throw std::invalid_argument("rescaling factor out of range");
  if (factor == 0.0) return {};
  int shift = 0;
  const double mantissa = std::frexp(factor, &shift);  // in [0.5, 1)
  auto q = static_cast<std::int64_t>(std::round(mantissa * 2147483648.0));
  if (q == (std::int64_t{1} << 31)) {
    q /= 2;
    ++shift;
  }
  if (shift < -31) return {};
  return {static_cast<std::int32_t>(q), shift};
}

std::int32_t saturating_rounding_doubling_high_mul(std::int32_t a, std::int32_t b) {
  constexpr auto lowest = std::numeric_limits<std::int32_t>::min();
  if (a == lowest && b == lowest) return std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = static_cast<std::int64_t>(a) * b;
  // Nearest with a division that truncates: half of the divisor, less one on the negative side.
  const std::int64_t nudge = product >= 0 ? (1 << 30) : (1 - (1 << 30));
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

std::int32_t rounding_divide_by_pot(std::int32_t x, int exponent) {
  const std::int64_t mask = (std::int64_t{1} << exponent) - 1;
  const std::int64_t remainder = x & mask;
  const std::int64_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return static_cast<std::int32_t>((std::int64_t{x} >> exponent) + (remainder > threshold ? 1 : 0));
}

std::int32_t multiply_by_quantized_multiplier(std::int32_t x, const Requant& requant) {
  const int left = std::max(requant.shift, 0);
  const int right = std::max(-requant.shift, 0);
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);
  return rounding_divide_by_pot(saturating_rounding_doubling_high_mul(shifted, requant.multiplier),
                                right);
}

std::int32_t multiply_half_even(std::int32_t x, const Requant& requant) {
  constexpr std::int64_t lowest = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t highest = std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = static_cast<std::int64_t>(x) * requant.multiplier;
  const std::int64_t right = std::int64_t{31} - requant.shift;
  if (product == 0 || right > 62) return 0;  // below 2^62 / 2^63 = 1/2
  if (right < -31) return static_cast<std::int32_t>(product < 0 ? lowest : highest);
  if (right <= 0) {
    const std::int64_t step = std::int64_t{1} << -right;
    if (product > highest / step) return static_cast<std::int32_t>(highest);
    if (product < lowest / step) return static_cast<std::int32_t>(lowest);
    return static_cast<std::int32_t>(product * step);
  }
  const std::int64_t step = std::int64_t{1} << right;
  std::int64_t whole = product / step;  // towards zero
  const std::int64_t rest = std::abs(product % step);
  if (rest > step / 2 || (rest == step / 2 && whole % 2 != 0)) whole += product < 0 ? -1 : 1;
  return static_cast<std::int32_t>(std::clamp(whole, lowest, highest));
}

int requantize(std::int32_t acc, std::int32_t bias, const Requant& requant, int zero_point,
               int act_min, int act_max, Rounding rounding) {
  const std::int32_t sum = wrapping_add(acc, bias);
  if (rounding == Rounding::half_even) {
    // A saturated product stays beyond every code.
    const std::int64_t code = std::int64_t{multiply_half_even(sum, requant)} + zero_point;
    return static_cast<int>(std::clamp<std::int64_t>(code, act_min, act_max));
  }
  const std::int32_t scaled = multiply_by_quantized_multiplier(sum, requant);
  return std::clamp(wrapping_add(scaled, zero_point), act_min, act_max);
}

CodeRange activation_range(Activation activation, const Quantization& out) {
  const auto scale = static_cast<float>(out.scale);
  const auto code = [&](float real) {
    const float steps = std::round(real / scale);
    // A tiny scale may put the bound far outside the codes; any bound out there is the same.
    return out.zero_point + static_cast<int>(std::clamp(steps, -100000.0F, 100000.0F));
  };
  CodeRange range{out.lowest(), out.highest()};
  switch (activation) {
    case Activation::none:
      break;
    case Activation::relu:
      range.min = std::max(range.min, code(0.0F));
      break;
    case Activation::relu6:
      range.min = std::max(range.min, code(0.0F));
      range.max = std::min(range.max, code(6.0F));
      break;
    case Activation::relu_n1_to_1:
      range.min = std::max(range.min, code(-1.0F));
      range.max = std::min(range.max, code(1.0F));
      break;
  }
  return range;
}

}  // namespace uvea::nn
