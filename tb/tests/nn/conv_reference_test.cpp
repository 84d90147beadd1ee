// The reference convolution against one that follows the definition index by index.

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/reference.h"

namespace uvea::nn {
namespace {

struct Case {
  ConvLayer layer;
  Tensor in;
};

class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}
  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }

 private:
  std::mt19937 random_;
};

Case random_case(Draw& draw) {
  Case c;
  ConvGeometry& g = c.layer.geo;
  g.batch = draw.between(1, 3);
  const int style = draw.between(0, 3);
  g.groups = style == 0 ? 1 : draw.between(1, 6);
  const int in_per_group = style == 1 ? 1 : draw.between(1, 7);
  g.in_c = g.groups * in_per_group;
  g.out_c = g.groups * draw.between(1, 5);
  g.kernel_h = draw.between(1, 5);
  g.kernel_w = draw.between(1, 5);
  g.stride_h = draw.between(1, 4);
  g.stride_w = draw.between(1, 4);
  g.pad_top = draw.between(0, g.kernel_h - 1);
  g.pad_left = draw.between(0, g.kernel_w - 1);
  g.in_h = draw.between(1, 9);
  g.in_w = draw.between(1, 9);
  // Bottom and right padding up to the kernel less one, and rows that no window reaches.
  g.out_h = draw.between(1, 1 + (g.in_h + g.pad_top - 1) / g.stride_h);
  g.out_w = draw.between(1, 1 + (g.in_w + g.pad_left - 1) / g.stride_w);
  const int density = draw.between(0, 100);
  c.layer.weights.resize(
      static_cast<std::size_t>(g.out_c * g.kernel_h * g.kernel_w * in_per_group));
  for (auto& w : c.layer.weights)
    w = static_cast<std::int16_t>(draw.chance(density) ? draw.between(-255, 255) : 0);
  c.layer.in.is_signed = draw.chance(50);
  const int place = draw.between(0, 3);
  c.layer.in.zero_point = place == 0   ? c.layer.in.lowest()
                          : place == 1 ? c.layer.in.lowest() + 128
                                       : draw.between(c.layer.in.lowest(), c.layer.in.highest());
  c.layer.out.is_signed = c.layer.in.is_signed;
  c.layer.out.zero_point = draw.between(c.layer.out.lowest(), c.layer.out.highest());
  c.layer.act_min = draw.between(c.layer.out.lowest(), c.layer.out.lowest() + 60);
  c.layer.act_max = draw.between(c.layer.out.highest() - 60, c.layer.out.highest());
  for (int m = 0; m < g.out_c; ++m) {
    c.layer.bias.push_back(draw.between(-100000, 100000));
    c.layer.requant.push_back(quantize_multiplier(draw.between(1, 1000) * 1e-5));
  }
  c.in.shape = {g.batch, g.in_h, g.in_w, g.in_c};
  c.in.quant = c.layer.in;
  const int iact_density = draw.between(0, 100);
  for (std::size_t i = 0; i < c.in.shape.elements(); ++i)
    c.in.bytes.push_back(static_cast<std::uint8_t>(
        draw.chance(iact_density) ? draw.between(0, 255) : c.layer.in.zero_point));
  return c;
}

/// Output codes and the count of effectual MACs, straight from the definition.
std::pair<std::vector<std::uint8_t>, std::int64_t> by_definition(const Case& c) {
  const ConvGeometry& g = c.layer.geo;
  std::vector<std::uint8_t> codes;
  std::int64_t effectual = 0;
  for (int n = 0; n < g.batch; ++n)
    for (int oh = 0; oh < g.out_h; ++oh)
      for (int ow = 0; ow < g.out_w; ++ow)
        for (int m = 0; m < g.out_c; ++m) {
          std::int64_t sum = 0;
          for (int ic = 0; ic < g.in_c_per_group(); ++ic)
            for (int s = 0; s < g.kernel_w; ++s)
              for (int r = 0; r < g.kernel_h; ++r) {
                const int h = oh * g.stride_h + r - g.pad_top;
                const int w = ow * g.stride_w + s - g.pad_left;
                const std::int64_t weight = c.layer.weights[c.layer.weight_index(m, r, s, ic)];
                // What the chip multiplies: code - lowest or code - middle; padding is a real zero.
                const bool outside = h < 0 || w < 0 || h >= g.in_h || w >= g.in_w;
                const int zero_point = c.layer.in.zero_point, lowest = c.layer.in.lowest();
                const int taken_from = zero_point == lowest ? lowest : lowest + 128;
                const int channel = m / g.out_c_per_group() * g.in_c_per_group() + ic;
                const int code = outside ? zero_point : c.in.code(c.in.index(n, h, w, channel));
                effectual += code != taken_from && weight != 0 ? 1 : 0;
                sum += (code - zero_point) * weight;
              }
          const auto i = static_cast<std::size_t>(m);
          codes.push_back(static_cast<std::uint8_t>(
              requantize(static_cast<std::int32_t>(sum), c.layer.bias[i], c.layer.requant[i],
                         c.layer.out.zero_point, c.layer.act_min, c.layer.act_max)));
        }
  return {codes, effectual};
}

