// One layer on one screen: every part is there, and says what the file says.

#include "sw/report/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tb/tests/report/made_run.h"

namespace uvea::test {
namespace {

report::RunResult one_layer() {
  report::RunResult run = made_run();
  run.layers.push_back(made_layer(
      "L", 100, {{"mac_useful", 80}, {"wait_iact.dram_latency", 110}, {"wait_iact.dma", 10}},
      {{"effectual_macs", 160}, {"issue_slots", 80}}));
  run.layers.back().predicted_cycles = 90;
  run.layers.back().lower_bound_cycles = 80;
  run.layers.back().eyexam = {{"layer shape", 1, 160, "everything at once"},
                              {"access pattern", 50, 3.2, "the fullest port"}};
  return run;
}

std::string explained(const report::RunResult& run) {
  const report::StoredRun read = stored(run, "made");
  return report::explanation(read, read.layers.front(), run.tables,
                             run.layers.front().counters.resources);
}

TEST(Explain, ShowsBoundsClassesPortsAndMapping) {
  const std::string text = explained(one_layer());
  for (const char* part : {
           "made, layer 1: L, conv\n",
           "limited by: DRAM latency (iacts), 60 % of PE cycles\n",
           "mapper: 90 cycles predicted (-10.0 %); at the density that it foresaw no mapping takes "
           "fewer than 80, "
           "simulated is 25.0 % above\n",
           "layer shape          1       160.0  everything at once\n",
           "access pattern      50         3.2  the fullest port\n",
           "simulated          100         1.6  2.00 times the last bound\n",
           "waiting for iacts         60.0 %  ########################\n",
           "  DRAM latency            55.0 %  ######################\n",
           "  DMA                      5.0 %  ##\n",
           "useful MACs               40.0 %  ################\n",
           "iact link        2  75.0 %  100.0 %  12.5 %  59\n",
           "chip.a.right              iact link  100.0 %   0.0 %\n",
           "chip.a.left               iact link   50.0 %  25.0 %  the slowest receiver\n",
           "mapping  mode csc  mesh_rows (e 8)\n",
       })
    EXPECT_NE(text.find(part), std::string::npos) << part << "is not in\n" << text;
  EXPECT_EQ(text.find("imbalance"), std::string::npos) << "a class of no cycle";
}

TEST(Explain, IsOneScreen) {
  report::RunResult run = one_layer();
  auto& resources = run.layers.front().counters.resources;
  for (int i = 0; i < 500; ++i)
    resources.push_back({"chip.cluster_7_1.psum_router_3.out_" + std::to_string(i), "psum link",
                         static_cast<std::uint64_t>(i % 100), 0, ""});
  const std::string text = explained(run);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 40);
}

TEST(Explain, ALayerOfAnOlderFileSaysWhatThereIs) {
  auto json = nlohmann::ordered_json::parse(report::results_json(one_layer()));
  for (const char* key : {"stalls", "counters", "limited_by", "utilisation", "eyexam",
                          "predicted_cycles", "lower_bound_cycles"})
    json["layers"][0].erase(key);
  const report::StoredRun read = report::stored_run("old", "old", json);
  const std::string text = report::explanation(read, read.layers.front(), made_run().tables, {});
  EXPECT_NE(text.find("limited by: not known\n"), std::string::npos) << text;
  EXPECT_NE(text.find("mapping  mode csc"), std::string::npos) << text;
  EXPECT_EQ(text.find("mapper:"), std::string::npos) << text;
}

}  // namespace
}  // namespace uvea::test
