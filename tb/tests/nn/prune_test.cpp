// Pruning by magnitude against its definition, over random layers; ties; what is no density.

#include "sw/nn/prune.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <stdexcept>

namespace uvea::nn {
namespace {

ConvLayer layer_of(std::mt19937_64& random, std::size_t weights, int largest) {
  ConvLayer layer;
  std::uniform_int_distribution<int> value(-largest, largest);
  for (std::size_t i = 0; i < weights; ++i)
    layer.weights.push_back(static_cast<std::int16_t>(value(random)));
  return layer;
}

std::size_t nonzero(const std::vector<std::int16_t>& weights) {
  return weights.size() - static_cast<std::size_t>(std::count(weights.begin(), weights.end(), 0));
}

TEST(Prune, TheLargestStayAndNothingElseChanges) {
  constexpr std::uint64_t kSeeds = 200;
  std::printf("seeds 1 to %d\n", static_cast<int>(kSeeds));
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    std::mt19937_64 random(seed);
    const std::size_t size = std::uniform_int_distribution<std::size_t>(1, 300)(random);
    const ConvLayer before = layer_of(random, size, seed % 2 == 0 ? 255 : 3);
    const auto kept = std::uniform_int_distribution<std::size_t>(0, size)(random);
    ConvLayer after = before;
    prune(after, static_cast<double>(kept) / static_cast<double>(size), seed);
    int smallest_kept = 1000, largest_lost = 0;
    for (std::size_t i = 0; i < size; ++i) {
      if (after.weights[i] != 0) {
        ASSERT_EQ(after.weights[i], before.weights[i]) << "seed " << seed;
        smallest_kept = std::min(smallest_kept, std::abs(before.weights[i]));
      } else {
        largest_lost = std::max(largest_lost, std::abs(before.weights[i]));
      }
    }
    ASSERT_LE(largest_lost, smallest_kept) << "seed " << seed;
    ASSERT_EQ(nonzero(after.weights), std::min(kept, nonzero(before.weights))) << "seed " << seed;
  }
}

TEST(Prune, EqualsAreDrawnAndTheSameEachTime) {
  ConvLayer layer;
  layer.weights.assign(1000, 5);
  ConvLayer again = layer, other = layer;
  prune(layer, 0.5, 1);
  prune(again, 0.5, 1);
  prune(other, 0.5, 2);
  EXPECT_EQ(layer.weights, again.weights);
  EXPECT_NE(layer.weights, other.weights);
  // 500 of 1000: in either half 250 with a standard deviation of 8.
  const std::vector<std::int16_t> half(layer.weights.begin(), layer.weights.begin() + 500);
  EXPECT_NEAR(static_cast<double>(nonzero(half)), 250, 40);
}

TEST(Prune, ANetworkHasADensityForEachLayerOnTheChip) {
  std::mt19937_64 random(3);
  Network network;
  network.layers.resize(3);
  network.layers[0].op = layer_of(random, 400, 255);
  network.layers[1].op = HostLayer{};
  network.layers[2].op = layer_of(random, 400, 255);
  Network pruned = network;
  prune(pruned, {0.25, 0.75});
  EXPECT_EQ(nonzero(pruned.layers[0].conv().weights), 100U);
  EXPECT_EQ(nonzero(pruned.layers[2].conv().weights), 300U);
  for (const std::vector<double>& wrong :
       {std::vector<double>{0.5}, {0.5, 0.5, 0.5}, {0.5, 1.1}, {-0.1, 0.5}, {0.5, 0.0 / 0.0}}) {
    Network spoilt = network;
    EXPECT_THROW(prune(spoilt, wrong), std::invalid_argument);
  }
}

}  // namespace
}  // namespace uvea::nn
