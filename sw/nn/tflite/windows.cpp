// Operators over windows of a feature map or over whole dimensions: pooling, resizing, mean.

#include <algorithm>

#include "sw/nn/tflite/operators.h"

namespace uvea::nn::tflite {
namespace {

// Numbers of the options' union types.
constexpr int kPoolOptions = 5, kResizeBilinearOptions = 15, kReducerOptions = 27,
              kArgMaxOptions = 40, kResizeNearestOptions = 74;

using Layers = std::vector<ImportedLayer>;

constexpr const char* kContradicts = "the output's shape contradicts the input's";

/// Input and output, which have codes of one type.
struct Ends {
  explicit Ends(const OpContext& context)
      : in(context.codes(context.input(0))), out(context.codes(context.output())) {
    context.require(in.quant.is_signed == out.quant.is_signed,
                    "inputs and output must all be INT8 or all UINT8");
  }
  TensorInfo in, out;
};

/// `align_slot` is the first of the options' two; half_pixel_centers is the next.
Layers resize(const OpContext& context, host::ResizeKind kind, int align_slot) {
  const Ends ends(context);
  const Shape &in = ends.in.shape, &out = ends.out.shape;
  context.require(in.rank() == 4, "the input must have 4 dimensions");
  const std::vector<int> to = context.constants(1, "the size");
  context.require(to.size() == 2 && out == Shape{in.n(), to[0], to[1], in.c()},
                  "the output's shape contradicts the wanted size");
  host::Resize layer{kind, context.op().option<std::uint8_t>(align_slot, 0) != 0,
                     context.op().option<std::uint8_t>(align_slot + 1, 0) != 0};
  context.require(!layer.align_corners || !layer.half_pixel_centers,
                  "align_corners and half_pixel_centers exclude each other");
  return {{layer}};
}

}  // namespace

Layers import_pool(const OpContext& context) {
  const RawOperator& op = context.options(kPoolOptions);
  const Ends ends(context);
  const Shape &in = ends.in.shape, &out = ends.out.shape;
  context.require(in.rank() == 4, "the input must have 4 dimensions");
  host::Pool layer;
  layer.kind = op.code == op_average_pool ? host::PoolKind::average : host::PoolKind::max;
  layer.window.stride_w = op.option<std::int32_t>(1, 0);
  layer.window.stride_h = op.option<std::int32_t>(2, 0);
  layer.window.kernel_w = op.option<std::int32_t>(3, 0);
  layer.window.kernel_h = op.option<std::int32_t>(4, 0);
  const Window window =
      place_window(context, op.option<std::int8_t>(0, 0), in.h(), in.w(), layer.window.kernel_h,
                   layer.window.kernel_w, layer.window.stride_h, layer.window.stride_w);
  layer.window.pad_top = window.pad_top;
  layer.window.pad_left = window.pad_left;
  context.require(out == Shape{in.n(), window.out_h, window.out_w, in.c()}, kContradicts);
  layer.clamp = activation_range(context.fused_activation(5), ends.out.quant);
  return {{layer}};
}

Layers import_mean(const OpContext& context) {
  const RawOperator& op = context.options(kReducerOptions);
  const Ends ends(context);
  const Shape& in = ends.in.shape;
  const bool keep_dims = op.option<std::uint8_t>(0, 0) != 0;
  host::Mean layer{context.constants(1, "the axes")};
  using Axes = std::vector<int>;
  // As the interpreter asks it: axes counted from the end do not count here.
  layer.of_window =
      keep_dims && in.rank() == 4 && (layer.axes == Axes{1, 2} || layer.axes == Axes{2, 1});
  for (int& axis : layer.axes) {
    if (axis < 0) axis += in.rank();
    context.require(axis >= 0 && axis < in.rank(), "an axis does not exist");
  }
  std::sort(layer.axes.begin(), layer.axes.end());
  layer.axes.erase(std::unique(layer.axes.begin(), layer.axes.end()), layer.axes.end());
  std::vector<int> dims;
  std::int64_t count = 1;
  for (int d = 0; d < in.rank(); ++d) {
    const bool reduced = std::binary_search(layer.axes.begin(), layer.axes.end(), d);
    if (reduced) count *= in[d];
    if (!reduced)
      dims.push_back(in[d]);
    else if (keep_dims)
      dims.push_back(1);
  }
  context.require(ends.out.shape == Shape(dims), kContradicts);
  context.require(count <= (1 << 22), "the input is too large");
  context.rescaling(ends.in.quant.scale / ends.out.quant.scale);
  context.rescaling(static_cast<double>(static_cast<float>(ends.in.quant.scale) /
                                        static_cast<float>(ends.out.quant.scale)));
  return {{layer}};
}

Layers import_arg_max(const OpContext& context) {
  context.options(kArgMaxOptions);
  const TensorInfo in = context.codes(context.input(0)), out = context.info(context.output());
  context.require(out.type == ElementType::int32 || out.type == ElementType::int64,
                  "the output must be INT32 or INT64");
  const std::vector<int> axis = context.constants(1, "the axis");
  context.require(axis.size() == 1, "the axis must be one number");
  host::ArgMax layer{axis[0] < 0 ? axis[0] + in.shape.rank() : axis[0]};
  context.require(layer.axis >= 0 && layer.axis < in.shape.rank(), "the axis does not exist");
  std::vector<int> dims = in.shape.dims();
  dims.erase(dims.begin() + layer.axis);
  context.require(out.shape == Shape(dims), kContradicts);
  return {{layer}};
}

Layers import_resize_bilinear(const OpContext& context) {
  context.options(kResizeBilinearOptions);
  return resize(context, host::ResizeKind::bilinear, 2);
}

Layers import_resize_nearest(const OpContext& context) {
  context.options(kResizeNearestOptions);
  return resize(context, host::ResizeKind::nearest, 0);
}

}  // namespace uvea::nn::tflite
