// Trace events as they are written, held against the format, and the checker against what is not of
// it.

#include "tb/trace/trace_event_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>

#include "sw/user_error.h"
#include "tb/tests/trace/trace_events.h"
#include "tb/trace/item_flows.h"

namespace uvea::test {
namespace {

using Json = nlohmann::json;
using trace::TraceEventFile;

Json sound_file() {
  const std::string path = ::testing::TempDir() + "trace_event_file_test.json";
  TraceEventFile file(path);
  file.name_process(1, "chip.\"quoted\"");
  file.name_row({1, 1}, "a");
  file.name_row({1, 2}, "b");
  file.slice({1, 1}, "one", "item", 10, 20, R"({"words":4})");
  file.slice({1, 1}, "two", "item", 20, 20, "{}");
  file.slice({1, 2}, "three", "item", 15, 30, "{}");
  file.arrow("moved", {1, 1}, 19, {1, 2}, 19);
  file.counter(1, "MACs", "MACs", 12, 2.5);
  EXPECT_EQ(file.arrows(), 1U);
  file.close(R"({"clock_mhz":200})");
  std::ifstream written(path);
  Json read = Json::parse(written);
  std::remove(path.c_str());
  return read;
}

TEST(TraceEventFile, WhatIsWrittenIsOfTheFormat) {
  const Json file = sound_file();
  const TraceEvents events = read_trace_events(file);
  EXPECT_EQ(events.faults, std::vector<std::string>{});
  ASSERT_EQ(events.slices.size(), 3U);
  EXPECT_EQ(events.row_of(events.slices[0]), "chip.\"quoted\"/a");
  EXPECT_EQ(events.slices[1].to, 21U);  // what takes no time is seen for a cycle
  ASSERT_EQ(events.arrows.size(), 1U);
  EXPECT_EQ(events.slices[events.arrows[0].from].name, "one");
  EXPECT_EQ(events.slices[events.arrows[0].to].name, "three");
  EXPECT_EQ(events.counters, 1U);
  EXPECT_EQ(file["otherData"]["clock_mhz"], 200);
}

TEST(TraceEventFile, WhatIsNotOfTheFormatIsFound) {
  const Json file = sound_file();
  const auto first = [](Json& events, const char* phase) -> Json& {
    for (Json& event : events)
      if (event["ph"] == phase) return event;
    return events[0];
  };
  struct Case {
    const char* found;
    std::function<void(Json& events)> spoil;
  };
  const std::vector<Case> cases = {
      {"slices overlap", [&](Json& e) { first(e, "X")["dur"] = 11; }},
      {"a slice without duration", [&](Json& e) { first(e, "X").erase("dur"); }},
      {"a slice without duration", [&](Json& e) { first(e, "X")["dur"] = 0; }},
      {"without tid or ts", [&](Json& e) { first(e, "X")["ts"] = -1; }},
      {"without tid or ts", [&](Json& e) { first(e, "X")["ts"] = "10"; }},
      {"without name or pid", [&](Json& e) { first(e, "X").erase("pid"); }},
      {"a slice without args", [&](Json& e) { first(e, "X").erase("args"); }},
      {"a row without a name", [&](Json& e) { first(e, "X")["tid"] = 9; }},
      {"unknown phase", [&](Json& e) { first(e, "X")["ph"] = "Q"; }},
      {"bound to no slice", [&](Json& e) { first(e, "s")["ts"] = 9; }},
      {"back in time", [&](Json& e) { first(e, "f")["ts"] = 16; }},
      {"an arrow without an end", [&](Json& e) { first(e, "f")["id"] = 7; }},
      {"an arrow without a begin", [&](Json& e) { first(e, "s")["id"] = 7; }},
      {"two names", [&](Json& e) { first(e, "f")["name"] = "made"; }},
      {"not bound to the slice", [&](Json& e) { first(e, "f").erase("bp"); }},
      {"two ends alike", [&](Json& e) { e.push_back(first(e, "s")); }},
      {"no number", [&](Json& e) { first(e, "C")["args"]["MACs"] = "many"; }},
      {"a counter without value", [&](Json& e) { first(e, "C")["args"] = Json::object(); }},
  };
  for (const Case& one : cases) {
    Json spoilt = file;
    one.spoil(spoilt["traceEvents"]);
    std::string found;
    for (const std::string& fault : read_trace_events(spoilt).faults) found += fault + "\n";
    EXPECT_NE(found.find(one.found), std::string::npos) << one.found << ": " << found;
  }
  EXPECT_EQ(read_trace_events(Json::array()).faults.size(), 1U);
}

TEST(TraceEventFile, AFileThatCannotBeWrittenIsTheUsersMistake) {
  EXPECT_THROW(TraceEventFile("/nowhere/t.json"), UserError);
}

TEST(ItemFlows, ItemsMoveFromTheLatestAndNearestPlaceBefore) {
  using trace::Passage;
  const std::vector<std::string> paths = {"chip.c0.bank", "chip.c0.router", "chip.c1.router",
                                          "chip.c1.pe"};
  const link::Probe::Item item{3, 7}, other{4, 7};
  const std::vector<Passage> passages = {
      {0, item, 4, 10, 14}, {1, item, 4, 11, 15},  {2, item, 4, 11, 15},
      {3, item, 4, 11, 15}, {3, other, 4, 20, 24},
  };
  const trace::ItemFlows flows(passages, paths);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> arrows;
  const auto note = [&](const Passage& from, const Passage& to) {
    arrows.emplace_back(from.track, to.track);
  };
  flows.moved(note);
  EXPECT_EQ(arrows, (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 1}, {1, 2}, {2, 3}}));
  // Where both were, if they were in one place; what passed nowhere has no arrow.
  arrows.clear();
  flows.made({{other, item}, {other, {9, 9}}}, note);
  EXPECT_EQ(arrows, (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{3, 3}}));
  EXPECT_EQ(flows.all(other), (std::vector<const Passage*>{&passages[4]}));
  EXPECT_TRUE(flows.all({9, 9}).empty());
}

}  // namespace
}  // namespace uvea::test
