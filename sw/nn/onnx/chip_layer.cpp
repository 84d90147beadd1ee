#include "sw/nn/onnx/chip_layer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sw/nn/arithmetic/fixed_point.h"

namespace uvea::nn::onnx {

namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

}  // namespace

ChipLayer::ChipLayer(const NodeContext& context, std::size_t iacts)
    : context_(context), input_(context.codes(iacts)), in_(context.builder().info(input_).quant) {}

const ScaledConstant& ChipLayer::take_weights(std::size_t i) {
  const Value& value = context_.value(i);
  if (!value.scaled)
    context_.fail(value.activation
                      ? "weights that are computed at run time are not supported"
                      : "its weights are not quantised (no DequantizeLinear before them)");
  weights_ = &*value.scaled;
  if (!weights_->codes->is_code())
    context_.fail("weights of " + type_name(weights_->codes->type) + " are not supported");
  if (!context_.builder().afford(weights_->codes->whole.size()))
    context_.fail("weights are shared by too many nodes; corrupted?");
  return *weights_;
}

void ChipLayer::place_weights(const std::function<std::size_t(int, int, int, int)>& from) {
  const ConvGeometry& g = layer_.geo;
  layer_.weights.resize(weights_->codes->whole.size());
  for (int m = 0; m < g.out_c; ++m) {
    const std::int64_t zero = weights_->zero_point[weights_->per_tensor() ? 0 : size(m)];
    for (int r = 0; r < g.kernel_h; ++r)
      for (int s = 0; s < g.kernel_w; ++s)
        for (int c = 0; c < g.in_c_per_group(); ++c) {
          const std::int64_t weight = weights_->codes->whole.at(from(m, r, s, c)) - zero;
          if (weight < -255 || weight > 255) context_.fail("a weight's zero point is out of range");
          layer_.weights[layer_.weight_index(m, r, s, c)] = static_cast<std::int16_t>(weight);
        }
  }
  bias_.assign(size(g.out_c), 0.0);
  codes_.assign(size(g.out_c), 0);
}

double ChipLayer::step(std::size_t m) const {
  return in_.scale * weights_->scale[weights_->per_tensor() ? 0 : m];
}

std::vector<double> ChipLayer::reals(const Value& value, const std::string& what) const {
  std::vector<double> result;
  if (value.constant != nullptr && value.constant->is(Type::float32)) {
    result.assign(value.constant->real.begin(), value.constant->real.end());
  } else if (value.scaled) {
    const ScaledConstant& scaled = *value.scaled;
    if (!scaled.per_tensor() && scaled.scale.size() != scaled.codes->whole.size())
      context_.fail(what + " has scales for other channels");
    for (std::size_t k = 0; k < scaled.codes->whole.size(); ++k) {
      const std::size_t s = scaled.per_tensor() ? 0 : k;
      result.push_back(scaled.scale[s] *
                       static_cast<double>(scaled.codes->whole[k] - scaled.zero_point[s]));
    }
  } else {
    context_.fail(what + " must be a constant of FLOAT, or dequantised");
  }
  if (result.size() != 1 && result.size() != size(layer_.geo.out_c))
    context_.fail(what + " has " + std::to_string(result.size()) + " values for " +
                  std::to_string(layer_.geo.out_c) + " output channels");
  return result;
}

void ChipLayer::add_bias(std::size_t i, double factor) {
  const Value& value = context_.value(i);
  // Behind a QLinear operator: integers in steps of the accumulator.
  if (!context_.node().made_from.empty() && value.constant != nullptr) {
    context_.require(value.constant->is(Type::int32), "its bias must be of INT32");
    if (value.constant->whole.size() != codes_.size())
      context_.fail("its bias has " + std::to_string(value.constant->whole.size()) +
                    " values for " + std::to_string(codes_.size()) + " output channels");
    codes_ = value.constant->whole;
    return;
  }
  add_bias(value, factor, "its bias");
}

