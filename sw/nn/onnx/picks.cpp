// Pad and Resize.

#include <algorithm>
#include <cmath>

#include "sw/nn/onnx/operators.h"

namespace uvea::nn::onnx {
namespace {

/// Longest axis that may be padded by its own values or resized.
constexpr std::int64_t kLongest = 1 << 16;

std::size_t size(int n) { return static_cast<std::size_t>(n); }

/// The place that a padded place takes its value from.
int padded_from(const std::string& mode, std::int64_t place, std::int64_t length) {
  if (mode == "edge") return static_cast<int>(std::clamp<std::int64_t>(place, 0, length - 1));
  if (mode == "wrap") return static_cast<int>(((place % length) + length) % length);
  const std::int64_t period = std::max<std::int64_t>(2 * (length - 1), 1);  // reflect
  const std::int64_t at = ((place % period) + period) % period;
  return static_cast<int>(std::min(at, period - at));
}

/// Before rounding: where output place i of an axis lies in its input.
double source_of(const std::string& mode, std::int64_t i, double scale, std::int64_t in,
                 std::int64_t out) {
  const auto x = static_cast<double>(i);
  if (mode == "asymmetric") return x / scale;
  if (mode == "align_corners")
    return out == 1 ? 0.0 : x * static_cast<double>(in - 1) / static_cast<double>(out - 1);
  if (mode == "pytorch_half_pixel" && out == 1) return 0.0;
  return (x + 0.5) / scale - 0.5;
}

double nearest(const std::string& mode, double x) {
  if (mode == "floor") return std::floor(x);
  if (mode == "ceil") return std::ceil(x);
  if (mode == "round_prefer_ceil") return std::floor(x + 0.5);
  return std::ceil(x - 0.5);
}

/// The real factor per axis and the output's dimensions.
struct Sizes {
  std::vector<double> scale;
  std::vector<std::int64_t> out;
};

Sizes sizes_of(const NodeContext& context, const Shape& in) {
  const Node& node = context.node();
  const bool upsample = node.type == "Upsample";
  const std::size_t scales_at = upsample || context.builder().opset() < 11 ? 1 : 2;
  Sizes result;
  if (!upsample && context.has_input(3)) {
    result.out = context.integers(3);
    context.require(result.out.size() == size(in.rank()), "sizes does not have one value per axis");
    for (std::size_t d = 0; d < result.out.size(); ++d)
      result.scale.push_back(static_cast<double>(result.out[d]) / in[static_cast<int>(d)]);
    return result;
  }
  std::vector<float> scales;
  if (node.has("scales")) {
    scales = node.attributes.at("scales").floats;
  } else {
    const Constant* constant = context.value(scales_at).constant;
    context.require(constant != nullptr && constant->is(Type::float32),
                    "its scales must be a constant of FLOAT");
    scales = constant->real;
  }
  context.require(scales.size() == size(in.rank()), "scales does not have one value per axis");
  for (std::size_t d = 0; d < scales.size(); ++d) {
    context.require(scales[d] > 0.0F && scales[d] < 65536.0F, "a scale is out of range");
    result.scale.push_back(static_cast<double>(scales[d]));
    result.out.push_back(
        static_cast<std::int64_t>(std::floor(in[static_cast<int>(d)] * result.scale[d])));
  }
  return result;
}

}  // namespace

void import_pad(const NodeContext& context) {
  const Node& node = context.node();
  Builder& builder = context.builder();
  const Activation in = context.activation(0);
  const int rank = in.shape.rank();
  const std::string mode = node.text("mode", "constant");
  const std::vector<std::int64_t> pads = context.integers("pads", 1);
  std::vector<std::int64_t> axes;
  if (context.has_input(3)) {
    axes = context.integers(3);
  } else {
    for (int d = 0; d < rank; ++d) axes.push_back(d);
  }
  context.require(pads.size() == 2 * axes.size(), "pads does not have two values per axis");
  Shape shape = in.shape;
  std::vector<int> before(size(rank), 0);
  std::vector<std::vector<int>> from(size(rank));
  for (std::size_t k = 0; k < axes.size(); ++k) {
    const int axis = context.axis(axes[k], rank);
    const std::int64_t front = pads[k], back = pads[axes.size() + k], length = in.shape[axis];
    context.require(front >= 0 && back >= 0, "negative padding is not supported; use Slice");
    context.require(front <= kLongest && back <= kLongest, "padding of more than 65536");
    if (front == 0 && back == 0) continue;
    shape[axis] = static_cast<int>(length + front + back);
    before[size(axis)] = static_cast<int>(front);
    if (mode == "constant") continue;
    context.require(length + front + back <= kLongest, "an axis of more than 65536 elements");
    context.require(mode != "reflect" || (front < length && back < length),
                    "it reflects more than its input has");
    for (std::int64_t i = -front; i < length + back; ++i)
      from[size(axis)].push_back(padded_from(mode, i, length));
  }
  if (mode != "constant") {
    context.require(mode == "edge" || mode == "reflect" || mode == "wrap",
                    "its mode is not supported");
    return import_pick(context, from);
  }
  const TensorInfo& info = builder.info(in);
  context.require(info.type == ElementType::code8, "its input is not quantised");
  host::Pad layer;
  layer.before = placed(Shape(before), in.form).dims();
  layer.code = info.quant.zero_point;
  if (in.coded) {  // of codes: a code, 0 where none is given
    const Constant* value = context.has_input(2) ? context.value(2).constant : nullptr;
    context.require(!context.has_input(2) || (value != nullptr && value->whole.size() == 1),
                    "its value must be a constant");
    layer.code = value == nullptr ? 0 : static_cast<int>(value->whole[0]);
    context.require(layer.code >= info.quant.lowest() && layer.code <= info.quant.highest(),
                    "its value is no code of its input");
  } else {
    const double real = context.has_input(2) ? context.real_constant(2) : node.real("value", 0.0);
    const double steps = real / info.quant.scale + info.quant.zero_point;
    context.require(steps == std::nearbyint(steps) && steps >= info.quant.lowest() &&
                        steps <= info.quant.highest(),
                    "its value is not one that a code of its input has");
    layer.code = static_cast<int>(steps);
  }
  import_moved(context, in, shape, layer);
}

void import_resize(const NodeContext& context) {
  const Node& node = context.node();
  const Activation in = context.activation(0);
  const bool upsample = node.type == "Upsample" || context.builder().opset() < 11;
  const std::string mode = node.text("mode", "nearest");
  context.require(mode == "nearest", "only mode nearest is supported");
  context.require(node.integers("axes").empty() &&
                      node.text("keep_aspect_ratio_policy", "stretch") == "stretch",
                  "axes and keep_aspect_ratio_policy are not supported");
  const std::string place =
      node.text("coordinate_transformation_mode", upsample ? "asymmetric" : "half_pixel");
  static const std::string places[] = {"half_pixel", "pytorch_half_pixel", "asymmetric",
                                       "align_corners"};
  context.require(std::find(std::begin(places), std::end(places), place) != std::end(places),
                  "its coordinate_transformation_mode is not supported");
  const std::string rounding = node.text("nearest_mode", upsample ? "floor" : "round_prefer_floor");
  const Sizes sizes = sizes_of(context, in.shape);
  std::vector<std::vector<int>> from(size(in.shape.rank()));
  for (std::size_t d = 0; d < from.size(); ++d) {
    const std::int64_t length = in.shape[static_cast<int>(d)], out = sizes.out[d];
    context.require(out > 0 && out <= kLongest, "an axis of its result is empty or too long");
    if (out == length && sizes.scale[d] == 1.0) continue;
    for (std::int64_t i = 0; i < out; ++i) {
      const double x = nearest(rounding, source_of(place, i, sizes.scale[d], length, out));
      from[d].push_back(static_cast<int>(std::clamp(x, 0.0, static_cast<double>(length - 1))));
    }
  }
  import_pick(context, from);
}

}  // namespace uvea::nn::onnx
