// Operators that run on the host.

#include <algorithm>
#include <cmath>

#include "sw/nn/tflite_context.h"

namespace uvea::nn::tflite {
namespace {

// Numbers of the options' union types.
constexpr int kPoolOptions = 5, kSoftmaxOptions = 9, kConcatOptions = 10, kAddOptions = 11,
              kResizeBilinearOptions = 15, kReducerOptions = 27, kResizeNearestOptions = 74;

void set_activation(HostLayer& layer, Activation activation, const Quantization& out) {
  const CodeRange range = activation_range(activation, out);
  layer.act_min = range.min;
  layer.act_max = range.max;
}

void require_same_type(const OpContext& context, const TensorInfo& a, const TensorInfo& b) {
  context.require(a.quant.is_signed == b.quant.is_signed,
                  "inputs and output must all be INT8 or all UINT8");
}

void import_pool(const OpContext& context, const TensorInfo& in, const TensorInfo& out,
                 HostLayer& layer) {
  const RawOperator& op = context.options(kPoolOptions);
  context.require(context.input(0).dims.size() == 4, "the input must have 4 dimensions");
  layer.stride_w = op.option<std::int32_t>(1, 0);
  layer.stride_h = op.option<std::int32_t>(2, 0);
  layer.kernel_w = op.option<std::int32_t>(3, 0);
  layer.kernel_h = op.option<std::int32_t>(4, 0);
  const Window window =
      place_window(context, op.option<std::int8_t>(0, 0), in.shape.h(), in.shape.w(),
                   layer.kernel_h, layer.kernel_w, layer.stride_h, layer.stride_w);
  layer.pad_top = window.pad_top;
  layer.pad_left = window.pad_left;
  context.require(out.shape == Shape{in.shape.n(), window.out_h, window.out_w, in.shape.c()},
                  "the output's shape contradicts the input's");
  set_activation(layer, context.fused_activation(5), out.quant);
}

void import_add(const OpContext& context, const TensorInfo& in, const TensorInfo& out,
                HostLayer& layer) {
  context.options(kAddOptions);
  context.require(context.op().inputs.size() == 2, "must have two inputs");
  const TensorInfo other = context.activation(context.input(1));
  require_same_type(context, other, out);
  context.require(context.input(0).dims.size() == context.input(1).dims.size(),
                  "inputs with different numbers of dimensions are not supported");
  const auto fits = [&](int a, int b, int o) {
    return o == std::max(a, b) && (a == b || a == 1 || b == 1);
  };
  const Shape &a = in.shape, &b = other.shape, &o = out.shape;
  context.require(fits(a.n(), b.n(), o.n()) && fits(a.h(), b.h(), o.h()) &&
                      fits(a.w(), b.w(), o.w()) && fits(a.c(), b.c(), o.c()),
                  "the shapes of inputs and output contradict each other");
  // The sum is brought to the output's scale from 20 bits below the larger of the inputs'.
  context.rescaling(2.0 * std::max(in.quant.scale, other.quant.scale) /
                    ((1 << 20) * out.quant.scale));
  set_activation(layer, context.fused_activation(0), out.quant);
}

void import_concat(const OpContext& context, const TensorInfo& out, HostLayer& layer) {
  const RawOperator& op = context.options(kConcatOptions);
  if (context.fused_activation(1) != Activation::none)
    context.fail("a fused activation is not supported here");
  const int rank = static_cast<int>(context.output().dims.size());
  int axis = op.option<std::int32_t>(0, 0);
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank) context.fail("axis " + std::to_string(axis) + " does not exist");
  layer.axis = axis;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    const TensorInfo part = context.activation(context.input(i));
    require_same_type(context, part, out);
    context.require(context.input(i).dims.size() == context.output().dims.size(),
                    "inputs with different numbers of dimensions are not supported");
    if (part.quant.is_signed)
      context.require(
          part.quant.scale == out.quant.scale && part.quant.zero_point == out.quant.zero_point,
          "INT8 inputs must have the scale and zero point of the output");
    // As the kernel computes it: times the reciprocal, in single precision.
    if (part.quant.scale != out.quant.scale || part.quant.zero_point != out.quant.zero_point)
      context.rescaling(static_cast<double>(static_cast<float>(part.quant.scale) *
                                            (1.0F / static_cast<float>(out.quant.scale))));
    sum += part.shape[axis];
    Shape whole = part.shape;
    whole[axis] = out.shape[axis];
    context.require(whole == out.shape, "the shapes of inputs and output contradict each other");
  }
  context.require(sum == out.shape[axis], "the shapes of inputs and output contradict each other");
}

