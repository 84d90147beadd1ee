// docs/results.md and the schemas are what the tables make them; what a run writes is as they say.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

#include "hw/block/stall.h"
#include "sw/report/resources.h"
#include "sw/user_error.h"
#include "tb/testing/json_schema.h"
#include "tb/tests/report/made_run.h"
#include "tb/tools/results_docs.h"

namespace uvea::test {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

std::string doc(const std::string& name) {
  std::ifstream in(UVEA_DOCS_DIR "/" + name, std::ios::binary);
  EXPECT_TRUE(in) << name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

const char* const again = "build/release/uvea-results-docs docs makes it anew";

TEST(ResultsDocs, AreWhatTheTablesMakeThem) {
  const std::string page = doc("results.md");
  EXPECT_EQ(page, tb::results_page(page)) << again;
  EXPECT_EQ(doc("results.schema.json"), tb::results_schema()) << again;
  EXPECT_EQ(doc("resources.schema.json"), tb::resources_schema()) << again;
}

TEST(ResultsDocs, AChangeByHandDoesNotStay) {
  std::string page = doc("results.md");
  const std::size_t at = page.find("| `issue_slots` |");
  ASSERT_NE(at, std::string::npos);
  page.replace(at, 3, "| -");
  EXPECT_NE(page, tb::results_page(page));
  EXPECT_THROW(tb::results_page("no marks"), UserError);
}

/// Names of classes and places that have no row in the page of classes.
Lines not_explained(const std::string& page) {
  Lines missing;
  const auto look = [&](const char* name) {
    for (std::size_t at = page.find("\n| `"); at != std::string::npos;
         at = page.find("\n| `", at + 1)) {
      const std::string cell = page.substr(at + 1, page.find(" |", at + 4) - at - 1);
      if (cell.find('`' + std::string(name) + '`') != std::string::npos) return;
    }
    missing.emplace_back(name);
  };
  for (const hw::StallRow& row : hw::kStallTable) look(row.name);
  for (const hw::PlaceRow& row : hw::kPlaceTable)
    if (*row.name != '\0') look(row.name);
  return missing;
}

TEST(StallDocs, HaveARowForEachClassAndPlace) {
  std::string page = doc("stalls.md");
  EXPECT_EQ(not_explained(page), Lines{});
  const std::size_t at = page.find("| `examine` |");
  ASSERT_NE(at, std::string::npos);
  page.erase(at, page.find('\n', at) - at);
  EXPECT_EQ(not_explained(page), Lines{"examine"});
}

/// A layer of every kind: of the chip, with all that there is only sometimes, and of the host.
report::RunResult full_run() {
  report::RunResult run = made_run();
  run.chip = json::object();
  // Every option of the chip: the schema lists them.
  const json chip = json::parse(tb::results_schema())["properties"]["chip"]["properties"];
  for (const auto& [section, rest] : chip.items())
    for (const auto& [key, unused] : rest["properties"].items()) run.chip[section][key] = 1;
  report::LayerResult layer = made_layer("L", 50, {{"mac_useful", 100}}, {});
  for (const char* axis : {"mesh_rows", "mesh_cols", "pe_cols"})
    layer.mapping[axis] = {{"g", 1}, {"n", 1}, {"e", 1}, {"m", 1}};
  for (const char* number : {"c0", "m0", "windows", "chain", "e_block", "m_block"})
    layer.mapping[number] = 1;
  for (const char* word : {"mode", "iact_source", "iact_mode", "weight_mode"})
    layer.mapping[word] = "w";
  layer.mapping["weight_double_buffer"] = layer.mapping["turned"] = true;
  layer.mapping["s0"] = "all";
  layer.mapping["f0"] = 28;
  layer.weight_sqnr_db = 40.5;
  layer.psum_overflow = report::PsumOverflow{};
  report::LayerResult host;
  host.index = 2;
  host.name = "softmax";
  host.type = "softmax";
  run.layers = {layer, host};
  run.rtl = {{"mode", "shadow"}, {"pes", 1}, {"psums", 1}, {"windows", 1}, {"sound", true}};
  run.interrupted = run.stopped = true;
  return run;
}

Lines wrong(const json& results) {
  return schema_violations(results, json::parse(doc("results.schema.json")));
}

TEST(ResultsSchema, HoldsWithAllThatThereIsSometimes) {
  const report::RunResult run = full_run();
  EXPECT_EQ(wrong(json::parse(report::results_json(run))), Lines{});
  EXPECT_EQ(schema_violations(json::parse(report::resources_json(run)),
                              json::parse(doc("resources.schema.json"))),
            Lines{});
}

TEST(ResultsSchema, ThePesOfResourcesAddUpToTheLayersClasses) {
  report::RunResult run = made_run();
  run.layers = {made_layer(
      "L", 50, {{"mac_useful", 41}, {"wait_iact.dma", 7}, {"wait_iact.hop", 2}, {"imbalance", 50}},
      {})};
  const json layer = json::parse(report::resources_json(run))["layers"][0];
  std::map<std::string, std::uint64_t> sums;
  for (const json& pe : layer["pes"])
    for (const auto& [key, cycles] : pe["stalls"].items()) sums[key] += cycles.get<std::uint64_t>();
  EXPECT_EQ(sums.size(), 12U);
  EXPECT_EQ(sums["mac_useful"], 41U);
  EXPECT_EQ(sums["wait_iact"], 9U);
  EXPECT_EQ(sums["imbalance"], 50U);
  EXPECT_EQ(sums["wait_weight"], 0U);
}

TEST(ResultsSchema, HoldsForARunWithoutLayers) {
  report::RunResult run = full_run();
  run.layers.clear();
  EXPECT_EQ(wrong(json::parse(report::results_json(run))), Lines{});
  EXPECT_EQ(schema_violations(json::parse(report::resources_json(run)),
                              json::parse(doc("resources.schema.json"))),
            Lines{});
}

TEST(ResultsSchema, FindsWhatIsNotAsItSays) {
  const json sound = json::parse(report::results_json(full_run()));
  json missing = sound, texts = sound, unknown = sound, negative = sound, null = sound;
  json none_of_a_row = sound, half_a_mapping = sound;
  none_of_a_row["layers"][0]["mapping"]["f0"] = 0;
  half_a_mapping["layers"][0]["mapping"].erase("turned");
  EXPECT_EQ(wrong(none_of_a_row).size(), 1U);
  EXPECT_EQ(wrong(half_a_mapping), Lines{"layers[0].mapping: has no turned"});
  missing["layers"][0]["stalls"].erase("imbalance");
  texts["layers"][0]["cycles"] = "50";
  unknown["layers"][0]["stalls"]["coffee_break"] = 3;
  negative["layers"][0]["counters"]["oacts"] = -1;
  null["layers"][0]["limited_by"] = nullptr;
  EXPECT_EQ(wrong(missing), Lines{"layers[0].stalls: has no imbalance"});
  EXPECT_EQ(wrong(texts), Lines{"layers[0].cycles: is \"50\", expected \"integer\""});
  EXPECT_EQ(wrong(unknown), Lines{"layers[0].stalls.coffee_break: is not allowed"});
  EXPECT_EQ(wrong(negative), Lines{"layers[0].counters.oacts: is -1, expected at least 0"});
  EXPECT_EQ(wrong(null), Lines{"layers[0].limited_by: is null, expected \"string\""});
  json older = sound;
  older.erase("total");
  EXPECT_EQ(wrong(older), Lines{"the whole: has no total"});
}

TEST(ResultsCsv, HasEveryCounterAndEveryClassAsAColumn) {
  const report::RunResult run = full_run();
  const std::string csv = report::layers_csv(run);
  const std::string heading = "," + csv.substr(0, csv.find('\n')) + ",";
  for (const auto& row : run.tables.counters)
    EXPECT_NE(heading.find("," + ("counters_" + row.name) + ","), std::string::npos) << row.name;
  for (const auto& row : run.tables.stalls)
    EXPECT_NE(heading.find("," + ("stalls_" + row.key) + ","), std::string::npos) << row.key;
  // As many fields in each line; no field of this run holds a comma but limited_by, in quotes.
  const auto commas = [](const std::string& line) {
    std::size_t n = 0;
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      n += c == ',' && !quoted ? 1 : 0;
    }
    return n;
  };
  std::size_t begin = 0, lines = 0;
  for (std::size_t end = csv.find('\n'); end != std::string::npos; end = csv.find('\n', begin)) {
    EXPECT_EQ(commas(csv.substr(begin, end - begin)), commas(csv.substr(0, csv.find('\n'))));
    begin = end + 1;
    ++lines;
  }
  EXPECT_EQ(lines, 3U);
}

}  // namespace
}  // namespace uvea::test
