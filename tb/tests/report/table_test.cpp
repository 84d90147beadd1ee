// What the terminal shows of a run: readable in 120 columns whatever the network's names are.

#include "sw/report/table.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tb/tests/report/made_run.h"

namespace uvea::test {
namespace {

/// The key of the class with the longest words.
std::string wordiest(const report::CountTables& tables) {
  const report::StallInfo* longest = &tables.stalls.front();
  for (const report::StallInfo& info : tables.stalls)
    if (info.words.size() > longest->words.size()) longest = &info;
  return longest->key;
}

TEST(Table, FitsIn120ColumnsAtItsWidest) {
  report::RunResult run = made_run();
  run.chip_pes = 16384;
  report::LayerResult layer =
      made_layer(std::string(200, 'n'), 99'999'999,
                 {{wordiest(run.tables), 40}, {"imbalance", 30}, {"wait_iact.dram_latency", 25}},
                 {{"effectual_macs", 1}, {"active_pes", 16384}, {"psum_overflows", 4'999'999}});
  layer.index = 999;
  layer.type = "fully_connected";
  layer.macs = 9'999'999'999;
  run.layers.assign(2, layer);
  std::istringstream lines(report::layer_table(run));
  std::size_t widest = 0, count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_LE(line.size(), 120U) << line;
    widest = std::max(widest, line.size());
  }
  EXPECT_GT(widest, 100U);
  EXPECT_EQ(count, 6U + 6U + 1U);
}

TEST(Table, SaysHowWellTheMapperForesawIt) {
  report::RunResult run = made_run();
  const auto add = [&run](std::uint64_t cycles, double predicted, double bound) {
    run.layers.push_back(made_layer("l", cycles, {{"mac_useful", 1}}, {}));
    run.layers.back().predicted_cycles = predicted;
    run.layers.back().lower_bound_cycles = bound;
  };
  EXPECT_EQ(report::layer_table(run).find("mapper:"), std::string::npos);
  add(100, 98, 0);
  EXPECT_NE(report::layer_table(run).find("mapper: predictions are off by 2.0 % in the median\n"),
            std::string::npos);
  add(100, 104, 80);   // 4 % off, 25 % above
  add(200, 180, 160);  // 10 % off, 25 % above
  add(300, 310, 200);  // 3.3 % off, 50 % above
  add(150, 150, 100);  // 0 % off, 50 % above
  const std::string text = report::layer_table(run);
  EXPECT_NE(text.find("mapper: predictions are off by 3.3 % in the median, layers 37.5 % above the "
                      "mapper's lower bound\n"),
            std::string::npos)
      << text;
}

TEST(Table, SaysWhatLimitsEachLayerOfTheChip) {
  report::RunResult run = made_run();
  run.layers.push_back(made_layer(
      "slow", 50, {{"wait_weight.dram_latency", 60}, {"mac_useful", 30}, {"imbalance", 10}}, {}));
  report::LayerResult host;
  host.name = "softmax";
  run.layers.push_back(host);
  const std::string text = report::layer_table(run);
  EXPECT_NE(text.find("slow   DRAM latency (weights)  60 %  weight 60, MAC 30, imbalance 10\n"),
            std::string::npos)
      << text;
  // The host's layer is in the first table only.
  EXPECT_NE(text.find("softmax"), std::string::npos);
  EXPECT_EQ(text.find("softmax"), text.rfind("softmax"));
}

TEST(Table, WithoutALayerOfTheChipThereIsNoSecondOne) {
  report::RunResult run = made_run();
  EXPECT_EQ(report::layer_table(run).find("limited by"), std::string::npos);
}

}  // namespace
}  // namespace uvea::test