void ChipLayer::add_bias(const Value& value, double factor, const std::string& what) {
  const std::vector<double> reals_of = reals(value, what);
  const ScaledConstant* scaled = value.scaled ? &*value.scaled : nullptr;
  for (std::size_t m = 0; m < bias_.size(); ++m) {
    const std::size_t k = reals_of.size() == 1 ? 0 : m;
    // A bias at (nearly: FLOAT has rounded the product) the accumulator's scale is taken as it is.
    if (scaled != nullptr && factor == 1.0 && alpha_ == 1.0) {
      const double scale = scaled->scale[scaled->per_tensor() ? 0 : k];
      if (std::abs(scale - step(m)) <= 1e-6 * step(m)) {
        codes_[m] += scaled->codes->whole[k] - scaled->zero_point[scaled->per_tensor() ? 0 : k];
        continue;
      }
    }
    bias_[m] += factor * reals_of[k];
  }
}

/// An Add of one constant per channel is a bias, too (MatMul has none of its own).
void ChipLayer::take_add(std::string& result, const Shape& shape, Form form) {
  const Builder& builder = context_.builder();
  const Node* node = builder.only_use(result);
  if (node == nullptr || node->type != "Add" || !node->domain.empty() || !node->made_from.empty() ||
      node->inputs.size() != 2 || node->outputs.size() != 1)
    return;
  const std::string& other = node->inputs[node->inputs[0] == result ? 1 : 0];
  const Value* value = builder.find(other);
  if (other == result || value == nullptr || value->activation) return;
  const Constant* constant = value->scaled ? value->scaled->codes : value->constant;
  // All its dimensions but that of the channels are 1.
  const int channel = form == Form::last ? 1 : shape.rank() - 1;
  const int missing = shape.rank() - constant->shape.rank();
  if (missing < 0) return;
  for (int d = 0; d < constant->shape.rank(); ++d)
    if (constant->shape[d] != 1 && (d + missing != channel || constant->shape[d] != shape[channel]))
      return;
  if (value->scaled && !value->scaled->per_tensor()) return;
  add_bias(*value, 1.0, "the constant that " + shown(*node) + " adds");
  context_.builder().done(*node);
  result = node->outputs[0];
}

void ChipLayer::finish(const Shape& shape, Form form) {
  Builder& builder = context_.builder();
  std::string result = context_.output();
  take_add(result, shape, form);
  const Tail tail = builder.follow(result, true);
  if (!tail.quant)
    context_.fail(
        "its result " + printable(tail.name) +
        " is not quantised (no QuantizeLinear directly, or over Relu or Clip, behind it)");
  layer_.in = in_;
  layer_.out = *tail.quant;
  layer_.rounding = Rounding::half_even;
  const auto code = [&](double real) {
    const double steps = std::nearbyint(real / layer_.out.scale) + layer_.out.zero_point;
    return static_cast<int>(std::clamp(steps, static_cast<double>(layer_.out.lowest()),
                                       static_cast<double>(layer_.out.highest())));
  };
  layer_.act_min = code(tail.clamp.min);
  layer_.act_max = code(tail.clamp.max);
  std::vector<double> factors;
  for (std::size_t m = 0; m < bias_.size(); ++m) {
    const double steps = std::nearbyint(bias_[m] / step(m) / alpha_);
    const double bias = steps + static_cast<double>(codes_[m]);
    if (!(bias >= std::numeric_limits<std::int32_t>::min() &&
          bias <= std::numeric_limits<std::int32_t>::max()))
      context_.fail("the bias of output channel " + std::to_string(m) + " does not fit 32 bits");
    layer_.bias.push_back(static_cast<std::int32_t>(bias));
    const double factor = step(m) * alpha_ / layer_.out.scale;
    if (!(factor >= 0.0 && factor < 1073741824.0))
      context_.fail("the rescaling factor of output channel " + std::to_string(m) +
                    " is not in 0..2^30; corrupted?");
    factors.push_back(factor);
    layer_.requant.push_back(quantize_multiplier(factor));
  }
  const Activation in = builder.in_form(input_, form);
  builder.fit(layer_, factors);
  builder.finish(tail, {in.tensor}, shape, form, std::move(layer_));
}

}  // namespace uvea::nn::onnx