void import_pad(const OpContext& context, const TensorInfo& in, const TensorInfo& out,
                HostLayer& layer) {
  context.require(context.input(0).dims.size() == 4, "the input must have 4 dimensions");
  const std::vector<int> pads = context.constants(1, "the padding");
  context.require(pads.size() == 8, "the padding must have two values per dimension");
  for (const int p : pads)
    context.require(p >= 0 && p <= (1 << 15), "a padding is not from 0 to 32768");
  context.require(pads[0] == 0 && pads[1] == 0 && pads[6] == 0 && pads[7] == 0,
                  "only height and width can be padded");
  context.require(in.quant.scale == out.quant.scale && in.quant.zero_point == out.quant.zero_point,
                  "input and output must have the same scale and zero point");
  layer.pads = {pads[2], pads[3], pads[4], pads[5]};
  context.require(out.shape == Shape{in.shape.n(), in.shape.h() + pads[2] + pads[3],
                                     in.shape.w() + pads[4] + pads[5], in.shape.c()},
                  "the output's shape contradicts the input's");
}

void import_mean(const OpContext& context, const TensorInfo& in, const TensorInfo& out,
                 HostLayer& layer) {
  const RawOperator& op = context.options(kReducerOptions);
  std::vector<int> axes = context.constants(1, "the axes");
  for (int& axis : axes)
    if (axis < 0) axis += 4;
  std::sort(axes.begin(), axes.end());
  context.require(context.input(0).dims.size() == 4 && axes == std::vector<int>{1, 2},
                  "only the mean over height and width of 4 dimensions is supported");
  layer.keep_dims = op.option<std::uint8_t>(0, 0) != 0;
  context.require(out.shape.nhwc() == Shape{in.shape.n(), 1, 1, in.shape.c()},
                  "the output's shape contradicts the input's");
  context.require(std::int64_t{in.shape.h()} * in.shape.w() <= (1 << 22), "the input is too large");
  context.rescaling(in.quant.scale / out.quant.scale);
}

void import_resize(const OpContext& context, const TensorInfo& in, const TensorInfo& out,
                   int align_slot, HostLayer& layer) {
  context.require(context.input(0).dims.size() == 4, "the input must have 4 dimensions");
  const std::vector<int> to = context.constants(1, "the size");
  context.require(to.size() == 2 && out.shape == Shape{in.shape.n(), to[0], to[1], in.shape.c()},
                  "the output's shape contradicts the wanted size");
  layer.align_corners = context.op().option<std::uint8_t>(align_slot, 0) != 0;
  layer.half_pixel_centers = context.op().option<std::uint8_t>(align_slot + 1, 0) != 0;
  context.require(!layer.align_corners || !layer.half_pixel_centers,
                  "align_corners and half_pixel_centers exclude each other");
}

