// What the page of uvea report is given: the numbers of the runs' files, and nothing that ends the
// script element that it stands in.

#include "sw/report/page_data.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "sw/report/limits.h"
#include "sw/user_error.h"
#include "tb/tests/report/made_run.h"

namespace uvea::test {
namespace {

using Json = nlohmann::ordered_json;

report::RunResult run_of_two() {
  report::RunResult run = made_run();
  run.chip = {{"mesh", {{"rows", 1}, {"cols", 1}}},
              {"cluster", {{"pe_rows", 1}, {"pe_cols", 2}}},
              {"pe", {{"simd", 2}}},
              {"control", {{"clock_mhz", 200.0}}}};
  run.clock_hz = 2e8;
  run.batch = 3;
  run.layers = {made_layer("first", 50, {{"mac_useful", 60}, {"imbalance", 40}},
                           {{"effectual_macs", 30}, {"dram_read_bytes", 640}}),
                made_layer("second", 100, {{"wait_iact.dma", 150}, {"imbalance", 50}}, {})};
  run.layers[1].index = 2;
  run.layers[0].predicted_cycles = 47.25;
  run.layers[0].lower_bound_cycles = 40.5;
  run.layers[0].eyexam = {{"layer shape", 1, 30, "nothing"}, {"dataflow", 7.5, 4, "lanes"}};
  return run;
}

report::StoredResources resources(int index, const report::LayerResult& layer) {
  report::StoredResources own;
  own.index = index;
  own.resources = layer.counters.resources;
  own.pes = {{"pe_0", {{"mac_useful", 10}, {"imbalance", 40}}},
             {"pe_1", {{"mac_useful", 50}, {"imbalance", 0}}}};
  return own;
}

Json data_of(const report::RunResult& run, const std::vector<report::StoredResources>& resources) {
  return report::page_data({{stored(run, "made/results.json"), resources}}, run.tables);
}

TEST(PageData, HoldsTheRunsNumbers) {
  const report::RunResult run = run_of_two();
  const Json data = data_of(run, {});
  ASSERT_EQ(data["runs"].size(), 1U);
  const Json& page = data["runs"][0];
  const Json results = Json::parse(report::results_json(run));
  EXPECT_EQ(page["chip_pes"], 2);
  EXPECT_EQ(page["chip_macs"], 4);
  EXPECT_EQ(page["clock_mhz"], 200.0);
  EXPECT_EQ(page["batch"], 3);
  EXPECT_EQ(page["chip"]["cluster.pe_cols"], "2");
  for (const auto& [key, value] : page["total"].items()) EXPECT_EQ(value, results["total"][key]);
  ASSERT_EQ(page["layers"].size(), 2U);
  for (std::size_t i = 0; i < 2; ++i)
    for (const auto& [key, value] : page["layers"][i].items())
      EXPECT_EQ(value, results["layers"][i][key]) << key;
  EXPECT_EQ(data["keys"].size(), run.tables.stalls.size());
  EXPECT_EQ(data["matched"], Json::array());
}

TEST(PageData, WhatLimitsAllLayersIsToldAsOfOneLayer) {
  report::RunResult run = run_of_two();
  const std::string of_both = data_of(run, {})["runs"][0]["limited_by"];
  EXPECT_EQ(of_both, "DRAM latency (iacts), 50 % of PE cycles");
  run.layers.pop_back();
  EXPECT_EQ(data_of(run, {})["runs"][0]["limited_by"], report::limited_by(run.layers[0], run));
  run.layers.clear();
  EXPECT_EQ(data_of(run, {})["runs"][0]["limited_by"], "");
}

TEST(PageData, PathsAreToldOnceAndValuesStandAtTheirPlaces) {
  const report::RunResult run = run_of_two();
  report::StoredResources one = resources(1, run.layers[0]), other = resources(2, run.layers[1]);
  // Another order, and one that the first layer does not have.
  std::swap(other.pes[0], other.pes[1]);
  std::swap(other.resources[0], other.resources[1]);
  other.resources.push_back({"chip.new", "psum link", 7, 3, "a PE"});
  const Json page = data_of(run, {one, other})["runs"][0];
  EXPECT_EQ(page["paths"]["pes"], (Json{"pe_0", "pe_1"}));
  ASSERT_EQ(page["paths"]["parts"].size(), 3U);
  EXPECT_EQ(page["paths"]["parts"][2], (Json{{"path", "chip.new"}, {"kind", "psum link"}}));
  for (const Json& layer : page["resources"]) {
    EXPECT_EQ(layer["stalls"]["mac_useful"], (Json{10, 50}));
    EXPECT_EQ(layer["busy"][0], one.resources[0].busy);
    EXPECT_EQ(layer["busy"][1], one.resources[1].busy);
    EXPECT_EQ(page["held_by"][layer["held_by"][0].get<std::size_t>()], one.resources[0].held_by);
  }
  EXPECT_EQ(page["resources"][0]["busy"].size(), 2U);
  EXPECT_EQ(page["resources"][1]["held"][2], 3);
}

TEST(PageData, RunsAreMatchedAsUveaCompareDoes) {
  report::RunResult a = run_of_two(), b = run_of_two();
  b.layers[1].name = "third";
  b.chip["mesh"]["rows"] = 2;
  const Json data = report::page_data({{stored(a, "a"), {}}, {stored(b, "b"), {}}}, a.tables);
  EXPECT_EQ(data["matched"], (Json{{{"name", "first"}, {"in", {0, 0}}},
                                   {{"name", "second"}, {"in", {1, nullptr}}},
                                   {{"name", "third"}, {"in", {nullptr, 1}}}}));
  EXPECT_EQ(data["changed"],
            (Json::array({{{"name", "mesh.rows"}, {"values", Json::array({"1", "2"})}}})));
  b.layers.clear();
  EXPECT_THROW(report::page_data({{stored(a, "a"), {}}, {stored(b, "b"), {}}}, a.tables),
               UserError);
}

TEST(PageData, NothingInItEndsItsElement) {
  report::RunResult run = run_of_two();
  run.network = "</script><!-- <script> & \xff";
  const std::string mark = report::kPageMark;
  const std::string page = report::filled_page("<a>" + mark + "</a>", data_of(run, {}));
  const std::string text = page.substr(3, page.size() - 7);
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(Json::parse(text)["runs"][0]["network"], "</script><!-- <script> & \xef\xbf\xbd");
  EXPECT_THROW(report::filled_page("<a></a>", Json()), std::runtime_error);
}

}  // namespace
}  // namespace uvea::test