TEST(ConvReference, RandomShapesMatchTheDefinition) {
  constexpr unsigned first_seed = 100;
  constexpr int cases = 1500;
  std::printf("seeds %u to %u\n", first_seed, first_seed + cases - 1);
  for (unsigned seed = first_seed; seed < first_seed + cases; ++seed) {
    Draw draw(seed);
    const Case c = random_case(draw);
    const auto [codes, effectual] = by_definition(c);
    ASSERT_EQ(conv_reference(c.layer, c.in).bytes, codes) << "seed " << seed;
    ASSERT_EQ(effectual_macs(c.layer, c.in), effectual) << "seed " << seed;
    ASSERT_LE(effectual, c.layer.geo.macs());
  }
}

/// A fully connected layer with all products at their largest.
Case extreme_fc(int features, int weight, int iact_code) {
  Case c;
  c.layer.geo.in_c = features;
  c.layer.weights.assign(static_cast<std::size_t>(features), static_cast<std::int16_t>(weight));
  c.layer.bias = {0};
  c.layer.requant = {quantize_multiplier(1e-7)};
  c.layer.in = c.layer.out = {1.0, 0, false};
  c.layer.act_min = 0;
  c.layer.act_max = 255;
  c.in.shape = {1, 1, 1, features};
  c.in.quant = c.layer.in;
  c.in.bytes.assign(static_cast<std::size_t>(features), static_cast<std::uint8_t>(iact_code));
  return c;
}

TEST(ConvReference, LongSumsOfLargestProductsAreExact) {
  for (const int features : {32767, 32768, 32769}) {
    const Case c = extreme_fc(features, 255, 255);
    EXPECT_EQ(conv_reference(c.layer, c.in).bytes, by_definition(c).first) << features;
  }
}

TEST(ConvReference, DensitiesCountNonZeros) {
  Case c = extreme_fc(100, 1, 7);
  c.layer.weights[3] = 0;
  c.in.quant.zero_point = 7;
  c.in.bytes[0] = 8;
  EXPECT_NEAR(weight_density(c.layer), 0.99, 1e-12);
  EXPECT_NEAR(iact_density(c.in), 0.01, 1e-12);
  EXPECT_EQ(effectual_macs(c.layer, c.in), 99) << "7 is no code that can be skipped";
  c.in.quant.zero_point = c.layer.in.zero_point = 0;
  c.in.bytes.assign(100, 0);
  c.in.bytes[0] = 8;
  EXPECT_EQ(effectual_macs(c.layer, c.in), 1);
}

TEST(ConvReference, RefusesTensorsThatDoNotFit) {
  Case c = extreme_fc(10, 1, 1);
  c.in.bytes.pop_back();
  EXPECT_THROW(conv_reference(c.layer, c.in), std::invalid_argument);
  EXPECT_THROW(effectual_macs(c.layer, c.in), std::invalid_argument);
  c = extreme_fc(10, 1, 1);
  c.layer.weights.pop_back();
  EXPECT_THROW(conv_reference(c.layer, c.in), std::invalid_argument);
  c = extreme_fc(10, 1, 1);
  c.layer.requant.clear();
  EXPECT_THROW(conv_reference(c.layer, c.in), std::invalid_argument);
}

}  // namespace
}  // namespace uvea::nn