void import_softmax(const OpContext& context, const TensorInfo& in, const TensorInfo& out,
                    HostLayer& layer) {
  const RawOperator& op = context.options(kSoftmaxOptions);
  layer.beta = static_cast<double>(op.option<float>(0, 0.0F));
  context.require(layer.beta > 0.0 && layer.beta < 1.0e6, "beta must be a positive number");
  context.require(
      std::isfinite(static_cast<float>(in.quant.scale) * static_cast<float>(layer.beta)),
      "the input's scale times beta is too large");
  context.require(in.shape == out.shape, "the output's shape contradicts the input's");
  context.require(out.quant.scale == 1.0 / 256 && out.quant.zero_point == out.quant.lowest(),
                  "the output must have scale 1/256 and the lowest code as zero point");
}

Activation activation_of(int code) {
  return code == op_relu    ? Activation::relu
         : code == op_relu6 ? Activation::relu6
                            : Activation::relu_n1_to_1;
}

}  // namespace

ImportedHost import_host(const OpContext& context) {
  static constexpr int supported[] = {
      op_add,     op_average_pool, op_concat,          op_max_pool, op_relu, op_relu_n1_to_1,
      op_relu6,   op_reshape,      op_resize_bilinear, op_softmax,  op_pad,  op_mean,
      op_squeeze, op_expand_dims,  op_resize_nearest,  op_quantize};
  const int code = context.op().code;
  if (std::find(std::begin(supported), std::end(supported), code) == std::end(supported))
    context.fail(
        "this operator is not supported; supported are CONV_2D, DEPTHWISE_CONV_2D, "
        "FULLY_CONNECTED, ADD, AVERAGE_POOL_2D, MAX_POOL_2D, SOFTMAX, RESHAPE, QUANTIZE, "
        "RESIZE_NEAREST_NEIGHBOR, RESIZE_BILINEAR, CONCATENATION, PAD, MEAN, RELU and RELU6");
  ImportedHost result;
  HostLayer& layer = result.layer;
  const TensorInfo in = context.activation(context.input(0));
  const TensorInfo out = context.activation(context.output());
  if (code != op_quantize) require_same_type(context, in, out);
  set_activation(layer, Activation::none, out.quant);
  switch (code) {
    case op_add:
      layer.op = HostOp::add;
      import_add(context, in, out, layer);
      result.activations = 2;
      break;
    case op_average_pool:
      layer.op = HostOp::average_pool;
      import_pool(context, in, out, layer);
      break;
    case op_max_pool:
      layer.op = HostOp::max_pool;
      import_pool(context, in, out, layer);
      break;
    case op_concat:
      layer.op = HostOp::concat;
      import_concat(context, out, layer);
      result.activations = context.op().inputs.size();
      break;
    case op_softmax:
      layer.op = HostOp::softmax;
      import_softmax(context, in, out, layer);
      break;
    case op_pad:
      layer.op = HostOp::pad;
      import_pad(context, in, out, layer);
      break;
    case op_mean:
      layer.op = HostOp::mean;
      import_mean(context, in, out, layer);
      break;
    case op_resize_bilinear:
      layer.op = HostOp::resize_bilinear;
      context.options(kResizeBilinearOptions);
      import_resize(context, in, out, 2, layer);
      break;
    case op_resize_nearest:
      layer.op = HostOp::resize_nearest;
      context.options(kResizeNearestOptions);
      import_resize(context, in, out, 0, layer);
      break;
    case op_quantize:
      layer.op = HostOp::quantize;
      context.rescaling(in.quant.scale / out.quant.scale);
      context.require(in.shape == out.shape, "the output's shape contradicts the input's");
      break;
    case op_relu:
    case op_relu6:
    case op_relu_n1_to_1:
      layer.op = HostOp::relu;
      context.rescaling(in.quant.scale / out.quant.scale);
      context.require(in.shape == out.shape, "the output's shape contradicts the input's");
      set_activation(layer, activation_of(code), out.quant);
      break;
    default:  // RESHAPE, SQUEEZE, EXPAND_DIMS
      layer.op = HostOp::reshape;
      context.require(in.shape.elements() == out.shape.elements(),
                      "input and output must have the same number of elements");
      break;
  }
  return result;
}

}  // namespace uvea::nn::tflite
