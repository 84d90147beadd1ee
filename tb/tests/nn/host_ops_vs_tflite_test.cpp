// Host operations against the TensorFlow Lite 2.2.0 C library, where scripts/fetch-tflite has put
// it.

#include <gtest/gtest.h>

#include "tb/tests/nn/tflite_case.h"

namespace uvea::tb {
namespace {

void pool(Case& c, int code) {
  const auto shape = c.image();
  const bool same = c.draw.chance(60);
  const int kernel_h = c.draw.between(1, same ? 6 : shape[1]);
  const int kernel_w = c.draw.between(1, same ? 6 : shape[2]);
  const int stride_h = c.draw.between(1, 4), stride_w = c.draw.between(1, 4);
  const auto out = [&](int in, int kernel, int stride) {
    return same ? (in + stride - 1) / stride : (in - kernel) / stride + 1;
  };
  const float scale = c.draw.scale();
  const int zero = c.draw.between(c.low(), c.low() + 255);
  c.add("in", shape, scale, zero);
  c.add("out",
        {shape[0], out(shape[1], kernel_h, stride_h), out(shape[2], kernel_w, stride_w), shape[3]},
        scale, zero);
  c.spec.operators = {{code,
                       {0},
                       {1},
                       5,
                       {{0, OptionSpec::byte, same ? 0.0 : 1.0},
                        {1, OptionSpec::integer, static_cast<double>(stride_w)},
                        {2, OptionSpec::integer, static_cast<double>(stride_h)},
                        {3, OptionSpec::integer, static_cast<double>(kernel_w)},
                        {4, OptionSpec::integer, static_cast<double>(kernel_h)},
                        {5, OptionSpec::byte, static_cast<double>(c.draw.between(0, 3))}},
                       c.is_signed ? 2 : 1}};
}

TEST(HostOpsVsTflite, AveragePool) {
  compare_with_tflite(1000, [](Case& c) { pool(c, 1); });
}
TEST(HostOpsVsTflite, MaxPool) {
  compare_with_tflite(2000, [](Case& c) { pool(c, 17); });
}

/// Tensor 1 is the input in another scale; the operator adds or joins the two.
void two_scales(Case& c, const std::vector<std::int32_t>& shape) {
  c.add("in", shape);
  c.add("rescaled", shape);
  c.spec.operators = {{114, {0}, {1}, 0, {}, 2}};
}

TEST(HostOpsVsTflite, Quantize) {
  compare_with_tflite(3000, [](Case& c) { two_scales(c, c.image()); });
}

TEST(HostOpsVsTflite, Add) {
  compare_with_tflite(4000, [](Case& c) {
    const auto shape = c.image();
    two_scales(c, shape);
    c.add("out", shape);
    c.spec.operators.push_back({0,
                                {0, 1},
                                {2},
                                11,
                                {{0, OptionSpec::byte, static_cast<double>(c.draw.between(0, 3))}},
                                c.is_signed ? 2 : 1});
  });
}

TEST(HostOpsVsTflite, ConcatenationAlongHeightWidthAndChannels) {
  compare_with_tflite(5000, [](Case& c) {
    auto shape = c.image();
    two_scales(c, shape);
    if (c.is_signed) {  // the interpreter joins INT8 tensors of one scale only
      c.spec.tensors[1].scales = c.spec.tensors[0].scales;
      c.spec.tensors[1].zero_points = c.spec.tensors[0].zero_points;
    }
    const int axis = c.draw.between(1, 3);
    shape[static_cast<std::size_t>(axis)] *= 2;
    if (c.is_signed) {
      c.add("out", shape, c.spec.tensors[0].scales[0],
            static_cast<int>(c.spec.tensors[0].zero_points[0]));
    } else {
      c.add("out", shape);
    }
    const int written = c.draw.chance(50) ? axis : axis - 4;
    c.spec.operators.push_back(
        {2,
         {0, 1},
         {2},
         10,
         {{0, OptionSpec::integer, static_cast<double>(written)}, {1, OptionSpec::byte, 0}},
         c.is_signed ? 2 : 1});
  });
}

TEST(HostOpsVsTflite, Softmax) {
  compare_with_tflite(6000, [](Case& c) {
    const auto shape = c.draw.chance(50)
                           ? std::vector<std::int32_t>{c.draw.between(1, 3), c.draw.between(1, 300)}
                           : c.image();
    c.add("in", shape);
    c.add("out", shape, 1.0F / 256, c.low());
    c.spec.operators = {{25,
                         {0},
                         {1},
                         9,
                         {{0, OptionSpec::real, c.draw.between(1, 20) / 10.0}},
                         c.is_signed ? 2 : 1}};
  });
}

TEST(HostOpsVsTflite, Mean) {
  compare_with_tflite(7000, [](Case& c) {
    const auto shape = c.image();
    const bool keep = c.draw.chance(50);
    // Without keep_dims the interpreter does not clamp but lets codes wrap; the outputs' range
    // here takes in the inputs', as a converter makes it.
    const int middle = c.low() + 128;
    const float scale = c.draw.scale();
    c.add("in", shape, scale, middle + c.draw.between(-15, 15));
    const bool same_scale = c.draw.chance(30);
    const std::vector<std::int32_t> out = keep ? std::vector<std::int32_t>{shape[0], 1, 1, shape[3]}
                                               : std::vector<std::int32_t>{shape[0], shape[3]};
    if (same_scale) {
      c.add("out", out, c.spec.tensors[0].scales[0],
            static_cast<int>(c.spec.tensors[0].zero_points[0]));
    } else {
      c.add("out", out, scale * static_cast<float>(c.draw.between(140, 400)) / 100.0F,
            middle + c.draw.between(-15, 15));
    }
    const int axes = c.constant("axes", {2}, {1, 2});
    c.spec.operators = {
        {40, {0, axes}, {1}, 27, {{0, OptionSpec::byte, keep ? 1.0 : 0.0}}, c.is_signed ? 2 : 1}};
  });
}

// The interpreter knows nothing of half_pixel_centers, and leaves align_corners out of its
// RESIZE_NEAREST_NEIGHBOR; host_ops_test.cpp has those.
void resize(Case& c, int code, int options_type, int align_slot, bool align) {
  const auto shape = c.image();
  const int height = c.draw.between(1, 20), width = c.draw.between(1, 20);
  const float scale = c.draw.scale();
  c.add("in", shape, scale, 3);
  c.add("out", {shape[0], height, width, shape[3]}, scale, 3);
  const int to = c.constant("size", {2}, {height, width});
  c.spec.operators = {{code,
                       {0, to},
                       {1},
                       options_type,
                       {{align_slot, OptionSpec::byte, align ? 1.0 : 0.0}},
                       c.is_signed ? 2 : 1}};
}

TEST(HostOpsVsTflite, ResizeNearest) {
  compare_with_tflite(8000, [](Case& c) { resize(c, 97, 74, 0, false); });
}
TEST(HostOpsVsTflite, ResizeBilinear) {
  compare_with_tflite(9000, [](Case& c) { resize(c, 23, 15, 2, c.draw.chance(40)); });
}

TEST(HostOpsVsTflite, PadOfHeightAndWidth) {
  compare_with_tflite(10000, [](Case& c) {
    const auto shape = c.image();
    const int t = c.draw.between(0, 3), b = c.draw.between(0, 3), l = c.draw.between(0, 3),
              r = c.draw.between(0, 3);
    c.add("in", shape);
    c.add("out", {shape[0], shape[1] + t + b, shape[2] + l + r, shape[3]},
          c.spec.tensors[0].scales[0], static_cast<int>(c.spec.tensors[0].zero_points[0]));
    const int pads = c.constant("pads", {4, 2}, {0, 0, t, b, l, r, 0, 0});
    c.spec.operators = {{34, {0, pads}, {1}, 22, {}, c.is_signed ? 2 : 1}};
  });
}

TEST(HostOpsVsTflite, ReluAndRelu6) {
  compare_with_tflite(11000, [](Case& c) {
    const auto shape = c.image();
    c.add("in", shape);
    c.add("out", shape);
    c.spec.operators = {{c.draw.chance(50) ? 19 : 21, {0}, {1}, 0, {}, 2}};
  });
}

}  // namespace
}  // namespace uvea::tb
