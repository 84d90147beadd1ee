// TRANSPOSE_CONV: the same sums as an ordinary convolution, with the kernel turned round, over the
// input with stride - 1 zeros between its elements. The zeros are put in by the host; on a chip
// that skips zeros they cost no MACs.

#include "sw/nn/tflite/conv_import.h"
#include "sw/nn/tflite/operators.h"

namespace uvea::nn::tflite {
namespace {

constexpr int kTransposeConvOptions = 49;  // union type

}  // namespace

std::vector<ImportedLayer> import_transpose_conv(const OpContext& context) {
  const RawOperator& op = context.options(kTransposeConvOptions);
  ConvImport import(context, 2, 3);
  const Shape &in = import.in_shape(), &out = import.out_shape();
  const std::vector<int>& f = import.filter().dims;  // out_c, kernel_h, kernel_w, in_c
  context.require(in.rank() == 4 && out.rank() == 4 && f.size() == 4,
                  "iacts, weights and output must have 4 dimensions");
  context.require(f[3] == in.c() && f[0] == out.c() && in.n() == out.n(),
                  "the shapes of input, weights and output contradict each other");
  const int stride_w = op.option<std::int32_t>(1, 0), stride_h = op.option<std::int32_t>(2, 0);
  // The padding is that of the convolution from the output back to the input.
  const Window back = place_window(context, op.option<std::int8_t>(0, 0), out.h(), out.w(), f[1],
                                   f[2], stride_h, stride_w);
  context.require(back.out_h == in.h() && back.out_w == in.w(),
                  "the output's shape contradicts the input's");
  ConvLayer& layer = import.layer();
  ConvGeometry& g = layer.geo;
  g.batch = in.n();
  g.in_h = (in.h() - 1) * stride_h + 1;
  g.in_w = (in.w() - 1) * stride_w + 1;
  g.in_c = in.c();
  g.out_h = out.h();
  g.out_w = out.w();
  g.out_c = out.c();
  g.kernel_h = f[1];
  g.kernel_w = f[2];
  g.pad_top = g.kernel_h - 1 - back.pad_top;
  g.pad_left = g.kernel_w - 1 - back.pad_left;
  import.take_weights(0, [&](int m, int r, int s, int c) {
    return layer.weight_index(m, g.kernel_h - 1 - r, g.kernel_w - 1 - s, c);
});
import.take_bias();
TensorInfo spread = import.in_info();
spread.name += "/spread";
spread.shape = {in.n(), g.in_h, g.in_w, in.c()};
context.require(spread.shape.elements() <= (std::size_t{1} << 28),
                "the input with zeros between its elements has more than 2^28 elements");
ImportedConv conv = import.finish(import.usual_rule(), 3);
std::vector<ImportedLayer> layers;
if (stride_h == 1 && stride_w == 1) {
  layers.push_back({std::move(conv.layer), {2}, 0, std::move(conv.factors)});
} else {
  layers.push_back({host::Spread{stride_h, stride_w}, {2}, 0, {}, std::move(spread)});
  layers.push_back({std::move(conv.layer), {}, 0, std::move(conv.factors)});
}
return layers;
}  // namespace uvea::nn::tflite

}  // namespace uvea::nn::tflite
