// Iacts that are known: which cluster has most of them, and what a cost makes of zeros that gather.

#include "sw/mapper/known_iacts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "sw/mapper/cost.h"
#include "sw/nn/arithmetic/reference.h"
#include "tb/tests/mapper/random.h"

namespace uvea::mapper {
namespace {

using tb::Random;

constexpr std::uint8_t kZero = 0x80;  // -128

nn::Tensor tensor_of(const nn::ConvGeometry& g, std::uint8_t value) {
  nn::Tensor out;
  out.shape = {g.batch, g.in_h, g.in_w, g.in_c};
  out.quant = {1.0, -128, true};
  out.bytes.assign(out.shape.elements(), value);
  return out;
}

/// 1x1, four images of 16x16x16 -> 16x16x32.
nn::ConvLayer layer() {
  nn::ConvLayer out;
  nn::ConvGeometry& g = out.geo;
  g.batch = 4;
  g.in_h = g.in_w = g.out_h = g.out_w = 16;
  g.in_c = 16;
  g.out_c = 32;
  out.in = {1.0, -128, true};
  out.out = {1.0, 0, false};
  out.weights.assign(32 * 16, 1);
  out.bias.assign(32, 0);
  out.requant.assign(32, {1 << 30, 0});
  return out;
}

/// An image for each of four clusters, and two M tiles beside each other.
Mapping mapping() {
  Mapping out;
  out.c0 = 8;
  out.m0 = 16;
  out.mesh_rows.n = 4;
  out.mesh_cols.m = 2;
  out.pe_cols.e = 4;
  out.iact_source = IactSource::stream;
  return out;
}

class Pixels {
 public:
  Pixels(const nn::ConvGeometry& geo, nn::Tensor& tensor) : geo_(geo), tensor_(tensor) {}
  std::uint8_t& at(int n, int h, int w, int c) {
    return tensor_
        .bytes[static_cast<std::size_t>(((n * geo_.in_h + h) * geo_.in_w + w) * geo_.in_c + c)];
  }

