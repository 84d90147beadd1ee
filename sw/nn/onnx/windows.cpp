// Windows that slide over height and width, pooling and means.

#include <algorithm>
#include <numeric>

#include "sw/nn/onnx/operators.h"

namespace uvea::nn::onnx {
namespace {

constexpr std::int64_t kLargest = 1 << 15;  // kernel, stride, dilation, padding

/// One axis of a window.
struct Slide {
  std::int64_t in = 1, kernel = 1, stride = 1, dilation = 1, before = 0, after = 0, out = 1;
};

void slide(const NodeContext& context, Slide& s, const std::string& auto_pad, bool ceil) {
  for (const std::int64_t v : {s.kernel, s.stride, s.dilation})
    if (v < 1 || v > kLargest) context.fail("a kernel, stride or dilation is not in 1..32768");
  for (const std::int64_t v : {s.before, s.after})
    if (v < 0 || v > kLargest) context.fail("a padding is not in 0..32768");
  const std::int64_t reach = (s.kernel - 1) * s.dilation + 1;
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    s.out = (s.in + s.stride - 1) / s.stride;
    const std::int64_t pads = std::max<std::int64_t>((s.out - 1) * s.stride + reach - s.in, 0);
    s.before = auto_pad == "SAME_UPPER" ? pads / 2 : pads - pads / 2;
    s.after = pads - s.before;
    return;
  }
  if (auto_pad == "VALID") s.before = s.after = 0;
  const std::int64_t room = s.in + s.before + s.after - reach;
  if (room < 0) context.fail("its kernel is larger than its padded input");
  s.out = (ceil ? room + s.stride - 1 : room) / s.stride + 1;
  // A window that begins behind the input and its leading padding does not count.
  if (ceil && (s.out - 1) * s.stride >= s.in + s.before) --s.out;
}

}  // namespace

Window take_window(const NodeContext& context, const Shape& in, std::vector<std::int64_t> kernel) {
  const Node& node = context.node();
  const auto axes = static_cast<std::size_t>(in.rank() - 2);
  if (node.has("kernel_shape")) kernel = node.integers("kernel_shape");
  const auto list = [&](const char* name, std::size_t count, std::int64_t fallback) {
    std::vector<std::int64_t> values = node.integers(name);
    if (values.empty()) values.assign(count, fallback);
    if (values.size() != count)
      context.fail(std::string(name) + " has " + std::to_string(values.size()) +
                   " values, expected " + std::to_string(count));
    return values;
  };
  if (kernel.size() != axes) context.fail("kernel_shape does not have one value per axis");
  const auto strides = list("strides", axes, 1), dilations = list("dilations", axes, 1);
  const auto pads = list("pads", 2 * axes, 0);
  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  if (auto_pad != "NOTSET" && auto_pad != "VALID" && auto_pad != "SAME_UPPER" &&
      auto_pad != "SAME_LOWER")
    context.fail("auto_pad " + auto_pad + " is not known");
  std::vector<Slide> slides(2);  // height, width; a height of 1 where there is none
  for (std::size_t i = 0; i < axes; ++i) {
    Slide& s = slides[2 - axes + i];
    s = {in[static_cast<int>(i) + 2],
         kernel[i],
         strides[i],
         dilations[i],
         pads[i],
         pads[axes + i],
         1};
    slide(context, s, auto_pad, node.integer("ceil_mode", 0) != 0);
  }
  const auto number = [](std::int64_t v) { return static_cast<int>(v); };
  const Slide &h = slides[0], &w = slides[1];
  Window window;
  window.in_h = number(h.in);
  window.in_w = number(w.in);
  window.kernel_h = number(h.kernel);
  window.kernel_w = number(w.kernel);
  window.stride_h = number(h.stride);
  window.stride_w = number(w.stride);
  window.dilation_h = number(h.dilation);
  window.dilation_w = number(w.dilation);
  window.pad_top = number(h.before);
  window.pad_bottom = number(h.after);
  window.pad_left = number(w.before);
  window.pad_right = number(w.after);
  window.out_h = number(h.out);
  window.out_w = number(w.out);
  return window;
}

Shape output_shape(const Shape& in, int channels, const Window& window) {
  return in.rank() == 3 ? Shape{in[0], channels, window.out_w}
                        : Shape{in[0], channels, window.out_h, window.out_w};
}

