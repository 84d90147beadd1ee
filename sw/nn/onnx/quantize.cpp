// QuantizeLinear, DequantizeLinear and Constant.

#include <algorithm>
#include <cmath>

#include "sw/nn/onnx/operators.h"

namespace uvea::nn::onnx {
namespace {

bool same(const Quantization& a, const Quantization& b) {
  return a.scale == b.scale && a.zero_point == b.zero_point && a.is_signed == b.is_signed;
}

void refuse_blocks(const NodeContext& context) {
  if (context.node().integer("block_size", 0) != 0)
    context.fail("blocks of weights with scales of their own are not supported");
}

/// Scales (input 1) and zero points (input 2) of a constant, one or one per index of `axis`.
ScaledConstant scales_of(const NodeContext& context, const Constant& codes) {
  refuse_blocks(context);
  ScaledConstant result;
  result.codes = &codes;
  const Constant* scale = context.value(1).constant;
  if (scale == nullptr || !scale->is(Type::float32) || scale->real.empty())
    context.fail("its scale must be a constant of FLOAT");
  for (const float s : scale->real) {
    if (!(s > 0.0F) || !std::isfinite(s)) context.fail("a scale is not positive");
    result.scale.push_back(static_cast<double>(s));
  }
  result.zero_point.assign(result.scale.size(), 0);
  if (context.has_input(2)) {
    const Constant* zero = context.value(2).constant;
    if (zero == nullptr || zero->whole.size() != result.scale.size())
      context.fail("its zero point must be a constant with as many values as the scale");
    result.zero_point = zero->whole;
  }
  if (!result.per_tensor()) {
    result.axis = context.axis(context.node().integer("axis", 1), codes.shape.rank());
    if (static_cast<std::size_t>(codes.shape[result.axis]) != result.scale.size())
      context.fail("it has " + std::to_string(result.scale.size()) + " scales for " +
                   std::to_string(codes.shape[result.axis]) + " channels");
  }
  return result;
}

/// Index along the axis of element i.
std::size_t channel_of(const ScaledConstant& scaled, const Shape& shape, std::size_t i) {
  if (scaled.per_tensor()) return 0;
  std::size_t inner = 1;
  for (int d = scaled.axis + 1; d < shape.rank(); ++d) inner *= static_cast<std::size_t>(shape[d]);
  return i / inner % scaled.scale.size();
}

void quantize_constant(const NodeContext& context, const Constant& real) {
  if (!real.is(Type::float32)) context.fail("only FLOAT can be quantised");
  Constant codes;
  codes.shape = real.shape;
  codes.type = context.has_input(2) && context.value(2).constant != nullptr
                   ? context.value(2).constant->type
                   : static_cast<int>(Type::uint8);
  if (!codes.is_code())
    context.fail("constants of " + type_name(codes.type) + " are not supported");
  const ScaledConstant scaled = scales_of(context, real);
  const bool is_signed = codes.is(Type::int8);
  for (std::size_t i = 0; i < real.real.size(); ++i) {
    const std::size_t k = channel_of(scaled, real.shape, i);
    const double steps = std::nearbyint(static_cast<double>(real.real[i]) / scaled.scale[k]);
    if (std::isnan(steps)) context.fail("a value of its constant is no number");
    codes.whole.push_back(
        static_cast<std::int64_t>(std::clamp(steps + static_cast<double>(scaled.zero_point[k]),
                                             is_signed ? -128.0 : 0.0, is_signed ? 127.0 : 255.0)));
  }
  Value value;
  value.constant = context.builder().keep(std::move(codes));
  context.builder().define(context.output(), value);
}

}  // namespace

void import_quantize(const NodeContext& context) {
  refuse_blocks(context);
  const Value& in = context.value(0);
  if (in.constant != nullptr) return quantize_constant(context, *in.constant);
  Activation a = context.real(0);
  Builder& builder = context.builder();
  const Quantization quant = context.quantization(1, false);
  const TensorInfo& info = builder.info(a);
  if (info.type != ElementType::code8 || !same(info.quant, quant))
    a = builder.requantized(a, quant, {}, context.output());
  a.coded = true;
  Value value;
  value.activation = a;
  builder.define(context.output(), value);
}

void import_dequantize(const NodeContext& context) {
  const Value& in = context.value(0);
  Value out;
  if (in.activation) {
    refuse_blocks(context);
    Activation a = *in.activation;
    context.require(a.coded, "its input is not quantised");
    const Quantization& has = context.builder().info(a).quant;
    const Quantization wants = context.quantization(1, has.is_signed);
    if (!same(has, wants))
      context.fail("its scale, zero point or type are not those with which its input " +
                   printable(context.node().inputs[0]) + " was quantised");
    a.coded = false;
    out.activation = a;
  } else if (in.constant != nullptr) {
    if (!in.constant->is_code() && !in.constant->is(Type::int32))
      context.fail("constants of " + type_name(in.constant->type) +
                   " are not supported; 8 bits are (INT32 for a bias)");
    out.scaled = scales_of(context, *in.constant);
  } else {
    context.fail("its input is dequantised already");
  }
  context.builder().define(context.output(), out);
}

void import_constant(const NodeContext& context) {
  const Node& node = context.node();
  Constant constant;
  if (node.has("value") && node.attributes.at("value").tensor) {
    constant = *node.attributes.at("value").tensor;
  } else if (node.has("value_float")) {
    constant.type = static_cast<int>(Type::float32);
    constant.real = {node.attributes.at("value_float").f};
  } else if (node.has("value_floats")) {
    constant.type = static_cast<int>(Type::float32);
    constant.real = node.attributes.at("value_floats").floats;
    constant.shape = {static_cast<int>(constant.real.size())};
  } else if (node.has("value_int")) {
    constant.type = static_cast<int>(Type::int64);
    constant.whole = {node.integer("value_int", 0)};
  } else if (node.has("value_ints")) {
    constant.type = static_cast<int>(Type::int64);
    constant.whole = node.integers("value_ints");
    constant.shape = {static_cast<int>(constant.whole.size())};
  } else {
    context.fail("constants of strings and sparse ones are not supported");
  }
  Value value;
  value.constant = context.builder().keep(std::move(constant));
  context.builder().define(context.output(), value);
}

}  // namespace uvea::nn::onnx
