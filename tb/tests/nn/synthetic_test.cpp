// Synthetic tensors: exactly the asked densities, seeded, and within the psum's range.

#include "sw/nn/tables/synthetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>

#include "sw/nn/tables/table_import.h"

namespace uvea::nn {
namespace {

/// A table of one or more layers, 6x5 with 7 -> 11 channels, 3x3, with densities in thousandths.
Network table(const std::vector<std::pair<int, int>>& densities, std::uint64_t seed,
              int batch = 1) {
  std::string text =
      "# source\n"
      "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,groups,macs,weight_density,"
      "iact_density\n";
  const auto share = [](int thousandths) { return std::to_string(thousandths / 1000.0); };
  for (std::size_t i = 0; i < densities.size(); ++i)
    text += "L" + std::to_string(i) + ",conv,6,5,7,11,3,3,1,same,1,20790," +
            share(densities[i].first) + "," + share(densities[i].second) + "\n";
  TableOptions options;
  options.seed = seed;
  options.batch = batch;
  return load_table_text(text, "t", options);
}

const ConvLayer& conv_of(const Network& network, int layer) {
  return network.layers.at(static_cast<std::size_t>(layer)).conv();
}

/// Non-zeros of one image of a layer's input.
std::int64_t non_zero_iacts(const Network& network, int layer, int image) {
  const Tensor& iacts = network.layer_inputs.at(layer);
  const std::size_t size = iacts.bytes.size() / static_cast<std::size_t>(iacts.shape.n());
  std::int64_t count = 0;
  for (std::size_t i = 0; i < size; ++i)
    count += iacts.value(static_cast<std::size_t>(image) * size + i) != 0 ? 1 : 0;
  return count;
}

std::int64_t non_zero_weights(const ConvLayer& layer) {
  return static_cast<std::int64_t>(layer.weights.size()) -
         std::count(layer.weights.begin(), layer.weights.end(), 0);
}

TEST(Synthetic, DensitiesAreExact) {
  constexpr std::uint64_t seed = 31;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  std::vector<std::pair<int, int>> densities{{0, 0}, {1000, 1000}, {1, 999}, {999, 1}, {500, 500}};
  for (int i = 0; i < 60; ++i)
    densities.emplace_back(static_cast<int>(random() % 1001), static_cast<int>(random() % 1001));
  Network network = table(densities, seed, 3);
  for (int layer = 0; layer < static_cast<int>(densities.size()); ++layer) {
    fill_layer(network, layer);
    const auto [weight, iact] = densities[static_cast<std::size_t>(layer)];
    const ConvLayer& conv = conv_of(network, layer);
    ASSERT_EQ(conv.weights.size(), 11U * 9 * 7);
    EXPECT_EQ(non_zero_weights(conv), std::llround(weight / 1000.0 * 693)) << weight;
    for (int image = 0; image < 3; ++image)
      EXPECT_EQ(non_zero_iacts(network, layer, image), std::llround(iact / 1000.0 * 210))
          << iact << ", image " << image;
  }
}

TEST(Synthetic, ShippedTablesGetTheirDensities) {
  for (const char* name : {"mobilenet_v1_0.5_128", "alexnet_sparse"}) {
    Network network = load_table(std::string(UVEA_NETWORKS_DIR) + "/" + name + ".csv", {});
    int checked = 0;
    for (const auto& [layer, density] : network.table) {
      if (conv_of(network, layer).geo.macs() > 40'000'000) continue;
      fill_layer(network, layer);
      const ConvLayer& conv = conv_of(network, layer);
      const auto iacts = static_cast<double>(network.layer_inputs.at(layer).bytes.size());
      EXPECT_EQ(non_zero_weights(conv),
                std::llround(density.weight * static_cast<double>(conv.weights.size())))
          << name << layer;
      EXPECT_EQ(non_zero_iacts(network, layer, 0), std::llround(density.iact * iacts))
          << name << layer;
      drop_layer(network, layer);
      ++checked;
    }
    EXPECT_GE(checked, 3) << name;
  }
}

TEST(Synthetic, ALayerDependsOnItsSeedAndPlaceOnly) {
  Network a = table({{500, 500}, {500, 500}}, 7), b = table({{500, 500}, {500, 500}}, 7);
  fill_layer(a, 0);
  fill_layer(a, 1);
  fill_layer(b, 1);  // without the first
  EXPECT_EQ(conv_of(a, 1).weights, conv_of(b, 1).weights);
  EXPECT_EQ(conv_of(a, 1).bias, conv_of(b, 1).bias);
  EXPECT_EQ(a.layer_inputs.at(1).bytes, b.layer_inputs.at(1).bytes);
  EXPECT_NE(conv_of(a, 0).weights, conv_of(a, 1).weights);

  Network other = table({{500, 500}}, 8);
  fill_layer(other, 0);
  EXPECT_NE(conv_of(a, 0).weights, conv_of(other, 0).weights);
  EXPECT_NE(a.layer_inputs.at(0).bytes, other.layer_inputs.at(0).bytes);

  Network batch = table({{500, 500}}, 7, 3);
  fill_layer(batch, 0);
  EXPECT_EQ(conv_of(a, 0).weights, conv_of(batch, 0).weights);
  const auto& one = a.layer_inputs.at(0).bytes;
  const auto& three = batch.layer_inputs.at(0).bytes;
  ASSERT_EQ(three.size(), 3 * one.size());
  EXPECT_TRUE(std::equal(one.begin(), one.end(), three.begin()));
  EXPECT_FALSE(std::equal(one.begin(), one.end(), three.begin() + 210));
}

TEST(Synthetic, DroppedLayersComeBackTheSame) {
  Network network = table({{300, 700}}, 9);
  fill_layer(network, 0);
  const auto weights = conv_of(network, 0).weights;
  const auto iacts = network.layer_inputs.at(0).bytes;
  drop_layer(network, 0);
  EXPECT_TRUE(conv_of(network, 0).weights.empty());
  EXPECT_EQ(network.layer_inputs.count(0), 0U);
  fill_layer(network, 0);
  EXPECT_EQ(conv_of(network, 0).weights, weights);
  EXPECT_EQ(network.layer_inputs.at(0).bytes, iacts);
  EXPECT_THROW(fill_layer(network, 1), std::out_of_range);
  EXPECT_THROW(drop_layer(network, -1), std::out_of_range);
}

TEST(Synthetic, NonZerosLieEverywhereAlike) {
  Network network = load_table(std::string(UVEA_NETWORKS_DIR) + "/alexnet_sparse.csv", {});
  fill_layer(network, 2);  // 884,736 weights at 4.9 %
  const auto& weights = conv_of(network, 2).weights;
  constexpr std::size_t parts = 16;
  const double expected =
      static_cast<double>(non_zero_weights(conv_of(network, 2))) / static_cast<double>(parts);
  for (std::size_t part = 0; part < parts; ++part) {
    const auto first = weights.begin() + static_cast<std::ptrdiff_t>(part * weights.size() / parts);
    const auto last =
        weights.begin() + static_cast<std::ptrdiff_t>((part + 1) * weights.size() / parts);
    const auto count = static_cast<double>((last - first) - std::count(first, last, 0));
    EXPECT_NEAR(count, expected, 5 * std::sqrt(expected)) << part;
  }
}

TEST(Synthetic, ValuesStayInTheirRanges) {
  Network network = table({{1000, 1000}}, 10);
  fill_layer(network, 0);
  const ConvLayer& conv = conv_of(network, 0);
  const auto [low, high] = std::minmax_element(conv.weights.begin(), conv.weights.end());
  EXPECT_GE(*low, -127);
  EXPECT_LE(*high, 127);
  EXPECT_LT(*low, 0);
  EXPECT_GT(*high, 0);
  EXPECT_EQ(conv.bias.size(), 11U);
  ASSERT_EQ(conv.requant.size(), 11U);
  for (const Requant& requant : conv.requant) {
    EXPECT_GE(requant.multiplier, 1 << 30);
    EXPECT_LE(requant.shift, 0);
  }
  const Tensor& iacts = network.layer_inputs.at(0);
  for (std::size_t i = 0; i < iacts.bytes.size(); ++i) ASSERT_GE(iacts.value(i), 1);
}

// The longest sums of the shipped tables stay within 20 bits.
TEST(Synthetic, PsumsFitTwentyBits) {
  Network network = load_table(std::string(UVEA_NETWORKS_DIR) + "/alexnet.csv", {});
  fill_layer(network, 6);  // FC7, 4096 -> 4096
  const ConvLayer& conv = conv_of(network, 6);
  const Tensor& iacts = network.layer_inputs.at(6);
  std::int64_t largest = 0;
  for (int m = 0; m < conv.geo.out_c; ++m) {
    std::int64_t sum = 0;
    for (int c = 0; c < conv.geo.in_c; ++c) {
      sum += std::int64_t{conv.weights[conv.weight_index(m, 0, 0, c)]} *
             iacts.value(static_cast<std::size_t>(c));
      largest = std::max(largest, std::abs(sum));
    }
  }
  EXPECT_LT(largest, 1 << 19);
  EXPECT_GT(largest, 1 << 14);  // and are not trivial
}

}  // namespace
}  // namespace uvea::nn
