// Host operations on values worked out by hand.

#include "sw/nn/arithmetic/host_ops.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace uvea::nn {
namespace {

using Codes = std::vector<int>;

Tensor tensor(Shape shape, const Codes& codes, Quantization quant = {1.0, 0, true}) {
  Tensor t{shape, quant, {}};
  for (const int code : codes) t.bytes.push_back(static_cast<std::uint8_t>(code));
  return t;
}

Codes run(const HostLayer& layer, const std::vector<const Tensor*>& in, Shape shape,
          Quantization quant = {1.0, 0, true}) {
  const Tensor out = run_host_layer(layer, in, {"out", shape, quant});
  Codes codes;
  for (std::size_t i = 0; i < out.bytes.size(); ++i) codes.push_back(out.code(i));
  return codes;
}

const CodeRange kAllCodes{-128, 127};

TEST(HostOps, AveragePoolRoundsHalvesAwayFromZeroAndLeavesPaddingOut) {
  host::Pool pool;
  pool.kind = host::PoolKind::average;
  pool.window.kernel_h = pool.window.kernel_w = 2;
  pool.window.stride_h = pool.window.stride_w = 2;
  const Tensor plus = tensor({1, 2, 2, 1}, {1, 2, 3, 4});
  EXPECT_EQ(run(pool, {&plus}, {1, 1, 1, 1}), Codes{3});
  const Tensor minus = tensor({1, 2, 2, 1}, {-1, -2, -3, -4});
  EXPECT_EQ(run(pool, {&minus}, {1, 1, 1, 1}), Codes{-3});
  pool.window.pad_top = pool.window.pad_left = 1;
  const Tensor one = tensor({1, 1, 1, 1}, {100});
  EXPECT_EQ(run(pool, {&one}, {1, 1, 1, 1}), Codes{100});
  EXPECT_THROW(run(pool, {&one}, {1, 2, 1, 1}), std::invalid_argument);
}

TEST(HostOps, MaxPoolOfLowestCodesAndClamp) {
  host::Pool pool;
  pool.window.kernel_h = 3;
  pool.window.kernel_w = 1;
  pool.window.pad_top = 1;
  const Tensor in = tensor({1, 2, 1, 2}, {-128, 5, -128, 90});
  EXPECT_EQ(run(pool, {&in}, {1, 2, 1, 2}), (Codes{-128, 90, -128, 90}));
  pool.clamp.min = 0;
  pool.clamp.max = 50;
  EXPECT_EQ(run(pool, {&in}, {1, 2, 1, 2}), (Codes{0, 50, 0, 50}));
}

TEST(HostOps, AddBringsScalesTogether) {
  const Tensor a = tensor({1, 1, 1, 2}, {10, 127}, {0.5, 0, true});
  const Tensor b = tensor({1, 1, 1, 2}, {14, 127}, {0.25, 4, true});
  // (10 * 0.5 + 10 * 0.25) / 0.5 - 3 = 12; the second saturates.
  EXPECT_EQ(
      run(host::Binary{host::BinaryOp::add, kAllCodes}, {&a, &b}, {1, 1, 1, 2}, {0.5, -3, true}),
      (Codes{12, 127}));
}

TEST(HostOps, AddRepeatsDimensionsOfOne) {
  const Tensor a = tensor({1, 1, 2, 2}, {1, 2, 3, 4});
  const Tensor b = tensor({1, 1, 1, 2}, {10, 20});
  EXPECT_EQ(run(host::Binary{host::BinaryOp::add, kAllCodes}, {&a, &b}, {1, 1, 2, 2}),
            (Codes{11, 22, 13, 24}));
  EXPECT_THROW(run(host::Binary{host::BinaryOp::add, kAllCodes}, {&a, &b}, {1, 1, 3, 2}),
               std::invalid_argument);
  EXPECT_THROW(run(host::Binary{host::BinaryOp::add, kAllCodes}, {&a}, {1, 1, 2, 2}),
               std::invalid_argument);
}

TEST(HostOps, SoftmaxOfEqualCodesIsUniformPerPosition) {
  const Tensor in = tensor({1, 1, 2, 4}, {5, 5, 5, 5, -128, -128, -128, 127});
  EXPECT_EQ(run(host::Softmax{}, {&in}, {1, 1, 2, 4}, {1.0 / 256, -128, true}),
            (Codes{-64, -64, -64, -64, -128, -128, -128, 127}));
}

TEST(HostOps, QuantizeChangesScaleAndType) {
  const Tensor in = tensor({1, 1, 1, 3}, {-128, 0, 127}, {0.5, -128, true});
  EXPECT_EQ(run(host::Quantize{}, {&in}, {1, 1, 1, 3}, {1.0, 0, false}), (Codes{0, 64, 128}));
}

TEST(HostOps, ReshapeKeepsCodes) {
  const Tensor in = tensor({1, 2, 1, 2}, {1, -2, 3, -4});
  EXPECT_EQ(run(host::Reshape{}, {&in}, {1, 1, 1, 4}), (Codes{1, -2, 3, -4}));
  EXPECT_THROW(run(host::Reshape{}, {&in}, {1, 1, 1, 3}), std::invalid_argument);
}

TEST(HostOps, ConcatJoinsAlongItsAxis) {
  const Tensor a = tensor({1, 2, 1, 1}, {1, 2}), b = tensor({1, 2, 1, 1}, {3, 4});
  host::Concat concat{3};
  EXPECT_EQ(run(concat, {&a, &b}, {1, 2, 1, 2}), (Codes{1, 3, 2, 4}));
  concat.axis = 1;
  EXPECT_EQ(run(concat, {&a, &b}, {1, 4, 1, 1}), (Codes{1, 2, 3, 4}));
  EXPECT_THROW(run(concat, {&a, &b}, {1, 5, 1, 1}), std::invalid_argument);
}

TEST(HostOps, PadPutsZeroPointsAround) {
  const Tensor in = tensor({1, 1, 1, 2}, {1, 2}, {1.0, 9, true});
  host::Pad pad{{0, 1, 0, 0}, 9};
  EXPECT_EQ(run(pad, {&in}, {1, 2, 2, 2}, {1.0, 9, true}), (Codes{9, 9, 9, 9, 1, 2, 9, 9}));
  pad.before = {0, 1, 0};
  EXPECT_THROW(run(pad, {&in}, {1, 2, 2, 2}), std::invalid_argument);
}

TEST(HostOps, MeanOverHeightAndWidth) {
  const Tensor in = tensor({1, 2, 2, 1}, {1, 2, 4, 4});
  EXPECT_EQ(run(host::Mean{{1, 2}, true}, {&in}, {1, 1, 1, 1}), Codes{3});  // 11 / 4
  const host::Mean flat{{1, 2}, false};
  EXPECT_EQ(run(flat, {&in}, {1, 1, 1, 1}), Codes{2});  // truncated there
}

TEST(HostOps, ResizeNearestWithItsThreeKindsOfPlaces) {
  const Tensor in = tensor({1, 1, 3, 1}, {1, 2, 3});
  host::Resize resize;
  EXPECT_EQ(run(resize, {&in}, {1, 1, 6, 1}), (Codes{1, 1, 2, 2, 3, 3}));
  EXPECT_EQ(run(resize, {&in}, {1, 1, 2, 1}), (Codes{1, 2}));
  resize.half_pixel_centers = true;
  EXPECT_EQ(run(resize, {&in}, {1, 1, 2, 1}), (Codes{1, 3}));
  resize.half_pixel_centers = false;
  resize.align_corners = true;
  EXPECT_EQ(run(resize, {&in}, {1, 1, 2, 1}), (Codes{1, 3}));
  EXPECT_EQ(run(resize, {&in}, {1, 1, 1, 1}), Codes{1});
}

TEST(HostOps, ResizeBilinearWithItsThreeKindsOfPlaces) {
  const Tensor in = tensor({1, 1, 2, 1}, {0, 100});
  host::Resize resize{host::ResizeKind::bilinear};
  EXPECT_EQ(run(resize, {&in}, {1, 1, 4, 1}), (Codes{0, 50, 100, 100}));
  resize.align_corners = true;
  EXPECT_EQ(run(resize, {&in}, {1, 1, 3, 1}), (Codes{0, 50, 100}));
  resize.align_corners = false;
  resize.half_pixel_centers = true;
  EXPECT_EQ(run(resize, {&in}, {1, 1, 4, 1}), (Codes{0, 25, 75, 100}));
}

TEST(HostOps, ReluClampsAndRescales) {
  const Tensor in = tensor({1, 1, 1, 3}, {-10, 3, 100}, {0.5, 0, true});
  host::Relu relu;
  relu.clamp.min = 7;
  relu.clamp.max = 40;
  EXPECT_EQ(run(relu, {&in}, {1, 1, 1, 3}, {1.0, 7, true}), (Codes{7, 9, 40}));
}

/// Real values of codes, the operation on them, and back: within one code of the kernel's answer.
template <typename Function>
void expect_near_real(const Codes& got, const Tensor& in, const Quantization& out,
                      Function function) {
  ASSERT_EQ(got.size(), in.bytes.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double real = function(in.quant.scale * in.value(i), i);
    const double code = std::round(real / out.scale) + out.zero_point;
    const double clamped = std::clamp<double>(code, out.lowest(), out.highest());
    EXPECT_LE(std::fabs(got[i] - clamped), 1.0) << "code " << in.code(i);
  }
}

Tensor every_code(Quantization quant) {
  Codes codes;
  for (int code = quant.lowest(); code <= quant.highest(); ++code) codes.push_back(code);
  return tensor({256}, codes, quant);
}

// The int8 forms that the outside interpreter lacks.
TEST(HostOps, LeakyReluOfInt8) {
  const Quantization out{0.031, -20, true};
  for (const float alpha : {0.1F, 1.3F, -0.4F}) {
    const Tensor in = every_code({0.05, 7, true});
    expect_near_real(
        run(host::Curve{host::CurveKind::leaky_relu, alpha}, {&in}, {256}, out), in, out,
        [&](double x, std::size_t) { return x < 0 ? static_cast<double>(alpha) * x : x; });
  }
}

TEST(HostOps, PreluOfInt8) {
  const Quantization out{0.031, -20, true};
  const Tensor in = every_code({0.05, 7, true});
  Codes slopes;
  for (int i = 0; i < 256; ++i) slopes.push_back(i * 89 % 256 - 128);
  const Tensor slope = tensor({256}, slopes, {0.01, -5, true});
  expect_near_real(
      run(host::Prelu{}, {&in, &slope}, {256}, out), in, out,
      [&](double x, std::size_t i) { return x < 0 ? x * slope.quant.scale * slope.value(i) : x; });
}

TEST(HostOps, SliceMayGoBackAndDropDimensions) {
  const Tensor in = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(run(host::Slice{{1, 2}, {1, -2}, {1, 2}}, {&in}, {2}), (Codes{6, 4}));
  EXPECT_THROW(run(host::Slice{{1, 2}, {1, -2}, {1, 3}}, {&in}, {3}), std::invalid_argument);
  EXPECT_THROW(run(host::Slice{{0, 0}, {1, 1}, {3, 3}}, {&in}, {9}), std::invalid_argument);
}

TEST(HostOps, TransposeAndPackTakeAnyElement) {
  Tensor in{{1, 2}, {}, {1, 0, 0, 0, 2, 0, 0, 0}, ElementType::int32};
  const TensorInfo out{"out", {2, 1}, {}, ElementType::int32};
  EXPECT_EQ(run_host_layer(host::Transpose{{1, 0}}, {&in}, out).bytes, in.bytes);
  const TensorInfo packed{"out", {1, 2, 2}, {}, ElementType::int32};
  EXPECT_EQ(run_host_layer(host::Pack{1}, {&in, &in}, packed).bytes.size(), 16U);
  EXPECT_THROW(run_host_layer(host::Transpose{{0, 0}}, {&in}, out), std::invalid_argument);
}

TEST(HostOps, BlocksOfASignal) {
  const Tensor in = tensor({1, 5, 1}, {1, 2, 3, 4, 5}, {1.0, 9, true});
  const Tensor pieces =
      run_host_layer(host::SpaceToBatch{1, 3, 0, 1}, {&in}, {"out", {3, 2, 1}, in.quant});
  EXPECT_EQ(pieces.bytes, (std::vector<std::uint8_t>{9, 3, 1, 4, 2, 5}));
  EXPECT_EQ(run(host::BatchToSpace{1, 3, 0, 1}, {&pieces}, {1, 5, 1}), (Codes{1, 2, 3, 4, 5}));
}

TEST(HostOps, BlocksThatDoNotFitAreRefused) {
  const Tensor in = tensor({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_THROW(run(host::SpaceToDepth{2}, {&in}, {1, 1, 1, 4}), std::invalid_argument);
  EXPECT_THROW(run(host::DepthToSpace{2}, {&in}, {1, 6, 6, 1}), std::invalid_argument);
  EXPECT_THROW(run(host::SpaceToBatch{2, 2}, {&in}, {4, 1, 1, 1}), std::invalid_argument);
  EXPECT_THROW(run(host::BatchToSpace{2, 2}, {&in}, {1, 6, 6, 1}), std::invalid_argument);
  EXPECT_THROW(run(host::Spread{2, 2}, {&in}, {1, 6, 6, 1}), std::invalid_argument);
  EXPECT_EQ(run(host::Spread{1, 2}, {&in}, {1, 3, 5, 1}),
            (Codes{1, 0, 2, 0, 3, 4, 0, 5, 0, 6, 7, 0, 8, 0, 9}));
}

TEST(HostOps, RefusesWhatItCannotRun) {
  const Tensor in = tensor({1, 1, 1, 1}, {0});
  EXPECT_THROW(run(host::Softmax{}, {}, {1, 1, 1, 1}), std::invalid_argument);
  const Tensor torn{{1, 1, 1, 5}, {}, {0}};
  EXPECT_THROW(run(host::Reshape{}, {&torn}, {1, 1, 1, 1}), std::invalid_argument);
}

}  // namespace
}  // namespace uvea::nn
