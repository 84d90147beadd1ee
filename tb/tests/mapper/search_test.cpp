// The search against the space itself: every mapping of it worked out, for small layers on small
// chips.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "sw/mapper/certificate.h"
#include "sw/mapper/cost.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/mapping_file.h"
#include "sw/mapper/space.h"
#include "sw/user_error.h"
#include "tb/tests/mapper/brute_force.h"
#include "tb/tests/mapper/random.h"

namespace uvea::mapper {
namespace {

using tb::Random;

nn::ConvLayer small_layer(Random& rnd) {
  tb::LayerShape s{};
  s.batch = rnd.in(0, 4) == 0 ? 2 : 1;
  const int kind = rnd.in(0, 3);
  s.groups = kind == 0 ? rnd.in(2, 4) : 1;
  s.in_c = s.groups * (kind == 0 ? 1 : rnd.in(1, 6));
  s.out_c = s.groups * (kind == 0 ? 1 : rnd.in(1, 6));
  // Alike both ways round, so that one search covers the space.
  s.kernel_h = s.kernel_w = rnd.in(1, 3);
  s.stride_h = s.stride_w = rnd.in(1, 2);
  s.in_h = s.in_w = s.kernel_h + rnd.in(0, 3);
  s.pad_top = s.pad_left = s.pad_bottom = s.pad_right = rnd.in(0, s.kernel_h - 1);
  const double densities[] = {0.2, 0.6, 1.0};
  return tb::make_layer(s, densities[rnd.in(0, 2)], rnd.bits());
}

ChipSizes small_chip(Random& rnd) {
  ChipSizes c;
  c.mesh_rows = rnd.in(1, 2);
  c.mesh_cols = rnd.in(1, 2);
  c.pe_rows = rnd.in(1, 3);
  c.pe_cols = rnd.in(1, 3);
  c.iact_banks = rnd.in(1, 3);
  c.psum_banks = rnd.in(1, 2);
  c.weight_buffers = rnd.in(1, 2);
  c.weight_data_words = rnd.in(12, 96);
  c.dram_latency_cycles = rnd.in(0, 30);
  c.serial_io = rnd.in(0, 3) == 0;
  if (rnd.in(0, 2) == 0) c.io_link_bits = rnd.in(1, 64);
  return c;
}

/// Calls fn(tile bound, split bound, leaf) for every mapping of the space.
template <typename Fn>
void for_each_mapping(const nn::ConvLayer& layer, const ChipSizes& sizes, CostModel& cost, Fn fn) {
  MappingSpace space(layer, sizes);
  for (const Mapping& tile : space.tiles()) {
    const double tile_bound = cost.tile_bound(derive(layer.geo, tile, sizes), tile);
    for (const Mapping& split : space.splits(tile)) {
      const double split_bound = cost.split_bound(derive(layer.geo, split, sizes), split);
      for (const Mapping& leaf : space.leaves(split)) fn(tile_bound, split_bound, leaf);
    }
  }
}

std::string where(unsigned seed, int i, const nn::ConvLayer& layer, const ChipSizes& sizes) {
  return "seed " + std::to_string(seed) + " case " + std::to_string(i) + ": " +
         tb::print(layer.geo) + " on " + tb::print(sizes) + "\n";
}

TEST(Search, FindsWhatBruteForceFinds) {
  constexpr unsigned kSeed = 7001;
  Random rnd(kSeed);
  std::int64_t all = 0, visited = 0, saved = 0;
  for (int i = 0; i < 200; ++i) {
    const nn::ConvLayer layer = small_layer(rnd);
    const ChipSizes sizes = small_chip(rnd);
    const double density = rnd.in(1, 10) / 10.0;
    CostModel cost(layer, sizes, density);
    double best = 0;
    std::vector<std::pair<double, double>> legal;  // cycles, bytes
    for_each_mapping(layer, sizes, cost, [&](double, double, const Mapping& leaf) {
      if (!why_illegal(layer, leaf, sizes).empty()) return;
      ++all;
      const Estimate is = cost.estimate(leaf);
      legal.emplace_back(is.cycles, is.dram_bytes);
      if (best == 0 || is.cycles < best) best = is.cycles;
    });
    ASSERT_GT(best, 0) << where(kSeed, i, layer, sizes);
    MapOptions options;
    const double slacks[] = {0, MapOptions{}.slack, 0.3};
    options.slack = slacks[i % 3];
    double bytes = std::numeric_limits<double>::infinity();
    for (const auto& [its_cycles, its_bytes] : legal)
      if (its_cycles <= best * (1 + options.slack)) bytes = std::min(bytes, its_bytes);
    const Found found = find_mappings(layer, sizes, density, options);
    const Candidate& chosen = found.best.front();
    const std::string at = where(kSeed, i, layer, sizes) + to_text({{"layer", chosen.mapping}});
    ASSERT_DOUBLE_EQ(found.certificate.fewest, best) << at;
    ASSERT_DOUBLE_EQ(found.certificate.predicted, chosen.cycles) << at;
    ASSERT_LE(chosen.cycles, best * (1 + options.slack)) << at;
    ASSERT_DOUBLE_EQ(chosen.dram_bytes, bytes) << at;
    ASSERT_LE(found.certificate.lower_bound, best);
    visited += found.certificate.visited;
    saved += chosen.cycles > best ? 1 : 0;
  }
  EXPECT_GT(all, 20000);
  EXPECT_GT(saved, 20) << "where slack makes no difference";
  EXPECT_LT(visited, all / 2) << "bounds that prune nothing";
}

TEST(Search, NoBoundIsAboveTheCostOfAMappingBelowIt) {
  constexpr unsigned kSeed = 7002;
  Random rnd(kSeed);
  std::int64_t compared = 0;
  for (int i = 0; i < 100; ++i) {
    const nn::ConvLayer layer = small_layer(rnd);
    const ChipSizes sizes = small_chip(rnd);
    CostModel cost(layer, sizes, rnd.in(1, 10) / 10.0);
    for_each_mapping(
        layer, sizes, cost, [&](double tile_bound, double split_bound, const Mapping& leaf) {
          const Estimate is = cost.estimate(leaf);
          ++compared;
          const std::string at = where(kSeed, i, layer, sizes) + to_text({{"layer", leaf}});
          ASSERT_LE(tile_bound, is.cycles) << at;
          ASSERT_LE(split_bound, is.cycles) << at;
          ASSERT_LE(cost.rough_bound(leaf), cost.bound(leaf)) << at;
          ASSERT_LE(is.bound, is.cycles) << at;
          ASSERT_LE(cost.least_bytes(), is.dram_bytes) << at;
          ASSERT_LE(cost.least_energy(), is.energy) << at;
        });
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(compared, 10000);
}

/// The best few are the best few.
TEST(Search, TheBestFewComeInOrder) {
  Random rnd(7003);
  for (int i = 0; i < 20; ++i) {
    const nn::ConvLayer layer = small_layer(rnd);
    const ChipSizes sizes = small_chip(rnd);
    CostModel cost(layer, sizes, 0.5);
    std::vector<double> all;
    for_each_mapping(layer, sizes, cost, [&](double, double, const Mapping& leaf) {
      if (why_illegal(layer, leaf, sizes).empty()) all.push_back(cost.estimate(leaf).cycles);
    });
    std::sort(all.begin(), all.end());
    MapOptions options;
    options.best = 5;
    const Found found = find_mappings(layer, sizes, 0.5, options);
    ASSERT_EQ(found.best.size(), std::min<std::size_t>(5, all.size()));
    for (std::size_t n = 0; n < found.best.size(); ++n)
      EXPECT_DOUBLE_EQ(found.best[n].cycles, all[n]) << "case " << i << ", place " << n;
  }
}

TEST(Search, OtherObjectivesFindWhatBruteForceFinds) {
  Random rnd(7004);
  for (int i = 0; i < 40; ++i) {
    const nn::ConvLayer layer = small_layer(rnd);
    const ChipSizes sizes = small_chip(rnd);
    CostModel cost(layer, sizes, 0.5);
    double bytes = 0, product = 0;
    for_each_mapping(layer, sizes, cost, [&](double, double, const Mapping& leaf) {
      if (!why_illegal(layer, leaf, sizes).empty()) return;
      const Estimate is = cost.estimate(leaf);
      if (bytes == 0 || is.dram_bytes < bytes) bytes = is.dram_bytes;
      if (product == 0 || is.energy * is.cycles < product) product = is.energy * is.cycles;
    });
    MapOptions options;
    options.objective = Objective::traffic;
    EXPECT_DOUBLE_EQ(find_mappings(layer, sizes, 0.5, options).best.front().dram_bytes, bytes)
        << where(7004, i, layer, sizes);
    options.objective = Objective::energy_delay;
    const Candidate best = find_mappings(layer, sizes, 0.5, options).best.front();
    EXPECT_DOUBLE_EQ(best.energy * best.cycles, product) << where(7004, i, layer, sizes);
  }
}

}  // namespace
}  // namespace uvea::mapper
