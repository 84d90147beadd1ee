// Operators on two tensors, element by element.

#include <algorithm>

#include "sw/nn/tflite/operators.h"

namespace uvea::nn::tflite {
namespace {

// Numbers of the options' union types.
constexpr int kAddOptions = 11, kMulOptions = 21, kSubOptions = 28, kMaximumMinimumOptions = 39;

using Layers = std::vector<ImportedLayer>;

void require_same_type(const OpContext& context, const TensorInfo& a, const TensorInfo& b) {
  context.require(a.quant.is_signed == b.quant.is_signed,
                  "inputs and output must all be INT8 or all UINT8");
}

/// The shape of two operands that are repeated to each other's: aligned at the last dimension.
void require_broadcast(const OpContext& context, const Shape& a, const Shape& b, const Shape& out) {
  const auto from_end = [](const Shape& s, int d) {
    return d < s.rank() ? s[s.rank() - 1 - d] : 1;
  };
  bool fits = out.rank() == std::max(a.rank(), b.rank());
  for (int d = 0; fits && d < out.rank(); ++d) {
    const int x = from_end(a, d), y = from_end(b, d);
    fits = (x == y || x == 1 || y == 1) && from_end(out, d) == std::max(x, y);
  }
  context.require(fits, "the shapes of inputs and output contradict each other");
}

bool same_scale(const TensorInfo& a, const TensorInfo& b) {
  return a.quant.scale == b.quant.scale && a.quant.zero_point == b.quant.zero_point;
}

host::BinaryOp binary_op(int code) {
  return code == op_add       ? host::BinaryOp::add
         : code == op_sub     ? host::BinaryOp::sub
         : code == op_mul     ? host::BinaryOp::mul
         : code == op_minimum ? host::BinaryOp::minimum
                              : host::BinaryOp::maximum;
}

}  // namespace

Layers import_binary(const OpContext& context) {
  host::Binary layer{binary_op(context.op().code), {}};
  context.require(context.op().inputs.size() == 2, "must have two inputs");
  const TensorInfo a = context.codes(context.input(0)), b = context.codes(context.input(1));
  const TensorInfo out = context.codes(context.output());
  require_same_type(context, a, out);
  require_same_type(context, b, out);
  require_broadcast(context, a.shape, b.shape, out.shape);
  switch (layer.op) {
    case host::BinaryOp::add:
    case host::BinaryOp::sub:
      context.options(layer.op == host::BinaryOp::add ? kAddOptions : kSubOptions);
      // The sum is brought to the output's scale from 20 bits below the larger of the inputs'.
      context.rescaling(2.0 * std::max(a.quant.scale, b.quant.scale) /
                        ((1 << 20) * out.quant.scale));
      layer.clamp = activation_range(context.fused_activation(0), out.quant);
      break;
    case host::BinaryOp::mul:
      context.options(kMulOptions);
      context.rescaling(static_cast<double>(static_cast<float>(a.quant.scale) *
                                            static_cast<float>(b.quant.scale) /
                                            static_cast<float>(out.quant.scale)));
      layer.clamp = activation_range(context.fused_activation(0), out.quant);
      break;
    case host::BinaryOp::minimum:
    case host::BinaryOp::maximum:
      context.options(kMaximumMinimumOptions);
      context.require(same_scale(a, out) && same_scale(b, out),
                      "inputs and output must have the same scale and zero point");
      break;
  }
  return {{layer, {0, 1}}};
}

Layers import_prelu(const OpContext& context) {
  const TensorInfo in = context.codes(context.input(0)), slope = context.codes(context.input(1));
  const TensorInfo out = context.codes(context.output());
  require_same_type(context, in, out);
  require_same_type(context, slope, out);
  context.require(in.shape == out.shape, "the output's shape contradicts the input's");
  require_broadcast(context, in.shape, slope.shape, out.shape);
  const auto in_scale = static_cast<float>(in.quant.scale);
  const auto out_scale = static_cast<float>(out.quant.scale);
  context.rescaling(static_cast<double>(in_scale / out_scale));
  context.rescaling(
      static_cast<double>(in_scale * static_cast<float>(slope.quant.scale) / out_scale));
  return {{host::Prelu{}, {0, 1}}};
}

}  // namespace uvea::nn::tflite
