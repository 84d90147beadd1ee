// Runs beside each other: what is the same, what changed and by how much, what is only in one.

#include "sw/report/compare.h"

#include <gtest/gtest.h>

#include "sw/report/class_shares.h"
#include "sw/report/matched_layers.h"
#include "sw/user_error.h"
#include "tb/tests/report/made_run.h"

namespace uvea::test {
namespace {

using Lines = std::vector<std::string>;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Layers "first" and "twin" twice; `slower` more cycles of DRAM latency in "first".
report::RunResult base_run(std::uint64_t slower = 0) {
  report::RunResult run = made_run();
  run.layers.push_back(made_layer("first", 50 + slower,
                                  {{"mac_useful", 100}, {"wait_iact.dram_latency", 2 * slower}},
                                  {{"dram_read_bytes", 1000},
                                   {"dram_write_bytes", 24},
                                   {"noc_psum_word_hops", 7},
                                   {"noc_psum_words", 5},
                                   {"glb_iact_reads", 3},
                                   {"spad_weight_addr_reads", 11}}));
  run.layers.push_back(made_layer("twin", 10, {{"imbalance", 20}}, {}));
  run.layers.push_back(made_layer("twin", 30, {{"imbalance", 60}}, {}));
  return run;
}

std::vector<report::StoredRun> pair(const report::RunResult& a, const report::RunResult& b) {
  return {stored(a, "one"), stored(b, "two")};
}

TEST(Compare, TellsWhatChangedAndByHowMuch) {
  report::RunResult slow = base_run(50);
  slow.chip["dram"]["timing"] = "ddr4_3200";
  const std::string text = report::comparison_text(pair(base_run(), slow), base_run().tables);
  EXPECT_TRUE(holds(text, "A  one (made, uvea 0)\nB  two (made, uvea 0)\n")) << text;
  EXPECT_TRUE(holds(text, "dram.timing  ideal  ddr4_3200")) << text;
  EXPECT_FALSE(holds(text, "mesh.rows")) << text;
  EXPECT_TRUE(holds(text, "100  +100.0 %  MAC 50, iact 50")) << text;
  EXPECT_TRUE(holds(text, "cycles                                         90    140  +55.6 %"))
      << text;
  EXPECT_TRUE(holds(text, "PE cycles: waiting for iacts, DRAM latency      0    100")) << text;
  EXPECT_TRUE(holds(text, "DRAM bytes")) << text;
  EXPECT_FALSE(holds(text, "left out here")) << text;
  EXPECT_FALSE(holds(text, "batches are not the same")) << text;
}

TEST(Compare, TellsRunsOfOtherBatchesApart) {
  report::RunResult one = base_run();
  one.clock_hz = 2e8;
  one.chip["control"]["clock_mhz"] = 200.0;
  report::RunResult more = one;
  more.batch = 16;
  const std::string text = report::comparison_text(pair(one, more), one.tables);
  EXPECT_TRUE(holds(text, "A  one (made, batch 1, uvea 0)\n")) << text;
  EXPECT_TRUE(holds(text, "B  two (made, batch 16, uvea 0)\n")) << text;
  EXPECT_TRUE(holds(text, "the batches are not the same\n")) << text;
}

TEST(Compare, OfARunWithItselfNothingIsOther) {
  const std::string text = report::comparison_text(pair(base_run(), base_run()), base_run().tables);
  EXPECT_TRUE(holds(text, "the same chip in all runs")) << text;
  EXPECT_FALSE(holds(text, "+")) << text;
  const std::string csv = report::comparison_csv(pair(base_run(), base_run()));
  EXPECT_TRUE(holds(csv, "layer,quantity,one,two\n")) << csv;
  EXPECT_TRUE(holds(csv, "\ntotal,cycles,90,90\n")) << csv;
}

TEST(Compare, LayersOfOneNameAreMatchedInOrder) {
  report::RunResult other = base_run();
  other.layers.erase(other.layers.begin() + 2);
  other.layers.push_back(made_layer("new", 5, {{"imbalance", 10}}, {}));
  const auto runs = pair(base_run(), other);
  const auto layers = report::matched_layers(runs);
  ASSERT_EQ(layers.size(), 4U);
  EXPECT_EQ(layers[1].name, "twin");
  EXPECT_TRUE(layers[1].everywhere());
  EXPECT_EQ(layers[2].in[0]->cycles, 30U);
  EXPECT_EQ(layers[2].in[1], nullptr);
  EXPECT_EQ(layers[3].name, "new");
  EXPECT_EQ(layers[3].in[0], nullptr);
  // Sums are over what both have.
  EXPECT_EQ(report::sums(layers, 2)[0].cycles, 60U);
  const std::string text = report::comparison_text(runs, base_run().tables);
  EXPECT_TRUE(holds(text, "not in A, and left out here: new\n")) << text;
  EXPECT_TRUE(holds(text, "not in B, and left out here: twin\n")) << text;
  const std::string csv = report::comparison_csv(runs);
  EXPECT_TRUE(holds(csv, "\nnew,cycles,,5\n")) << csv;
  EXPECT_TRUE(holds(csv, "\ntwin,cycles,30,\n")) << csv;
}

TEST(Compare, MappingsThatDifferAreNamed) {
  report::RunResult other = base_run();
  other.layers[1].mapping["mode"] = "raw";
  const std::string text = report::comparison_text(pair(base_run(), other), base_run().tables);
  EXPECT_TRUE(holds(text, "mapped differently: twin\n")) << text;
}

TEST(Compare, NothingInCommonIsAMistake) {
  report::RunResult other = made_run();
  other.layers.push_back(made_layer("elsewhere", 5, {{"imbalance", 10}}, {}));
  EXPECT_THROW(report::comparison_text(pair(base_run(), other), base_run().tables), UserError);
  EXPECT_THROW(report::comparison_csv(pair(base_run(), made_run())), UserError);
}

TEST(Compare, ARunOfAnOlderVersionHasNoClasses) {
  auto json = nlohmann::ordered_json::parse(report::results_json(base_run()));
  for (auto& layer : json["layers"])
    for (const char* key : {"stalls", "counters", "limited_by", "utilisation", "eyexam"})
      layer.erase(key);
  const std::vector<report::StoredRun> runs{report::stored_run("old", "old", json),
                                            stored(base_run(), "new")};
  const std::string text = report::comparison_text(runs, base_run().tables);
  EXPECT_TRUE(holds(text, "A has no classes of PE cycles and no counters")) << text;
  EXPECT_FALSE(holds(text, "B has no classes")) << text;
}

TEST(StoredRun, AWrongFileIsToldByItsPlace) {
  const auto sound = nlohmann::ordered_json::parse(report::results_json(base_run()));
  const auto told = [](const nlohmann::ordered_json& json) -> std::string {
    try {
      report::stored_run("f", "f", json);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(told(sound), "");
  auto json = sound;
  json["layers"][2]["cycles"] = "ten";
  EXPECT_EQ(told(json),
            "f: layers[2].cycles is a string, expected a whole number that is not "
            "negative: is this a file that uvea run wrote?");
  json = sound;
  json["layers"][0].erase("name");
  EXPECT_EQ(told(json), "f: layers[0].name is missing: is this a file that uvea run wrote?");
  json = sound;
  json["layers"][0]["stalls"]["imbalance"] = nullptr;
  EXPECT_NE(told(json).find("layers[0].stalls.imbalance is null"), std::string::npos);
  EXPECT_NE(told(nlohmann::ordered_json::array()).find("the whole is a"), std::string::npos);
}

TEST(StoredClasses, TrafficIsTheSumOverDataTypes) {
  const report::StoredRun run = stored(base_run(), "one");
  report::Values counters = run.layers.front().counters;
  counters.emplace_back("glb_lost_turns", 1000);  // no traffic
  const report::Traffic traffic = report::traffic_of(counters);
  EXPECT_EQ(traffic.dram_bytes, 1024U);
  EXPECT_EQ(traffic.noc_word_hops, 7U);
  EXPECT_EQ(traffic.glb_words, 3U);
  EXPECT_EQ(traffic.spad_accesses, 11U);
}

}  // namespace
}  // namespace uvea::test