namespace {

Window pool_window(const NodeContext& context, const Shape& in) {
  if (in.rank() != 3 && in.rank() != 4)
    context.fail("pooling of " + std::to_string(in.rank()) + " dimensions is not supported");
  context.require(context.node().has("kernel_shape"), "has no kernel_shape");
  const Window w = take_window(context, in, {});
  context.require(w.dilation_h == 1 && w.dilation_w == 1, "dilations of pooling are not supported");
  context.require(w.pad_top < w.kernel_h && w.pad_bottom < w.kernel_h && w.pad_left < w.kernel_w &&
                      w.pad_right < w.kernel_w,
                  "padding as large as the kernel is not supported");
  return w;
}

void reduce(const NodeContext& context, const Activation& in, const std::vector<int>& axes,
            bool keep) {
  Builder& builder = context.builder();
  const int rank = in.shape.rank();
  Shape kept = in.shape;
  for (const int axis : axes) kept[axis] = 1;
  // Dropped dimensions change what the others mean: then as in the file.
  const Activation from = keep ? in : builder.in_form(in, Form::plain);
  host::RealMean layer;
  for (const int axis : axes) layer.axes.push_back(placed(axis, rank, from.form));
  std::sort(layer.axes.begin(), layer.axes.end());
  Shape shape = kept;
  if (!keep) {
    std::vector<int> dims;
    for (int d = 0; d < rank; ++d)
      if (std::find(axes.begin(), axes.end(), d) == axes.end()) dims.push_back(in.shape[d]);
    shape = Shape(dims);
  }
  const Tail tail = builder.follow(context.output(), true);
  layer.clamp = tail.clamp;
  builder.finish(tail, {from.tensor}, shape, from.form, HostLayer{layer});
}

}  // namespace

void import_average_pool(const NodeContext& context) {
  Builder& builder = context.builder();
  context.require(context.node().integer("channels_last", 0) == 0,
                  "channels_last is not supported");
  Activation in = context.real(0);
  const Window w = pool_window(context, in.shape);
  in = builder.in_form(in, Form::last);
  host::RealAveragePool layer;
  layer.window = w;
  layer.pad_bottom = w.pad_bottom;
  layer.pad_right = w.pad_right;
  layer.count_pads = context.node().integer("count_include_pad", 0) != 0;
  const Tail tail = builder.follow(context.output(), true);
  layer.clamp = tail.clamp;
  builder.finish(tail, {in.tensor}, output_shape(in.shape, in.shape[1], w), Form::last,
                 HostLayer{layer});
}

/// Of codes or of the reals that they mean, which is the same.
void import_max_pool(const NodeContext& context) {
  Builder& builder = context.builder();
  context.require(context.node().outputs.size() == 1 || context.node().outputs[1].empty(),
                  "its second output (indices) is not supported");
  Activation in = context.activation(0);
  const TensorInfo& info = builder.info(in);
  context.require(info.type == ElementType::code8, "its input is not quantised");
  const Quantization quant = info.quant;
  const Window w = pool_window(context, in.shape);
  in = builder.in_form(in, Form::last);
  host::Pool layer;
  layer.kind = host::PoolKind::max;
  layer.window = w;
  layer.clamp = {quant.lowest(), quant.highest()};
  Activation out = builder.make(context.output(), output_shape(in.shape, in.shape[1], w),
                                Form::last, quant, ElementType::code8);
  out.coded = in.coded;
  builder.add(context.output(), {in.tensor}, out, HostLayer{layer});
  Value value;
  value.activation = out;
  builder.define(context.output(), value);
}

void import_global_average_pool(const NodeContext& context) {
  context.require(context.node().integer("channels_last", 0) == 0,
                  "channels_last is not supported");
  const Activation in = context.real(0);
  context.require(in.shape.rank() > 2, "its input must have 3 dimensions or more");
  std::vector<int> axes(static_cast<std::size_t>(in.shape.rank() - 2));
  std::iota(axes.begin(), axes.end(), 2);
  reduce(context, in, axes, true);
}

void import_mean(const NodeContext& context) {
  const Node& node = context.node();
  const Activation in = context.real(0);
  std::vector<int> axes;
  for (const std::int64_t given : context.integers("axes", 1)) {
    const int axis = context.axis(given, in.shape.rank());
    context.require(std::find(axes.begin(), axes.end(), axis) == axes.end(),
                    "an axis is there twice");
    axes.push_back(axis);
  }
  if (axes.empty()) {
    context.require(node.integer("noop_with_empty_axes", 0) == 0,
                    "noop_with_empty_axes is not supported");
    axes.resize(static_cast<std::size_t>(in.shape.rank()));
    std::iota(axes.begin(), axes.end(), 0);
  }
  reduce(context, in, axes, node.integer("keepdims", 1) != 0);
}

}  // namespace uvea::nn::onnx
