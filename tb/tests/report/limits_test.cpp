// What limits a layer, in words; and that a class that is not counted, or counted twice, is found.

#include "sw/report/limits.h"

#include <gtest/gtest.h>

#include "tb/tests/report/made_run.h"

namespace uvea::test {
namespace {

/// 50 cycles of two PEs.
report::RunResult run_of(const std::map<std::string, std::uint64_t>& stalls) {
  report::RunResult run = made_run();
  run.layers.push_back(made_layer("L", 50, stalls, {}));
  return run;
}

std::string limit(const std::map<std::string, std::uint64_t>& stalls) {
  const report::RunResult run = run_of(stalls);
  EXPECT_EQ(report::why_not_whole(run), "");
  return report::limited_by(run.layers.front(), run);
}

TEST(Limits, TheLargestClassInWords) {
  EXPECT_EQ(limit({{"mac_useful", 60}, {"imbalance", 40}}), "useful MACs, 60 % of PE cycles");
  EXPECT_EQ(limit({{"mac_useful", 45}, {"imbalance", 55}}), "imbalance, 55 % of PE cycles");
  EXPECT_EQ(limit({{"wait_psum_out.port", 30}, {"wait_psum_out.pe", 25}, {"mac_useful", 45}}),
            "psum drain, 55 % of PE cycles");
}

TEST(Limits, WaitsForDataAreNamedByTheirPlace) {
  EXPECT_EQ(limit({{"wait_iact.dram_latency", 30},
                   {"wait_weight.dram_latency", 20},
                   {"wait_iact.hop", 10},
                   {"mac_useful", 40}}),
            "DRAM latency (iacts, weights), 50 % of PE cycles");
  // All other classes together are more than any place, and are none.
  EXPECT_EQ(limit({{"wait_iact.dram_bandwidth", 20},
                   {"wait_weight.dma", 15},
                   {"mac_useful", 30},
                   {"imbalance", 20},
                   {"mac_gated", 15}}),
            "DRAM bandwidth (iacts, weights), 35 % of PE cycles");
}

TEST(Limits, WhatIsNotNamedIsNotCounted) {
  EXPECT_EQ(limit({{"wait_weight.port", 45}, {"wait_iact.port", 6}, {"mac_useful", 49}}),
            "useful MACs, 49 % of PE cycles");
  EXPECT_EQ(limit({{"wait_weight.port", 45}, {"wait_iact.port", 15}, {"mac_useful", 40}}),
            "GLB port (iacts, weights), 60 % of PE cycles");
  EXPECT_EQ(limit({{"wait_weight.port", 52}, {"wait_iact.port", 8}, {"mac_useful", 40}}),
            "GLB port (weights), 52 % of PE cycles");
}

TEST(Limits, WhoWaitsAtTheDmaWaitsForTheDram) {
  EXPECT_EQ(limit({{"wait_iact.dma", 30},
                   {"wait_iact.dram_latency", 10},
                   {"wait_iact.dram_bandwidth", 5},
                   {"wait_iact.port", 35},
                   {"mac_useful", 20}}),
            "DRAM latency (iacts), 45 % of PE cycles");
  EXPECT_EQ(limit({{"wait_weight.dma", 5},
                   {"wait_weight.dram_latency", 10},
                   {"wait_iact.router", 65},
                   {"mac_useful", 20}}),
            "router (iacts), 65 % of PE cycles");
}

TEST(Limits, ALayerOfTheHostHasNone) {
  report::RunResult run = made_run();
  report::LayerResult host;
  host.name = "softmax";
  run.layers.push_back(host);
  EXPECT_EQ(report::limited_by(run.layers.front(), run), "");
  EXPECT_EQ(report::why_not_whole(run), "");
}

TEST(Limits, AClassThatIsNotCountedOrCountedTwiceIsFound) {
  const std::map<std::string, std::uint64_t> whole{
      {"mac_useful", 40}, {"wait_iact.port", 35}, {"imbalance", 25}};
  ASSERT_EQ(report::why_not_whole(run_of(whole)), "");
  for (const auto& [key, cycles] : whole) {
    auto dropped = whole, twice = whole;
    dropped.erase(key);
    twice[key] *= 2;
    EXPECT_EQ(report::why_not_whole(run_of(dropped)),
              "layer 1 (L): " + std::to_string(100 - cycles) +
                  " PE cycles are in a class, the layer has 100");
    EXPECT_EQ(report::why_not_whole(run_of(twice)),
              "layer 1 (L): " + std::to_string(100 + cycles) +
                  " PE cycles are in a class, the layer has 100");
  }
}

TEST(Limits, UtilisationByKind) {
  report::RunResult run = made_run();
  run.layers.push_back(
      made_layer("L", 100, {{"mac_useful", 200}}, {{"issue_slots", 100}, {"effectual_macs", 100}}));
  const auto uses = report::utilisation(run.layers.front(), run);
  ASSERT_EQ(uses.size(), 3U);
  EXPECT_EQ(uses[0].kind, "PE");
  EXPECT_DOUBLE_EQ(uses[0].busy, 0.5);
  EXPECT_EQ(uses[1].kind, "MAC");
  EXPECT_DOUBLE_EQ(uses[1].busy, 0.25);
  EXPECT_EQ(uses[2].kind, "iact link");
  EXPECT_EQ(uses[2].count, 2U);
  EXPECT_DOUBLE_EQ(uses[2].busy, 0.75);
  EXPECT_DOUBLE_EQ(uses[2].busiest, 1.0);
  EXPECT_DOUBLE_EQ(uses[2].held, 0.125);
}

}  // namespace
}  // namespace uvea::test