 private:
  const nn::ConvGeometry& geo_;
  nn::Tensor& tensor_;
};

TEST(KnownIacts, ABitForEachChannelOfTheGroup) {
  nn::ConvGeometry g;
  g.batch = 2;
  g.groups = 2;
  g.in_h = g.out_h = 3;
  g.in_w = g.out_w = 4;
  g.in_c = g.out_c = 10;
  nn::Tensor iacts = tensor_of(g, kZero);
  Pixels(g, iacts).at(1, 2, 3, 5 + 1) = 0;
  Pixels(g, iacts).at(1, 2, 3, 5 + 4) = 255;
  const KnownIacts known(g, iacts);
  EXPECT_EQ(known.at(1, 2, 3, 1, 0, 5), 0b10010U);
  EXPECT_EQ(known.at(1, 2, 3, 1, 3, 2), 0b10U);
  EXPECT_EQ(known.at(1, 2, 3, 0, 0, 5), 0U);
  EXPECT_EQ(known.at(0, 2, 3, 1, 0, 5), 0U);
  iacts.bytes.pop_back();
  EXPECT_THROW(KnownIacts(g, iacts), std::invalid_argument);
}

/// A zero point that is neither the lowest code nor the middle one: PEs skip the middle code.
TEST(KnownIacts, WhatIsSkippedIsWhatTheChipTakesForZero) {
  nn::ConvGeometry g;
  g.in_h = g.out_h = g.in_w = g.out_w = g.out_c = 1;
  g.in_c = 3;
  nn::Tensor iacts = tensor_of(g, 0);
  iacts.quant = {1.0, 83, false};
  iacts.bytes = {83, 128, 7};
  EXPECT_EQ(KnownIacts(g, iacts).at(0, 0, 0, 0, 0, 3), 0b101U);
}

TEST(KnownIacts, TheBusiestClusterIsDealtTheMost) {
  Random rnd(11);
  int several = 0;
  for (int trial = 0; trial < 200; ++trial) {
    SCOPED_TRACE(trial);
    nn::ConvGeometry g;
    g.batch = rnd.in(1, 5);
    g.groups = rnd.in(1, 2);
    g.kernel_h = rnd.in(1, 3);
    g.kernel_w = rnd.in(1, 3);
    g.stride_h = rnd.in(1, 2);
    g.stride_w = rnd.in(1, 2);
    g.pad_top = rnd.in(0, g.kernel_h - 1);
    g.pad_left = rnd.in(0, g.kernel_w - 1);
    g.in_h = rnd.in(g.kernel_h, 9);
    g.in_w = rnd.in(g.kernel_w, 9);
    g.in_c = 3 * g.groups;
    g.out_c = g.groups;
    g.out_h = (g.in_h + g.pad_top - g.kernel_h) / g.stride_h + 1;
    g.out_w = (g.in_w + g.pad_left - g.kernel_w) / g.stride_w + 1;
    nn::Tensor iacts = tensor_of(g, kZero);
    for (std::uint8_t& value : iacts.bytes)
      if (rnd.in(0, 2) == 0) value = 1;
    Mapping mp;
    mp.f0 = rnd.in(1, g.out_w);
    mp.mesh_rows.n = rnd.in(1, 2);
    mp.mesh_cols.n = rnd.in(1, 2);
    mp.mesh_rows.e = rnd.in(1, 2);
    mp.mesh_cols.e = rnd.in(1, 2);
    mp.mesh_rows.g = rnd.in(1, g.groups);
    mp.pe_cols.e = rnd.in(1, 2);
    mp.pe_cols.n = rnd.in(1, 2);
    const Derived d = derive(g, mp, ChipSizes{});
    const KnownIacts known(g, iacts);
    // Row tile by row tile, as hw/command/schedule.cpp numbers them, iact by iact.
    const auto work_of = [&](const ClusterPlace& place) {
      int sum = 0;
      for (int tg = 0; tg < d.tg; ++tg)
        for (std::int64_t te = 0; te < d.te; ++te)
          for (int pn = 0; pn < mp.pe_cols.n; ++pn)
            for (int pe = 0; pe < mp.pe_cols.e; ++pe) {
              const int group = tg * d.split_g + place.g;
              const std::int64_t number = te * d.split_e + place.e * mp.pe_cols.e + pe;
              const auto n =
                  static_cast<int>(number / d.row_tiles * d.split_n + place.n * mp.pe_cols.n + pn);
              if (group >= g.groups || n >= g.batch) continue;
              const auto of_image = static_cast<int>(number % d.row_tiles);
              const int first = of_image / g.out_h * d.f0 * g.stride_w - g.pad_left;
              const int windows = std::min(d.f0, g.out_w - of_image / g.out_h * d.f0);
              for (int r = 0; r < g.kernel_h; ++r)
                for (int w = first; w < first + (windows - 1) * g.stride_w + g.kernel_w; ++w) {
                  const int h = of_image % g.out_h * g.stride_h + r - g.pad_top;
                  if (h < 0 || h >= g.in_h || w < 0 || w >= g.in_w) continue;
                  for (std::uint32_t bits = known.at(n, h, w, group, 0, 3); bits != 0;
                       bits &= bits - 1)
                    ++sum;
                }
            }
      return sum;
    };
    const ClusterPlace found = known.busiest(mp, d);
    const int most = work_of(found);
    bool other = false;
    for (int pg = 0; pg < d.split_g; ++pg)
      for (int n = 0; n < d.split_n / mp.pe_cols.n; ++n)
        for (int e = 0; e < d.split_e / mp.pe_cols.e; ++e) {
          const int own = work_of({pg, n, e, 0});
          EXPECT_LE(own, most) << pg << ' ' << n << ' ' << e;
          other = other || own < most;
        }
    several += other ? 1 : 0;
  }
  EXPECT_GT(several, 100) << "most trials have a choice";
}

double known_cycles(const nn::ConvLayer& conv, const nn::Tensor& iacts,
                    const Mapping& mp = mapping()) {
  return estimate(conv, mp, ChipSizes{}, nn::iact_density(iacts), iacts).cycles;
}

TEST(KnownIacts, SpreadEvenlyTheyTakeWhatTheirDensitySays) {
  const nn::ConvLayer conv = layer();
  ASSERT_EQ(why_illegal(conv, mapping(), ChipSizes{}), "");
  Random rnd(3);
  for (const int percent : {0, 20, 50, 80, 100}) {
    nn::Tensor iacts = tensor_of(conv.geo, kZero);
    for (std::uint8_t& value : iacts.bytes)
      if (rnd.in(0, 99) < percent) value = 1;
    const double spread = estimate(conv, mapping(), ChipSizes{}, percent / 100.0).cycles;
    // The busiest of four images has some more than the mean.
    EXPECT_NEAR(known_cycles(conv, iacts) / spread, 1, 0.1) << percent;
  }
}

TEST(KnownIacts, ALayerEndsWithTheImageThatHasMost) {
  const nn::ConvLayer conv = layer();
  // One of four images is full: a quarter of all is not zero, and its cluster has as much to do as if
  // all were.
  nn::Tensor iacts = tensor_of(conv.geo, kZero);
  for (int h = 0; h < 16; ++h)
    for (int w = 0; w < 16; ++w)
      for (int c = 0; c < 16; ++c) Pixels(conv.geo, iacts).at(2, h, w, c) = 1;
  EXPECT_NEAR(known_cycles(conv, iacts) / known_cycles(conv, tensor_of(conv.geo, 1)), 1, 0.05);
  EXPECT_GT(known_cycles(conv, iacts), 1.5 * estimate(conv, mapping(), ChipSizes{}, 0.25).cycles);
}

TEST(KnownIacts, ALayerEndsWithTheChannelsThatHaveMostWeights) {
  // Half of the weights are zero: of all output channels, or all those of one M tile.
  nn::ConvLayer even = layer(), first = layer(), second = layer();
  for (std::size_t i = 0; i < even.weights.size(); ++i) {
    if (i / 16 % 2 == 0) even.weights[i] = 0;
    (i < even.weights.size() / 2 ? first : second).weights[i] = 0;
  }
  const nn::Tensor iacts = tensor_of(layer().geo, 1);
  const double full = known_cycles(layer(), iacts);
  EXPECT_LT(known_cycles(even, iacts), 0.9 * full);
  EXPECT_NEAR(known_cycles(first, iacts) / full, 1, 0.01);
  EXPECT_NEAR(known_cycles(second, iacts) / full, 1, 0.01);
}

TEST(KnownIacts, ATurnedMappingIsThatOfTheTurnedLayer) {
  nn::ConvLayer conv = layer();
  nn::Tensor iacts = tensor_of(conv.geo, kZero), other = iacts;
  // A column of the image: a single PE column of the turned mapping has all of it.
  for (int h = 0; h < 16; ++h)
    for (int c = 0; c < 16; ++c)
      Pixels(conv.geo, iacts).at(0, h, 5, c) = Pixels(conv.geo, other).at(0, 5, h, c) = 1;
  Mapping turned = mapping();
  turned.turned = true;
  EXPECT_EQ(known_cycles(conv, iacts, turned), known_cycles(conv, other));
  EXPECT_NE(known_cycles(conv, iacts, turned), known_cycles(conv, iacts));
}

}  // namespace
}  // namespace uvea::mapper
