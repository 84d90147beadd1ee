#pragma once
// The integer arithmetic of quantised inference, as TensorFlow Lite 2.2.0 does it: a rescaling
// factor is a Q31 multiplier with a power of two, and a product is rounded twice (once when its
// high half is taken, once when it is shifted right). Sums and left shifts wrap at 32 bits, as an
// adder of that width does; nothing here is undefined for any operand.

#include <cstdint>

#include "sw/nn/layer.h"

namespace uvea::nn {

/// The Q31 multiplier and shift nearest to a factor. Zero for factors below 2^-32.
/// Throws std::invalid_argument when the factor is negative, not finite or 2^30 and above.
Requant quantize_multiplier(double factor);

/// High 32 bits of 2*a*b, rounded to nearest; INT32_MIN * INT32_MIN saturates.
std::int32_t saturating_rounding_doubling_high_mul(std::int32_t a, std::int32_t b);

/// x / 2^exponent, rounded to nearest, halves away from zero. exponent in [0, 31].
std::int32_t rounding_divide_by_pot(std::int32_t x, int exponent);

/// x * multiplier * 2^shift / 2^31 with both roundings.
std::int32_t multiply_by_quantized_multiplier(std::int32_t x, const Requant& requant);

/// Two's-complement sum that wraps at 32 bits.
inline std::int32_t wrapping_add(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

/// x * multiplier * 2^shift / 2^31 of the exact product, rounded once, halves to even. Any shift.
/// Saturates at 32 bits. The multiplier is not negative.
std::int32_t multiply_half_even(std::int32_t x, const Requant& requant);

/// Output code of an accumulator: bias added, rescaled, offset and clamped.
int requantize(std::int32_t acc, std::int32_t bias, const Requant& requant, int zero_point,
               int act_min, int act_max, Rounding rounding = Rounding::twice);

enum class Activation { none = 0, relu = 1, relu_n1_to_1 = 2, relu6 = 3 };

/// Range of the output codes under a fused activation; the bounds are rounded in single precision.
CodeRange activation_range(Activation activation, const Quantization& out);

}  // namespace uvea::nn
