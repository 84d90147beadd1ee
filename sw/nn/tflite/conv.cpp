// CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED.

#include "sw/nn/tflite/conv_import.h"

namespace uvea::nn::tflite {
namespace {

// Slots of the options tables and numbers of their union types.
constexpr int kConvOptions = 1, kDepthwiseOptions = 2, kFullyConnectedOptions = 8;

std::size_t size(int n) { return static_cast<std::size_t>(n); }

}  // namespace

ImportedConv import_conv(const OpContext& context) {
  const RawOperator& op = context.options(kConvOptions);
  ConvImport import(context);
  import.take_dilation(4, 5);
  const Shape& in = import.in_shape();
  const std::vector<int>& f = import.filter().dims;  // out_c, kernel_h, kernel_w, in_c per group
  context.require(context.input(0).dims.size() == 4 && f.size() == 4,
                  "iacts and weights must have 4 dimensions");
  if (in.c() % f[3] != 0 || f[0] % (in.c() / f[3]) != 0)
    context.fail("weights for " + std::to_string(f[3]) + " input and " + std::to_string(f[0]) +
                 " output channels do not divide " + std::to_string(in.c()) +
                 " input channels into groups");
  ConvLayer& layer = import.layer();
  ConvGeometry& g = layer.geo;
  g.batch = in.n();
  g.in_h = in.h();
  g.in_w = in.w();
  g.in_c = in.c();
  g.groups = in.c() / f[3];
  g.out_c = f[0];
  g.kernel_h = f[1];
  g.kernel_w = f[2];
  layer.kind = ConvKind::conv;
  import.place(op.option<std::int8_t>(0, 0), op.option<std::int32_t>(2, 0),
               op.option<std::int32_t>(1, 0));
  const auto place = [&](int m, int r, int s, int c) { return layer.weight_index(m, r, s, c); };
  import.take_weights(0, place);
  import.take_bias();
  return import.finish(import.usual_rule(), 3);
}

ImportedConv import_depthwise(const OpContext& context) {
  const RawOperator& op = context.options(kDepthwiseOptions);
  ConvImport import(context);
  import.take_dilation(5, 6);
  const Shape& in = import.in_shape();
  const std::vector<int>& f = import.filter().dims;  // 1, kernel_h, kernel_w, out_c
  context.require(context.input(0).dims.size() == 4 && f.size() == 4 && f[0] == 1,
                  "iacts must have 4 dimensions and weights 1 x height x width x channels");
  const int depth_multiplier = op.option<std::int32_t>(3, 0);
  if (f[3] % in.c() != 0 || depth_multiplier != f[3] / in.c())
    context.fail("depth multiplier " + std::to_string(depth_multiplier) + ", " +
                 std::to_string(in.c()) + " input channels and weights for " +
                 std::to_string(f[3]) + " output channels contradict each other");
  ConvLayer& layer = import.layer();
  ConvGeometry& g = layer.geo;
  g.batch = in.n();
  g.in_h = in.h();
  g.in_w = in.w();
  g.in_c = g.groups = in.c();
  g.out_c = f[3];
  g.kernel_h = f[1];
  g.kernel_w = f[2];
  layer.kind = ConvKind::depthwise;
  import.place(op.option<std::int8_t>(0, 0), op.option<std::int32_t>(2, 0),
               op.option<std::int32_t>(1, 0));
  const auto place = [&](int m, int r, int s, int) {
    return (size(r) * size(g.kernel_w) + size(s)) * size(g.out_c) + size(m);
  };
  import.take_weights(3, place);
  import.take_bias();
  return import.finish(import.usual_rule(), 4);
}

ImportedConv import_fully_connected(const OpContext& context) {
  const RawOperator& op = context.options(kFullyConnectedOptions);
  if (op.option<std::int8_t>(1, 0) != 0) context.fail("shuffled weights are not supported");
  ConvImport import(context);
  const std::vector<int>& f = import.filter().dims;  // outputs, features
  context.require(f.size() == 2, "the weights must have 2 dimensions");
  const Shape& in = import.in_shape();
  const std::size_t iacts = in.elements();
  if (iacts % size(f[1]) != 0)
    context.fail(std::to_string(iacts) + " iacts are no multiple of " + std::to_string(f[1]) +
                 " features");
  ConvLayer& layer = import.layer();
  ConvGeometry& g = layer.geo;
  g.in_c = f[1];
  g.out_c = f[0];
  if (f[1] == in.c()) {  // along the channels alone: every pixel by itself, where it lies
    g.batch = in.n();
    g.in_h = g.out_h = in.h();
    g.in_w = g.out_w = in.w();
  } else {
    g.batch = static_cast<int>(iacts / size(f[1]));
  }
  layer.kind = ConvKind::fully_connected;
  import.require_output_elements(iacts / size(f[1]) * size(g.out_c));
  constexpr int keep_num_dims_slot = 2;
  if (op.option<std::int8_t>(keep_num_dims_slot, 0) != 0) import.require_kept_dimensions();
  const auto place = [&](int m, int r, int s, int c) { return layer.weight_index(m, r, s, c); };
  import.take_weights(0, place);
  import.take_bias();
  const bool per_channel = import.filter().scales.size() > 1;
  return import.finish(per_channel ? FactorRule::doubles : FactorRule::product_in_float, 0);
}

}  // namespace uvea::nn::tflite
