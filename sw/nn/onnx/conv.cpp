// Layers for the chip: weights, bias and rescaling factors; Conv.

#include "sw/nn/onnx/chip_layer.h"

namespace uvea::nn::onnx {

void import_conv(const NodeContext& context) {
  ChipLayer chip(context, 0);
  const ScaledConstant& weights = chip.take_weights(1);
  const Shape& in = chip.input().shape;
  const Shape& f = weights.codes->shape;  // out_c, in_c per group, kernel
  if (in.rank() != 3 && in.rank() != 4)
    context.fail("iacts of " + std::to_string(in.rank()) +
                 " dimensions are not supported, only 3 (N, C, L) and 4 (N, C, H, W)");
  context.require(f.rank() == in.rank(), "iacts and weights differ in their dimensions");
  const std::int64_t group = context.node().integer("group", 1);
  if (group < 1 || group > in[1] || in[1] % group != 0 || f[0] % group != 0 ||
      f[1] != in[1] / group)
    context.fail(std::to_string(group) + " groups, " + std::to_string(in[1]) +
                 " input channels and weights for " + std::to_string(f[0]) + " x " +
                 std::to_string(f[1]) + " channels contradict each other");
  if (!weights.per_tensor() && weights.axis != 0)
    context.fail("its weights have scales along axis " + std::to_string(weights.axis) +
                 ", expected one per output channel (axis 0)");
  std::vector<std::int64_t> kernel(f.dims().begin() + 2, f.dims().end());
  const Window window = take_window(context, in, kernel);
  ConvLayer& layer = chip.layer();
  ConvGeometry& g = layer.geo;
  g.batch = in[0];
  g.groups = static_cast<int>(group);
  g.in_h = window.in_h;
  g.in_w = window.in_w;
  g.in_c = in[1];
  g.out_h = window.out_h;
  g.out_w = window.out_w;
  g.out_c = f[0];
  g.kernel_h = window.kernel_h;
  g.kernel_w = window.kernel_w;
  g.stride_h = window.stride_h;
  g.stride_w = window.stride_w;
  g.dilation_h = window.dilation_h;
  g.dilation_w = window.dilation_w;
  g.pad_top = window.pad_top;
  g.pad_left = window.pad_left;
  context.require(kernel == (in.rank() == 4 ? std::vector<std::int64_t>{g.kernel_h, g.kernel_w}
                                            : std::vector<std::int64_t>{g.kernel_w}),
                  "kernel_shape contradicts the weights");
  // What lies in the padding alone may be anywhere in the file's geometry, not in the chip's.
  context.require(window.pad_top < g.reach_h() && window.pad_bottom < g.reach_h() &&
                      window.pad_left < g.reach_w() && window.pad_right < g.reach_w(),
                  "padding as large as the kernel is not supported; use Pad before it");
  layer.kind = g.groups == g.in_c && g.groups > 1 ? ConvKind::depthwise : ConvKind::conv;
  chip.place_weights([&](int m, int r, int s, int c) {
    return ((static_cast<std::size_t>(m) * static_cast<std::size_t>(f[1]) +
             static_cast<std::size_t>(c)) *
                static_cast<std::size_t>(g.kernel_h) +
            static_cast<std::size_t>(r)) *
               static_cast<std::size_t>(g.kernel_w) +
           static_cast<std::size_t>(s);
  });
  if (context.has_input(2)) chip.add_bias(2, 1.0);
  chip.finish(output_shape(in, g.out_c, window), Form::last);
}

}  // namespace uvea::nn::onnx
