// Convolutions, fully connected layers, pools.

#include <algorithm>
#include <cmath>
#include <utility>

#include "tb/tests/outside/network_draw.h"

namespace uvea::tb::outside {
namespace {

constexpr std::int32_t k_largest_tensor = 4096;

struct Weights {
  int tensor = -1;
  float scale = 0;  ///< the largest
  std::vector<float> scales;
};

/// How many weight scales a signed layer has.
enum class Scales { one, either, per_channel };

/// Codes within 40 of the zero point keep every sum within the chip's psums.
Weights weights(Draft& draft, const Dims& shape, int channel_dimension, Scales scales) {
  TensorSpec tensor{draft.next_name(), shape, draft.type};
  const auto channels =
      static_cast<std::size_t>(shape[static_cast<std::size_t>(channel_dimension)]);
  const bool per_channel = draft.is_signed && scales != Scales::one &&
                           (scales == Scales::per_channel || draft.chance(60));
  const int zero = draft.is_signed ? 0 : draft.in(60, 190);
  Weights result;
  for (std::size_t i = 0; i < (per_channel ? channels : 1); ++i) {
    tensor.scales.push_back(draft.scale());
    tensor.zero_points.push_back(zero);
    result.scale = std::max(result.scale, tensor.scales.back());
  }
  tensor.quantized_dimension = channel_dimension;
  std::size_t count = 1;
  for (const std::int32_t d : shape) count *= static_cast<std::size_t>(d);
  const int density = draft.in(20, 100);
  for (std::size_t i = 0; i < count; ++i)
    tensor.data.push_back(
        static_cast<std::uint8_t>(zero + (draft.chance(density) ? draft.in(-40, 40) : 0)));
  result.scales = tensor.scales;
  result.tensor = draft.constant(std::move(tensor));
  return result;
}

/// At the scale of iacts times weights, which the library asks for.
int bias(Draft& draft, int channels, int in, const Weights& filter) {
  const bool zero = draft.chance(20);
  std::vector<std::int32_t> values;
  for (int i = 0; i < channels; ++i) values.push_back(zero ? 0 : draft.in(-3000, 3000));
  TensorSpec tensor{draft.next_name(), {channels}, spec_int32, {}, {}, int32_bytes(values)};
  for (const float scale : filter.scales) {
    tensor.scales.push_back(draft.scale_of(in) * scale);
    tensor.zero_points.push_back(0);
  }
  return draft.constant(std::move(tensor));
}

/// A scale at which the outputs of so many products fill the codes, give or take.
float output_scale(Draft& draft, int taps, int in, float weight_scale) {
  const double deviation = std::sqrt(static_cast<double>(taps)) * 75.0 * 20.0;
  return static_cast<float>(deviation * static_cast<double>(draft.scale_of(in)) *
                            static_cast<double>(weight_scale) / 60.0 * (0.5 + draft.unit()));
}

struct Placed {
  bool fits = false;
  bool same = true;
  int stride = 1, kernel = 1, dilation = 1, out = 1;
};

Placed place(Draft& draft, int size, bool same, bool dilated) {
  Placed p;
  p.same = same;
  p.kernel = draft.in(1, draft.chance(15) ? 9 : 4);
  p.dilation = dilated ? draft.in(1, 3) : 1;
  p.stride = p.dilation > 1 ? 1 : draft.in(1, 3);
  const int reach = (p.kernel - 1) * p.dilation + 1;
  p.fits = same || reach <= size;
  p.out = same ? (size + p.stride - 1) / p.stride : (size - reach) / p.stride + 1;
  return p;
}

bool convolution(Draft& draft, int in, bool depthwise) {
  if (!draft.is_code(in) || draft.rank(in) != 4) return false;
  const Dims shape = draft.shape(in);
  const bool same = draft.chance(60);
  const bool dilated = draft.chance(25);
  const Placed h = place(draft, shape[1], same, dilated), w = place(draft, shape[2], same, dilated);
  if (!h.fits || !w.fits) return false;
  const int multiplier = depthwise ? draft.in(1, 2) : 1;
  const int out_c = depthwise ? shape[3] * multiplier : draft.in(1, 12);
  const int taps = h.kernel * w.kernel * (depthwise ? 1 : shape[3]);
  const Weights filter =
      depthwise ? weights(draft, {1, h.kernel, w.kernel, out_c}, 3, Scales::either)
                : weights(draft, {out_c, h.kernel, w.kernel, shape[3]}, 0, Scales::either);
  const int offsets = bias(draft, out_c, in, filter);
  const int out = draft.activation(draft.next_name(), {shape[0], h.out, w.out, out_c},
                                   output_scale(draft, taps, in, filter.scale), draft.zero_point());
  // An INT8 depthwise layer's clamp is left out by the 2.2.0 library.
  const int activation = depthwise && draft.is_signed ? 0 : draft.in(0, 3);
  OperatorSpec op{depthwise ? 4 : 3, {in, filter.tensor, offsets}, {out}, depthwise ? 2 : 1};
  op.options = {byte_option(0, same ? 0 : 1), int_option(1, w.stride), int_option(2, h.stride)};
  if (depthwise) op.options.push_back(int_option(3, multiplier));
  const int next = depthwise ? 4 : 3;
  op.options.push_back(byte_option(next, activation));
  op.options.push_back(int_option(next + 1, w.dilation));
  op.options.push_back(int_option(next + 2, h.dilation));
  op.version = draft.version(dilated ? 2 : 1, 3);
  draft.add(std::move(op));
  return true;
}

bool fully_connected(Draft& draft, int in) {
  if (!draft.is_code(in) || draft.rank(in) < 1) return false;
  const Dims shape = draft.shape(in);
  const bool keep = draft.rank(in) > 1 && draft.chance(30);
  const int features = keep || draft.rank(in) == 1 || draft.chance(20)
                           ? shape.back()
                           : draft.elements(in) / shape[0];
  if (features > 1500) return false;
  const int units = draft.in(1, 20);
  const Weights filter = weights(draft, {units, features}, 0, Scales::one);
  const int offsets = draft.chance(25) ? -1 : bias(draft, units, in, filter);
  Dims out_shape{draft.elements(in) / features, units};
  if (keep) {
    out_shape = shape;
    out_shape.back() = units;
  }
  const int out =
      draft.activation(draft.next_name(), out_shape,
                       output_scale(draft, features, in, filter.scale), draft.zero_point());
  OperatorSpec op{9, {in, filter.tensor, offsets}, {out}, 8};
  op.options = {byte_option(0, draft.in(0, 3)), byte_option(1, 0), byte_option(2, keep ? 1 : 0)};
  op.version = keep ? 5 : draft.version(1, 4);
  draft.add(std::move(op));
  return true;
}

bool pool(Draft& draft, int in, int code) {
  if (!draft.is_code(in) || draft.rank(in) != 4) return false;
  const Dims shape = draft.shape(in);
  const bool same = draft.chance(50);
  const Placed h = place(draft, shape[1], same, false), w = place(draft, shape[2], same, false);
  if (!h.fits || !w.fits) return false;
  const int out = draft.alike(draft.next_name(), {shape[0], h.out, w.out, shape[3]}, in);
  draft.add({code,
             {in},
             {out},
             5,
             {byte_option(0, same ? 0 : 1), int_option(1, w.stride), int_option(2, h.stride),
              int_option(3, w.kernel), int_option(4, h.kernel), byte_option(5, draft.in(0, 3))},
             draft.version(1, 2)});
  return true;
}

bool transpose_conv(Draft& draft, int in) {
  if (!draft.is_code(in) || draft.rank(in) != 4 || draft.elements(in) > 300) return false;
  const Dims shape = draft.shape(in);
  const bool same = draft.chance(50);
  const int kh = draft.in(1, 4), kw = draft.in(1, 4), sh = draft.in(1, 2), sw = draft.in(1, 2);
  const auto extent = [&](int size, int kernel, int stride) {
    return same ? size * stride : (size - 1) * stride + std::max(kernel, stride);
  };
  const Dims out_shape{shape[0], extent(shape[1], kh, sh), extent(shape[2], kw, sw),
                       draft.in(1, 6)};
  // With one scale the library has a factor for the first channel only.
  const Weights filter = weights(draft, {out_shape[3], kh, kw, shape[3]}, 0, Scales::per_channel);
  const int to = draft.numbers({4}, out_shape);
  const int out = draft.activation(draft.next_name(), out_shape,
                                   output_scale(draft, kh * kw * shape[3], in, filter.scale),
                                   draft.zero_point());
  draft.add({67,
             {to, filter.tensor, in},
             {out},
             49,
             {byte_option(0, same ? 0 : 1), int_option(1, sw), int_option(2, sh)},
             draft.version(1, 2)});
  return true;
}

/// What older converters make of a dilated convolution.
bool dilated_by_batches(Draft& draft, int in) {
  if (!draft.is_code(in) || draft.rank(in) != 4) return false;
  const Dims shape = draft.shape(in);
  const int block = draft.in(2, 3), kernel = draft.in(2, 3);
  const int before = (kernel - 1) * block / 2, after = (kernel - 1) * block - before;
  const auto padded = [&](int size) {
    const int needed = size + before + after;
    return (needed + block - 1) / block * block;
  };
  const int height = padded(shape[1]), width = padded(shape[2]);
  if (height * width * shape[0] * shape[3] > k_largest_tensor) return false;
  const int blocks = draft.numbers({2}, {block, block});
  const int pads = draft.numbers(
      {2, 2}, {before, height - shape[1] - before, before, width - shape[2] - before});
  const int batched = draft.alike(
      draft.next_name(), {shape[0] * block * block, height / block, width / block, shape[3]}, in);
  draft.add({38, {in, blocks, pads}, {batched}, 25, {}, draft.version(1, 2)});
  const int out_c = draft.in(1, 8);
  const Weights filter = weights(draft, {out_c, kernel, kernel, shape[3]}, 0, Scales::either);
  const int offsets = bias(draft, out_c, batched, filter);
  const int h = height / block - kernel + 1, w = width / block - kernel + 1;
  const int made = draft.activation(
      draft.next_name(), {shape[0] * block * block, h, w, out_c},
      output_scale(draft, kernel * kernel * shape[3], in, filter.scale), draft.zero_point());
  draft.add({3,
             {batched, filter.tensor, offsets},
             {made},
             1,
             {byte_option(0, 1), int_option(1, 1), int_option(2, 1), byte_option(3, draft.in(0, 3)),
              int_option(4, 1), int_option(5, 1)},
             draft.version(1, 3)});
  const int crop_h = h * block - shape[1], crop_w = w * block - shape[2];
  if (crop_h < 0 || crop_w < 0) return true;
  const int crops = draft.numbers({2, 2}, {0, crop_h, 0, crop_w});
  const int out = draft.alike(draft.next_name(), {shape[0], shape[1], shape[2], out_c}, made);
  draft.add({37, {made, blocks, crops}, {out}, 24, {}, draft.version(1, 2)});
  return true;
}

}  // namespace

std::vector<OperatorKind> layer_kinds() {
  const OperatorKind conv{"CONV_2D", [](Draft& d, int in) { return convolution(d, in, false); }};
  const OperatorKind depthwise{"DEPTHWISE_CONV_2D",
                               [](Draft& d, int in) { return convolution(d, in, true); }};
  const OperatorKind fc{"FULLY_CONNECTED", fully_connected};
  // What runs on the chip is drawn more often than the rest.
  return {conv,
          conv,
          conv,
          conv,
          depthwise,
          depthwise,
          fc,
          fc,
          fc,
          {"AVERAGE_POOL_2D", [](Draft& d, int in) { return pool(d, in, 1); }},
          {"MAX_POOL_2D", [](Draft& d, int in) { return pool(d, in, 17); }},
          {"TRANSPOSE_CONV", transpose_conv},
          {"SPACE_TO_BATCH_ND, CONV_2D, BATCH_TO_SPACE_ND", dilated_by_batches}};
}

}  // namespace uvea::tb::outside
