// What a node may ask of its values.

#include <cmath>

#include "sw/nn/onnx/operators.h"

namespace uvea::nn::onnx {

const Value& NodeContext::value(std::size_t i) const {
  if (!has_input(i)) fail("its input " + std::to_string(i) + " is left out");
  const Value* value = builder_.find(node_.inputs[i]);
  if (value == nullptr)
    fail("its input " + printable(node_.inputs[i]) + " is not computed by an operator before it");
  return *value;
}

const std::string& NodeContext::output(std::size_t i) const {
  if (i >= node_.outputs.size() || node_.outputs[i].empty()) fail("has no output");
  return node_.outputs[i];
}

Activation NodeContext::activation(std::size_t i) const {
  const Value& v = value(i);
  if (!v.activation) fail("its input " + printable(node_.inputs[i]) + " is a constant");
  return *v.activation;
}

Activation NodeContext::real(std::size_t i) const {
  const Activation a = activation(i);
  if (a.coded)
    fail("its input " + printable(node_.inputs[i]) + " has no DequantizeLinear before it");
  return a;
}

Activation NodeContext::codes(std::size_t i) const {
  const Activation a = real(i);
  if (builder_.info(a).type != ElementType::code8)
    fail("its input " + printable(node_.inputs[i]) +
         " is not quantised; the chip takes 8-bit codes (QuantizeLinear, DequantizeLinear)");
  return a;
}

std::vector<std::int64_t> NodeContext::integers(std::size_t i, std::size_t most) const {
  const Constant* constant = value(i).constant;
  if (constant == nullptr || !(constant->is(Type::int64) || constant->is(Type::int32)))
    fail("its input " + printable(node_.inputs[i]) +
         " must be a constant of INT64; values computed at run time are not supported");
  if (constant->whole.size() > most)
    fail("its input " + printable(node_.inputs[i]) + " has too many values");
  return constant->whole;
}

std::vector<std::int64_t> NodeContext::integers(const char* attribute, std::size_t input) const {
  return has_input(input) ? integers(input) : node_.integers(attribute);
}

double NodeContext::real_constant(std::size_t i) const {
  const Value& v = value(i);
  if (v.constant != nullptr && v.constant->real.size() == 1)
    return static_cast<double>(v.constant->real[0]);
  if (v.scaled && v.scaled->per_tensor() && v.scaled->codes->whole.size() == 1)
    return v.scaled->scale[0] *
           static_cast<double>(v.scaled->codes->whole[0] - v.scaled->zero_point[0]);
  fail("its input " + printable(node_.inputs[i]) + " must be a constant single number");
}

Quantization NodeContext::quantization(std::size_t i, bool signed_without_zero_point) const {
  const Constant* scale = value(i).constant;
  if (scale == nullptr || !scale->is(Type::float32)) fail("its scale must be a constant of FLOAT");
  if (scale->real.size() != 1) fail("activations must have one scale, not one per channel");
  Quantization quant;
  quant.scale = static_cast<double>(scale->real[0]);
  if (!(quant.scale > 0.0) || !std::isfinite(quant.scale)) fail("its scale is not positive");
  quant.is_signed = signed_without_zero_point;
  if (!has_input(i + 1)) return quant;
  const Constant* zero = value(i + 1).constant;
  if (zero == nullptr || zero->whole.size() != 1 || !zero->is_code())
    fail(zero != nullptr && !zero->is_code()
             ? "activations of " + type_name(zero->type) + " are not supported, only 8 bits"
             : "its zero point must be a constant single INT8 or UINT8");
  quant.is_signed = zero->is(Type::int8);
  quant.zero_point = static_cast<int>(zero->whole[0]);
  return quant;
}

int NodeContext::axis(std::int64_t given, int rank) const {
  const std::int64_t from_front = given < 0 ? given + rank : given;
  if (from_front < 0 || from_front >= rank)
    fail("axis " + std::to_string(given) + " does not exist in " + std::to_string(rank) +
         " dimensions");
  return static_cast<int>(from_front);
}

Shape NodeContext::shape(const std::vector<std::int64_t>& dims) const {
  std::vector<int> result;
  for (const std::int64_t d : dims) {
    if (d < 1 || d > kMostElements)
      fail("its result would have a dimension of " + std::to_string(d));
    result.push_back(static_cast<int>(d));
  }
  return Shape(result);
}

}  // namespace uvea::nn::onnx
