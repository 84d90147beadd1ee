// Gemm and MatMul with constant weights: fully connected layers.

#include "sw/nn/onnx/chip_layer.h"

namespace uvea::nn::onnx {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

/// `transposed`: weights are [outputs][features], else [features][outputs].
void connect(const NodeContext& context, ChipLayer& chip, const ScaledConstant& weights,
             bool transposed, std::size_t bias, double beta) {
  const Shape& in = chip.input().shape;
  const Shape& f = weights.codes->shape;
  context.require(f.rank() == 2, "the weights must have 2 dimensions");
  const int outputs = transposed ? f[0] : f[1], features = transposed ? f[1] : f[0];
  context.require(outputs > 0 && features > 0, "the weights are empty");
  if (in.rank() < 1 || in[in.rank() - 1] != features)
    context.fail("its iacts do not have the weights' " + std::to_string(features) + " features");
  if (!weights.per_tensor() && weights.axis != (transposed ? 0 : 1))
    context.fail("its weights have scales per feature, expected one per output channel");
  ConvGeometry& g = chip.layer().geo;
  g.batch = static_cast<int>(in.elements() / size(features));
  g.in_c = features;
  g.out_c = outputs;
  chip.layer().kind = ConvKind::fully_connected;
  chip.place_weights([&](int m, int, int, int c) {
    return transposed ? size(m) * size(features) + size(c) : size(c) * size(outputs) + size(m);
  });
  if (bias != 0 && context.has_input(bias)) chip.add_bias(bias, beta);
  Shape out = in;
  out[out.rank() - 1] = outputs;
  chip.finish(out, Form::plain);
}

}  // namespace

void import_gemm(const NodeContext& context) {
  const Node& node = context.node();
  context.require(node.integer("transA", 0) == 0, "transA is not supported");
  ChipLayer chip(context, 0);
  context.require(chip.input().shape.rank() == 2, "its input A must have 2 dimensions");
  const double alpha = node.real("alpha", 1.0), beta = node.real("beta", 1.0);
  context.require(alpha > 0.0, "alpha must be positive");
  chip.scale_by(alpha);
  const ScaledConstant& weights = chip.take_weights(1);
  connect(context, chip, weights, node.integer("transB", 0) != 0, 2, beta);
}

void import_matmul(const NodeContext& context) {
  ChipLayer chip(context, 0);
  connect(context, chip, chip.take_weights(1), false, 0, 0.0);
}

}  // namespace uvea::nn::onnx
