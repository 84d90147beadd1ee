#pragma once
// What the importers of convolutions of every kind share: weights, bias and rescaling of a
// ConvLayer.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "sw/nn/tflite/blockers.h"
#include "sw/nn/tflite/context.h"

namespace uvea::nn::tflite {

/// Where the weights' scale is rounded to single precision before it meets the output's.
enum class FactorRule { doubles, product_in_float };

class ConvImport {
 public:
  /// The operator's inputs that are the iacts and (where there) the bias; the weights are input 1.
  explicit ConvImport(const OpContext& context, std::size_t iacts = 0, std::size_t bias = 2)
      : context_(context),
        bias_(context.optional_input(bias)),
        in_(context.input(iacts)),
        filter_(context.input(1)),
        in_info_(context.activation(in_)),
        out_info_(context.activation(context.output())) {
    context.require(in_info_.quant.is_signed == out_info_.quant.is_signed,
                    "input and output must both be INT8 or both UINT8");
    if (!filter_.constant()) context.fail("the weights are not constant");
    if (filter_.type != in_.type)
      context.fail("weights are " + type_name(filter_.type) + " and iacts " + type_name(in_.type) +
                   ", expected the same 8-bit type" + type_advice(filter_.type));
    if (filter_.sparse)
      context.fail(
          "the weights are stored with their zeros left out; convert the model without "
          "sparse tensors");
    if (filter_.data.size() != filter_.elements)
      context.fail("the weight buffer holds " + std::to_string(filter_.data.size()) +
                   " bytes, its shape needs " + std::to_string(filter_.elements));
    result_.layer.in = in_info_.quant;
    result_.layer.out = out_info_.quant;
  }

  const Shape& in_shape() const { return in_info_.shape; }
  const TensorInfo& in_info() const { return in_info_; }
  const Shape& out_shape() const { return out_info_.shape; }
  const RawTensor& filter() const { return filter_; }
  ConvLayer& layer() { return result_.layer; }

  void take_dilation(int slot_w, int slot_h) {
    const int w = context_.op().option<std::int32_t>(slot_w, 1);
    const int h = context_.op().option<std::int32_t>(slot_h, 1);
    constexpr int largest = 1 << 15;
    if (w < 1 || h < 1 || w > largest || h > largest)
      context_.fail("dilation " + std::to_string(h) + "x" + std::to_string(w) +
                    ": must be from 1 to " + std::to_string(largest));
    layer().geo.dilation_h = h;
    layer().geo.dilation_w = w;
  }

  void place(int padding, int stride_h, int stride_w) {
    ConvGeometry& g = layer().geo;
    // Rows and columns from a kernel's first tap to its last.
    const auto extent = [&](int taps, int dilation) {
      const std::int64_t size = (taps - std::int64_t{1}) * dilation + 1;
      if (size > kLargestKernel)
        context_.fail("a kernel of " + std::to_string(taps) + " at dilation " +
                      std::to_string(dilation) + " spans " + std::to_string(size) +
                      ", allowed is at most " + std::to_string(kLargestKernel));
      return static_cast<int>(size);
    };
    const Window window =
        place_window(context_, padding, g.in_h, g.in_w, extent(g.kernel_h, g.dilation_h),
                     extent(g.kernel_w, g.dilation_w), stride_h, stride_w);
    g.stride_h = stride_h;
    g.stride_w = stride_w;
    g.out_h = window.out_h;
    g.out_w = window.out_w;
    g.pad_top = window.pad_top;
    g.pad_left = window.pad_left;
    const Shape expected{g.batch, g.out_h, g.out_w, g.out_c};
    if (out_info_.shape != expected) context_.fail("the output's shape contradicts the input's");
  }

  void require_output_elements(std::size_t elements) const {
    context_.require(out_info_.shape.elements() == elements,
                     "the output's shape contradicts the input's");
  }

  /// As FULLY_CONNECTED has it with keep_num_dims: only the last dimension changes.
  void require_kept_dimensions() const {
    Shape expected = in_info_.shape;
    context_.require(expected.rank() > 0 && expected.c() == result_.layer.geo.in_c,
                     "the dimensions are kept, so the last one of the input must be the features");
    expected[expected.rank() - 1] = result_.layer.geo.out_c;
    context_.require(out_info_.shape == expected, "the output's shape contradicts the input's");
  }

