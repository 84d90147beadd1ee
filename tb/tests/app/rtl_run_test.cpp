// The program with RTL: the embedded network driven by it is the same run; in the shadow nothing
// differs.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

nlohmann::ordered_json without_host_times(const std::string& text) {
  auto json = nlohmann::ordered_json::parse(text);
  for (const char* key : {"host_seconds", "macs_per_host_second"})
    EXPECT_EQ(json.at("total").erase(key), 1U);
  return json;
}

nlohmann::ordered_json results_of(std::vector<std::string> arguments) {
  const Folder folder;
  arguments.insert(arguments.begin(), "run");
  for (const std::string& word : {std::string("--quiet"), std::string("--out"), folder.path("out")})
    arguments.push_back(word);
  const Ended ended = run_program(arguments);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  return without_host_times(content_of(folder.path("out/results.json")));
}

TEST(RtlRun, EveryPeOfTheEmbeddedNetworkDrivenByRtlGivesTheSameResults) {
  auto model = results_of({});
  auto driven = results_of({"--rtl", "drive", "--rtl-pe", "all", "--jobs", "2"});
  for (auto* run : {&model, &driven}) {
    for (auto& layer : run->at("layers")) {
      // How long a burst was held counts from its offer. A bank port that is told of an acceptance
      // ahead of its cycle writes no row in between, one that is told late does (docs/timing.md): the
      // offer behind it may move by a few cycles, the data do not.
      layer.at("counters").erase("router_held_cycles");
      for (auto& use : layer.at("utilisation")) use.erase("held");
      // So may what a PE is said to wait for; that it waits may not.
      auto& stalls = layer.at("stalls");
      std::int64_t waits = 0;
      for (auto stall = stalls.begin(); stall != stalls.end();) {
        if (stall.key().rfind("wait_", 0) != 0) {
          ++stall;
          continue;
        }
        waits += stall->get<std::int64_t>();
        stall = stalls.erase(stall);
      }
      stalls["waits"] = waits;
    }
  }
  EXPECT_EQ(model.at("layers").size(), 12U);
  EXPECT_EQ(model.at("total").at("mismatches"), 0);
  const nlohmann::ordered_json rtl = driven.at("rtl");
  EXPECT_EQ(rtl.at("mode"), "drive");
  EXPECT_EQ(rtl.at("pes"), 192);
  EXPECT_GT(rtl.at("psums"), 10000);
  EXPECT_EQ(rtl.at("sound"), true);
  driven.erase("rtl");
  EXPECT_EQ(driven.dump(), model.dump());
}

// A bus says how it spreads a burst's words when it grants, after the offer.
TEST(RtlRun, BehindABusNarrowerThanAWordNothingDiffers) {
  const std::string v1 = std::string(UVEA_CONFIGS_DIR) + "/chips/eyeriss_v1.cfg";
  const std::vector<std::vector<std::string>> chips = {
      {"--chip", v1},
      {"--set", "noc.kind=flat", "--set", "noc.iact_bus_bits=8", "--set", "noc.weight_bus_bits=8"}};
  for (const std::vector<std::string>& chip : chips) {
    for (const char* mode : {"shadow", "drive"}) {
      std::vector<std::string> arguments = {"run",  "--batch", "1",  "--layers",
                                            "9-10", "--rtl",   mode, "--quiet"};
      arguments.insert(arguments.end(), chip.begin(), chip.end());
      const Ended ended = run_program(arguments);
      EXPECT_EQ(ended.status, 0) << chip.back() << ", " << mode << ": " << ended.err;
    }
  }
}

TEST(RtlRun, InTheShadowOfFourPesNothingDiffers) {
  const Ended ended =
      run_program({"run", "--rtl", "shadow", "--rtl-pe", "0.0.0,3.2.1,9.1.3,15.0.2"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("RTL in the shadow of 4 PEs: "), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("no difference in value, order, cycle or class of cycle"),
            std::string::npos)
      << ended.out;
}

TEST(RtlRun, ComparingNothingIsAFailure) {
  // One output channel for one image: only one PE column works; the last PE gets nothing.
  const Ended ended = run_program({"run", "--batch", "1", "--layers", "classifier", "--set",
                                   "mesh.rows=64", "--rtl", "shadow", "--rtl-pe", "127.2.3"});
  EXPECT_EQ(ended.status, 1) << ended.out;
  EXPECT_NE(ended.err.find("no psum of the RTL was compared"), std::string::npos) << ended.err;
}

TEST(RtlRun, ANamedPeWithoutWorkIsAFailure) {
  const Ended ended = run_program({"run", "--batch", "1", "--layers", "classifier", "--set",
                                   "mesh.rows=64", "--rtl", "shadow", "--rtl-pe", "127.2.3,0.0.0"});
  EXPECT_EQ(ended.status, 1) << ended.out;
  EXPECT_NE(ended.err.find("--rtl-pe 127.2.3: nothing was compared"), std::string::npos)
      << ended.err << ended.out;
  EXPECT_NE(ended.out.find("1 of these PEs had nothing to compare"), std::string::npos)
      << ended.out;
}

}  // namespace
}  // namespace uvea::test
