// Convolutions between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND, and TRANSPOSE_CONV, against the
// TensorFlow Lite 2.2.0 C library, where scripts/fetch-tflite has put it.

#include <gtest/gtest.h>

#include <algorithm>

#include "sw/nn/tflite/tflite_import.h"
#include "tb/tests/nn/tflite_case.h"

namespace uvea::tb {
namespace {

OptionSpec byte(int slot, int value) {
  return {slot, OptionSpec::byte, static_cast<double>(value)};
}
OptionSpec integer(int slot, int value) {
  return {slot, OptionSpec::integer, static_cast<double>(value)};
}

/// Weights of any codes, int8 per channel along `dimension`.
int weights(Case& c, const Dims& shape, int dimension) {
  const int index = c.constant_codes("weights", shape);
  TensorSpec& tensor = c.spec.tensors.back();
  tensor.quantized_dimension = dimension;
  if (c.is_signed) {
    const int channels = shape[static_cast<std::size_t>(dimension)];
    tensor.scales.clear();
    for (int i = 0; i < channels; ++i) tensor.scales.push_back(c.draw.scale() / 64.0F);
    tensor.zero_points.assign(static_cast<std::size_t>(channels), 0);
  }
  return index;
}

/// At the scale of the input times that of the weights.
int biases(Case& c, int filter, int count) {
  std::vector<std::int32_t> values;
  for (int i = 0; i < count; ++i) values.push_back(c.draw.between(-500, 500));
  const int index = c.constant("bias", {count}, values);
  TensorSpec& bias = c.spec.tensors.back();
  for (const float scale : c.spec.tensors[static_cast<std::size_t>(filter)].scales)
    bias.scales.push_back(scale * c.spec.tensors[0].scales[0]);
  bias.zero_points.assign(bias.scales.size(), 0);
  return index;
}

/// The output's scale, large enough for most sums.
void widen(Case& c, int tensor, int terms) {
  TensorSpec& out = c.spec.tensors[static_cast<std::size_t>(tensor)];
  out.scales[0] = c.spec.tensors[0].scales[0] * static_cast<float>(terms) / 4.0F + 0.05F;
}

void dilated(Case& c) {
  const int bh = c.draw.between(1, 3), bw = c.draw.between(1, 3), kernel_h = c.draw.between(1, 3),
            kernel_w = c.draw.between(1, 3), channels = c.draw.between(1, 5);
  const bool depthwise = c.draw.chance(50);
  const int filters = depthwise ? channels : c.draw.between(1, 5);
  const int rows = c.draw.between(kernel_h, kernel_h + 3),
            cols = c.draw.between(kernel_w, kernel_w + 3);  // of a piece
  const int top = c.draw.between(0, std::min(2, rows * bh - 1)),
            left = c.draw.between(0, std::min(2, cols * bw - 1));
  const int height = std::max(1, rows * bh - top - c.draw.between(0, 1)),
            width = std::max(1, cols * bw - left - c.draw.between(0, 1));
  const Dims pieces{bh * bw, rows, cols, channels};
  const bool same = c.draw.chance(30);
  const int out_rows = same ? rows : rows - kernel_h + 1,
            out_cols = same ? cols : cols - kernel_w + 1;
  const int crop_top = c.draw.between(0, std::min(bh, out_rows * bh) - 1),
            crop_left = c.draw.between(0, std::min(bw, out_cols * bw) - 1);
  c.add("in", {1, height, width, channels});
  const int apart = c.add_like("pieces", pieces, 0);
  const int filter = weights(c,
                             depthwise ? Dims{1, kernel_h, kernel_w, channels}
                                       : Dims{filters, kernel_h, kernel_w, channels},
                             depthwise ? 3 : 0);
  const int sums = c.add("sums", {bh * bw, out_rows, out_cols, filters});
  widen(c, sums, kernel_h * kernel_w * (depthwise ? 1 : channels));
  const int out =
      c.add_like("out", {1, out_rows * bh - crop_top, out_cols * bw - crop_left, filters}, sums);
  const int block = c.constant("block", {2}, {bh, bw});
  const int pads =
      c.constant("pads", {2, 2}, {top, rows * bh - top - height, left, cols * bw - left - width});
  const int crops = c.constant("crops", {2, 2}, {crop_top, 0, crop_left, 0});
  const int bias = biases(c, filter, filters);
  std::vector<OptionSpec> options{byte(0, same ? 0 : 1), integer(1, 1), integer(2, 1)};
  if (depthwise) options.push_back(integer(3, 1));
  c.spec.operators = {{38, {0, block, pads}, {apart}, 25, {}, c.is_signed ? 2 : 1},
                      {depthwise ? 4 : 3,
                       {apart, filter, bias},
                       {sums},
                       depthwise ? 2 : 1,
                       options,
                       c.is_signed ? 3 : 1},
                      {37, {sums, block, crops}, {out}, 24, {}, c.is_signed ? 2 : 1}};
}

TEST(DilationVsTflite, ConvolutionsBetweenSpaceToBatchAndBatchToSpace) {
  compare_with_tflite(60000, dilated);
}

TEST(DilationVsTflite, ThreeOperatorsBecomeOneLayerWhereThatIsTheSame) {
  int folded = 0, kept = 0;
  for (unsigned seed = 60000; seed < 60100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Case c(seed);
    dilated(c);
    c.spec.outputs = c.spec.operators.back().outputs;
    const auto bytes = c.spec.bytes();
    const auto network = nn::load_tflite_bytes(bytes.data(), bytes.size(), "dilated", {9});
    const auto constant = [&](const char* name, std::size_t i) {
      for (const TensorSpec& t : c.spec.tensors)
        if (t.name == name) return static_cast<int>(t.data[4 * i]);
      return -1;
    };
    const bool same = c.spec.operators[1].options[0].value == 0;
    const auto leads = [&](std::size_t side, int taps) {
      return constant("pads", side) + (same ? (taps - 1) / 2 * constant("block", side / 2) : 0) >=
             constant("crops", side);
    };
    const auto& filter = c.spec.tensors[2].shape;
    if (leads(0, filter[1]) && leads(2, filter[2])) {
      ++folded;
      ASSERT_EQ(network.layers.size(), 1U);
      EXPECT_EQ(network.layers[0].conv().geo.dilation_h, constant("block", 0));
      EXPECT_EQ(network.notices.size(), 1U);
    } else {
      ++kept;
      EXPECT_EQ(network.layers.size(), 3U);
    }
    // A tensor between that is read elsewhere stays.
    c.spec.outputs = {c.spec.operators[1].outputs[0]};
    const auto open = c.spec.bytes();
    EXPECT_EQ(nn::load_tflite_bytes(open.data(), open.size(), "dilated", {9}).layers.size(), 3U);
  }
  EXPECT_GT(folded, 0);
  EXPECT_GT(kept, 0);
}

TEST(DilationVsTflite, TransposeConv) {
  compare_with_tflite(61000, [](Case& c) {
    const int stride_h = c.draw.between(1, 3), stride_w = c.draw.between(1, 3),
              kernel_h = c.draw.between(1, 4), kernel_w = c.draw.between(1, 4),
              channels = c.draw.between(1, 6), filters = c.draw.between(1, 6);
    const bool same = c.draw.chance(50);
    const Dims in{c.draw.between(1, 2), c.draw.between(1, 6), c.draw.between(1, 6), channels};
    const auto extent = [&](int size, int kernel, int stride) {
      if (same) return size * stride - c.draw.between(0, stride - 1);
      return (size - 1) * stride + kernel + c.draw.between(0, stride - 1);
    };
    const Dims out{in[0], extent(in[1], kernel_h, stride_h), extent(in[2], kernel_w, stride_w),
                   filters};
    c.add("in", in);
    const int filter = weights(c, {filters, kernel_h, kernel_w, channels}, 0);
    const int sums = c.add("out", out);
    widen(c, sums, kernel_h * kernel_w * channels);
    const int shape = c.constant("shape", {4}, out);
    c.spec.operators = {{67,
                         {shape, filter, 0},
                         {sums},
                         49,
                         {byte(0, same ? 0 : 1), integer(1, stride_w), integer(2, stride_h)},
                         c.is_signed ? 2 : 1}};
  });
}

}  // namespace
}  // namespace uvea::tb