  /// Weights in the file's order, then reordered by `index` (flat file index of [m][r][s][c]).
  template <typename Index>
  void take_weights(int channel_dimension, Index index) {
    const ConvGeometry& g = layer().geo;
    const int zero_point = weight_zero_point(channel_dimension);
    layer().weights.resize(filter_.elements);
    for (int m = 0; m < g.out_c; ++m) {
      for (int r = 0; r < g.kernel_h; ++r) {
        for (int s = 0; s < g.kernel_w; ++s) {
          for (int c = 0; c < g.in_c_per_group(); ++c) {
            const std::uint8_t byte = filter_.data[index(m, r, s, c)];
            const int code = in_info_.quant.is_signed ? static_cast<std::int8_t>(byte) : byte;
            layer().weights[layer().weight_index(m, r, s, c)] =
                static_cast<std::int16_t>(code - zero_point);
          }
        }
      }
    }
  }

  void take_bias() {
    std::vector<std::int32_t>& bias = layer().bias;
    bias.assign(size(layer().geo.out_c), 0);
    const RawTensor* tensor = bias_;
    if (tensor == nullptr) return;
    if (!tensor->is(Type::int32))
      context_.fail("the bias is " + type_name(tensor->type) + ", expected INT32");
    if (!tensor->constant()) context_.fail("the bias is not constant");
    if (tensor->elements != bias.size() || tensor->data.size() != 4 * bias.size())
      context_.fail("the bias buffer holds " + std::to_string(tensor->data.size()) +
                    " bytes, the layer needs " + std::to_string(4 * bias.size()));
    for (std::size_t i = 0; i < tensor->zero_points.size(); ++i)
      context_.require(tensor->zero_points[i] == 0, "the bias has a zero point other than 0");
    for (std::size_t m = 0; m < bias.size(); ++m) {
      std::uint32_t bits = 0;
      for (std::size_t b = 4; b-- > 0;) bits = (bits << 8) | tensor->data[4 * m + b];
      bias[m] = static_cast<std::int32_t>(bits);
    }
  }

  ImportedConv finish(FactorRule rule, int activation_slot) {
    const CodeRange range =
        activation_range(context_.fused_activation(activation_slot), layer().out);
    layer().act_min = range.min;
    layer().act_max = range.max;
    for (int m = 0; m < layer().geo.out_c; ++m) {
      const float scale = filter_.scales[filter_.scales.size() == 1 ? 0 : size(m)];
      const double product =
          rule == FactorRule::doubles
              ? layer().in.scale * static_cast<double>(scale)
              : static_cast<double>(static_cast<float>(layer().in.scale) * scale);
      result_.factors.push_back(product / layer().out.scale);
      layer().requant.push_back(context_.rescaling(result_.factors.back()));
    }
    return std::move(result_);
  }

  FactorRule usual_rule() const {
    return in_info_.quant.is_signed ? FactorRule::doubles : FactorRule::product_in_float;
  }

 private:
  /// Checks scales and zero points; all zero points are one and the same here.
  int weight_zero_point(int channel_dimension) const {
    const std::size_t channels = size(result_.layer.geo.out_c);
    const std::size_t scales = filter_.scales.size();
    if (scales != 1 && scales != channels)
      context_.fail("the weights have " + std::to_string(scales) + " scales, expected 1 or " +
                    std::to_string(channels) + "; quantise the model fully");
    const bool per_channel = scales > 1;
    if (per_channel && !in_info_.quant.is_signed)
      context_.fail("UINT8 weights with a scale per channel are not supported; use INT8");
    if (per_channel && filter_.quantized_dimension != channel_dimension)
      context_.fail("weight scales run along dimension " +
                    std::to_string(filter_.quantized_dimension) + ", expected " +
                    std::to_string(channel_dimension) + " (output channels)");
    for (std::size_t i = 0; i < scales; ++i)
      context_.require(std::isfinite(filter_.scales[i]) && filter_.scales[i] >= 0.0F,
                       "a weight scale is not a positive number");
    if (!filter_.zero_points.empty() && filter_.zero_points.size() != 1 &&
        filter_.zero_points.size() != channels)
      context_.fail("the weights have " + std::to_string(filter_.zero_points.size()) +
                    " zero points, expected 1 or " + std::to_string(channels));
    std::int64_t zero_point = 0;
    for (std::size_t i = 0; i < filter_.zero_points.size(); ++i) {
      if (i > 0 || in_info_.quant.is_signed)
        context_.require(filter_.zero_points[i] == zero_point,
                         in_info_.quant.is_signed ? "INT8 weights must have zero point 0"
                                                  : "UINT8 weights must have one zero point");
      zero_point = filter_.zero_points[i];
    }
    context_.require(zero_point >= 0 && zero_point <= 255, "a weight zero point is not a code");
    return static_cast<int>(zero_point);
  }

  static std::size_t size(int n) { return static_cast<std::size_t>(n); }

  const OpContext& context_;
  const RawTensor* bias_;
  const RawTensor& in_;
  const RawTensor& filter_;
  TensorInfo in_info_, out_info_;
  ImportedConv result_;
};

}  // namespace uvea::nn::tflite
