// Host operations that are a function of one code: logistic, tanh, hard_swish, leaky_relu.

#include <array>
#include <cmath>
#include <limits>

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/host_kernels.h"

namespace uvea::nn::host {
namespace {

/// The code of function(real value), in single precision.
template <typename Function>
int code_of(int code, const Quantization& in, const Quantization& out, Function function) {
  const float real = static_cast<float>(in.scale) * static_cast<float>(code - in.zero_point);
  const float steps = std::round(function(real) * (1.0F / static_cast<float>(out.scale)));
  return static_cast<int>(std::clamp(steps, -1.0e6F, 1.0e6F)) + out.zero_point;
}

/// Code less the output's zero point of an int8 value.
int leaky_relu(int value, float alpha, const Quantization& in, const Quantization& out) {
  if (value >= 0)
    return multiply_by_quantized_multiplier(value, quantize_multiplier(in.scale / out.scale));
  const double slope = static_cast<double>(static_cast<float>(in.scale) * alpha) / out.scale;
  Requant requant = quantize_multiplier(std::fabs(slope));
  if (slope < 0) requant.multiplier = -requant.multiplier;
  return multiply_by_quantized_multiplier(value, requant);
}

/// The same of uint8, which has an older arithmetic: the slope becomes a code of the input's scale,
/// and codes that are not negative stay as they are.
int leaky_relu_unsigned(int value, float alpha, const Quantization& in, const Quantization& out) {
  if (value >= 0) return value + in.zero_point - out.zero_point;
  const auto scale = static_cast<float>(in.scale);
  const float slope = std::round(static_cast<float>(in.zero_point) + alpha / scale);
  const int slope_value = static_cast<int>(std::clamp(slope, 0.0F, 255.0F)) - in.zero_point;
  const auto factor = static_cast<double>(scale * scale / static_cast<float>(out.scale));
  return multiply_by_quantized_multiplier(value * slope_value, quantize_multiplier(factor));
}

int saturate16(int x) {
  return std::clamp<int>(x, std::numeric_limits<std::int16_t>::min(),
                         std::numeric_limits<std::int16_t>::max());
}

/// High 16 bits of 2*a*b, rounded to nearest.
int rounding_high16(int a, int b) {
  const int product = a * b;
  return saturate16((product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
}

/// A factor as 16 bits of a multiplier and a power of two.
struct Factor16 {
  explicit Factor16(double factor) {
    const Requant full = quantize_multiplier(factor);
    multiplier = saturate16(static_cast<int>((std::int64_t{full.multiplier} + (1 << 15)) >> 16));
    exponent = full.shift;
  }
  int multiplier = 0, exponent = 0;
};

/// x * relu6(x + 3) / 6 in 16-bit fixed point. The gate, relu6(x + 3) / 6, is a fraction of 2^15;
/// before its offset and halving it is x / 3, saturated to -1..1.
class HardSwish {
 public:
  HardSwish(const Quantization& in, const Quantization& out)
      : scale_((1.0F / 128.0F) * static_cast<float>(in.scale) / static_cast<float>(out.scale)),
        gate_((1.0F / 128.0F) * static_cast<float>(in.scale) / (3.0F / 32768.0F)) {}

  int operator()(int value) const {
    const int fine = value * 128;  // as much of 16 bits as a code can fill
    const int scaled = rounding_high16(fine, scale_.multiplier);
    int gate = fine;
    if (gate_.exponent > 0) gate = shifted_left(gate, gate_.exponent - 1);
    gate = rounding_high16(gate, gate_.multiplier);
    if (gate_.exponent > 0) gate = shifted_left(gate, 1);
    if (gate_.exponent < 0) gate = rounding_divide_by_pot(gate, std::min(-gate_.exponent, 31));
    gate = (gate + (1 << 15)) >> 1;
    const int product = saturate16(gate * scaled / (1 << 15));  // truncated, unlike the others
    return rounding_divide_by_pot(product, std::clamp(-scale_.exponent, 0, 31));
  }

 private:
  static int shifted_left(int x, int by) {
    return static_cast<int>(std::clamp<std::int64_t>(std::int64_t{x} * (std::int64_t{1} << by),
                                                     std::numeric_limits<std::int16_t>::min(),
                                                     std::numeric_limits<std::int16_t>::max()));
  }

  Factor16 scale_, gate_;
};

}  // namespace

void run(const Curve& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  require(in.type == ElementType::code8 && out.type == in.type, "the operation takes codes");
  require(in.bytes.size() == out.bytes.size(), "input and output differ in size");
  const Quantization &from = in.quant, &to = out.quant;
  std::array<std::uint8_t, 256> table{};
  for (int byte = 0; byte < 256; ++byte) {
    const int code = from.is_signed ? static_cast<std::int8_t>(byte) : byte;
    int result = 0;
    switch (layer.kind) {
      case CurveKind::logistic:
        result = code_of(code, from, to, [](float x) { return 1.0F / (1.0F + std::exp(-x)); });
        break;
      case CurveKind::tanh:
        result = code_of(code, from, to, [](float x) { return std::tanh(x); });
        break;
      case CurveKind::hard_swish:
        result = HardSwish(from, to)(code - from.zero_point) + to.zero_point;
        break;
      case CurveKind::leaky_relu:
        result = wrapping_add((from.is_signed ? leaky_relu : leaky_relu_unsigned)(
                                  code - from.zero_point, layer.alpha, from, to),
                              to.zero_point);
        break;
    }
    table[static_cast<std::size_t>(byte)] = to_byte(std::clamp(result, to.lowest(), to.highest()));
  }
  std::transform(in.bytes.begin(), in.bytes.end(), out.bytes.begin(),
                 [&](std::uint8_t byte) { return table[byte]; });
}

}  // namespace uvea::nn::host
