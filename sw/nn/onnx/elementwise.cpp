// Elementwise operators and Softmax: on the host, in real arithmetic.

#include <algorithm>
#include <cstring>
#include <map>

#include "sw/nn/arithmetic/host_view.h"
#include "sw/nn/onnx/operators.h"

namespace uvea::nn::onnx {
namespace {

/// A constant as an operand of `rank` dimensions in `form`: codes where one scale holds for all.
Tensor operand(const NodeContext& context, const Value& value, int rank, Form form) {
  const Constant& constant = value.scaled ? *value.scaled->codes : *value.constant;
  Tensor tensor;
  std::vector<int> dims(static_cast<std::size_t>(rank - constant.shape.rank()), 1);
  dims.insert(dims.end(), constant.shape.dims().begin(), constant.shape.dims().end());
  const Shape shape(dims);
  std::vector<int> perm(dims.size());
  for (int d = 0; d < rank; ++d) perm[static_cast<std::size_t>(placed(d, rank, form))] = d;
  const host::View view = host::View::of(shape).permuted(perm);
  tensor.shape = view.shape;
  const bool codes = value.scaled && value.scaled->per_tensor() && constant.is_code();
  if (codes) {
    const auto zero = static_cast<int>(value.scaled->zero_point[0]);
    tensor.quant = {value.scaled->scale[0], zero, constant.is(Type::int8)};
  } else {
    tensor.type = ElementType::float32;
    if (!value.scaled && !constant.is(Type::float32))
      context.fail("constants of " + type_name(constant.type) + " are not supported here");
    if (value.scaled && !value.scaled->per_tensor())
      context.fail("a constant with several scales is not supported here");
  }
  tensor.bytes.resize(tensor.expected_bytes());
  host::Walk at(view);
  for (std::size_t i = 0; i < shape.elements(); ++i, at.next()) {
    if (codes) {
      tensor.bytes[i] = static_cast<std::uint8_t>(constant.whole[at.offset()]);
      continue;
    }
    const float real = value.scaled
                           ? static_cast<float>(value.scaled->scale[0] *
                                                static_cast<double>(constant.whole[at.offset()] -
                                                                    value.scaled->zero_point[0]))
                           : constant.real[at.offset()];
    std::memcpy(tensor.bytes.data() + i * sizeof real, &real, sizeof real);
  }
  return tensor;
}

Shape broadcast(const NodeContext& context, const Shape& a, const Shape& b) {
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Shape result = longer;
  const int missing = longer.rank() - shorter.rank();
  for (int d = 0; d < shorter.rank(); ++d) {
    int& side = result[d + missing];
    if (side != shorter[d] && side != 1 && shorter[d] != 1)
      context.fail("the shapes of its inputs contradict each other");
    side = side == 1 ? shorter[d] : side;
  }
  return result;
}

}  // namespace

void import_binary(const NodeContext& context) {
  static const std::map<std::string, host::RealBinaryOp> kinds = {
      {"Add", host::RealBinaryOp::add},     {"Sub", host::RealBinaryOp::sub},
      {"Mul", host::RealBinaryOp::mul},     {"Div", host::RealBinaryOp::div},
      {"Min", host::RealBinaryOp::minimum}, {"Max", host::RealBinaryOp::maximum}};
  context.require(context.node().inputs.size() == 2, "must have two inputs");
  Builder& builder = context.builder();
  const Value* values[] = {&context.value(0), &context.value(1)};
  context.require(values[0]->activation || values[1]->activation,
                  "operators on constants alone are not supported");
  const auto shape_of = [](const Value& v) {
    return v.activation ? v.activation->shape
           : v.scaled   ? v.scaled->codes->shape
                        : v.constant->shape;
  };
  const Shape shape = broadcast(context, shape_of(*values[0]), shape_of(*values[1]));
  // With the channels last where an operand is, and all can be.
  Form form = Form::plain;
  bool all_whole = true;
  for (const Value* v : values) {
    if (!v->activation) continue;
    if (v->activation->form == Form::last) form = Form::last;
    all_whole = all_whole && v->activation->shape.rank() == shape.rank();
  }
  if (!all_whole) form = Form::plain;
  std::vector<int> inputs;
  for (std::size_t i = 0; i < 2; ++i) {
    if (values[i]->activation)
      inputs.push_back(builder.in_form(context.real(i), form).tensor);
    else
      inputs.push_back(builder.make_constant(context.node().inputs[i],
                                             operand(context, *values[i], shape.rank(), form)));
  }
  const Tail tail = builder.follow(context.output(), true);
  host::RealBinary layer;
  layer.op = kinds.at(context.node().type);
  layer.clamp = tail.clamp;
  builder.finish(tail, std::move(inputs), shape, form, HostLayer{layer});
}

void import_unary(const NodeContext& context) {
  const Node& node = context.node();
  Builder& builder = context.builder();
  const Activation in = context.real(0);
  host::RealUnary layer;
  host::RealClamp own;
  if (node.type == "Relu") {
    own.min = 0.0;
  } else if (node.type == "Clip") {
    own.min = node.real("min", own.min);
    own.max = node.real("max", own.max);
    if (context.has_input(1)) own.min = context.real_constant(1);
    if (context.has_input(2)) own.max = context.real_constant(2);
    context.require(own.min <= own.max, "its bounds contradict each other");
  } else if (node.type == "LeakyRelu") {
    layer.function = host::RealFunction::leaky_relu;
    layer.alpha = node.real("alpha", static_cast<double>(0.01F));
  } else if (node.type == "Sigmoid") {
    layer.function = host::RealFunction::sigmoid;
  } else if (node.type == "Tanh") {
    layer.function = host::RealFunction::tanh;
  } else if (node.type == "HardSigmoid") {
    layer.function = host::RealFunction::hard_sigmoid;
    layer.alpha = node.real("alpha", static_cast<double>(0.2F));
    layer.beta = node.real("beta", 0.5);
  } else {
    layer.function = host::RealFunction::hard_swish;
  }
  const Tail tail = builder.follow(context.output(), true);
  layer.clamp.min = std::min(std::max(own.min, tail.clamp.min), tail.clamp.max);
  layer.clamp.max = std::max(std::min(own.max, tail.clamp.max), tail.clamp.min);
  builder.finish(tail, {in.tensor}, in.shape, in.form, HostLayer{layer});
}

void import_softmax(const NodeContext& context) {
  Builder& builder = context.builder();
  Activation in = context.real(0);
  const int rank = in.shape.rank();
  context.require(rank > 0, "its input is a single value");
  host::RealSoftmax layer;
  if (builder.opset() >= 13) {
    layer.first = layer.last =
        placed(context.axis(context.node().integer("axis", -1), rank), rank, in.form);
  } else {  // over all dimensions from the axis on
    in = builder.in_form(in, Form::plain);
    layer.first = context.axis(context.node().integer("axis", 1), rank);
    layer.last = rank - 1;
  }
  const Tail tail = builder.follow(context.output(), false);
  builder.finish(tail, {in.tensor}, in.shape, in.form, HostLayer{layer});
}

}  // namespace uvea::nn::onnx
