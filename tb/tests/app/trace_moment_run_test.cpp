// `uvea run --trace-from --trace-to`: moments that only the simulation shows not to be there. It is
// told in a line, and the results are kept.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tb/tests/app/program.h"
#include "tb/tests/trace/fst_reading.h"

namespace uvea::test {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kPeriod = 5000;  // ps at 200 MHz

/// Layers 1 (stem) and 2 (dw1), with both outputs.
Ended traced(const Folder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> all{"run",
                               "--batch",
                               "1",
                               "--quiet",
                               "--layers",
                               "1-2",
                               "--trace-signals",
                               "chip",
                               "--out",
                               folder.path("out"),
                               "--trace",
                               folder.path("w.fst"),
                               "--transactions",
                               folder.path("t.json")};
  all.insert(all.end(), more.begin(), more.end());
  return run_program(all);
}

std::vector<std::uint64_t> cycles_of(const Folder& folder) {
  const Json results = Json::parse(content_of(folder.path("out/results.json")));
  std::vector<std::uint64_t> cycles;
  for (const Json& layer : results.at("layers")) cycles.push_back(layer.at("cycles"));
  return cycles;
}

/// Nothing is written but the results, and the same line says of both outputs why. `{1}`, `{2}` and
/// `{all}` stand for the last cycle of a layer and of the run.
void expect_refused(const std::vector<std::string>& moments, std::string why) {
  const Folder folder;
  const Ended ended = traced(folder, moments);
  EXPECT_EQ(ended.status, 2);
  const std::vector<std::uint64_t> cycles = cycles_of(folder);
  ASSERT_EQ(cycles.size(), 2U);
  const auto put = [&why](const std::string& mark, std::uint64_t value) {
    if (const std::size_t at = why.find(mark); at != std::string::npos)
      why.replace(at, mark.size(), std::to_string(value));
  };
  put("{1}", cycles[0] - 1);
  put("{2}", cycles[1] - 1);
  put("{all}", cycles[0] + cycles[1] - 1);
  EXPECT_EQ(ended.err, "uvea: the waveform was not written: " + why +
                           "\nuvea: the file of transactions was not written: " + why + "\n");
  for (const std::string& name : folder.names()) EXPECT_EQ(name.rfind("out", 0), 0U) << name;
}

TEST(TraceMoment, APassThatTheLayerDoesNotHave) {
  expect_refused(
      {"--trace-from", "dw1:p7"},
      "--trace-from names pass 7 of layer 2 (dw1), which has only pass 0: name one of these");
}

TEST(TraceMoment, ACycleThatTheLayerDoesNotHave) {
  expect_refused({"--trace-from", "1:900000", "--trace-to", "dw1:5"},
                 "--trace-from names cycle 900000 of layer 1 (stem), which has cycles 0 to {1}: "
                 "name one of these");
}

TEST(TraceMoment, ACycleThatTheRunDoesNotHave) {
  expect_refused(
      {"--trace-from", "999999"},
      "--trace-from is cycle 999999 of the run, which has cycles 0 to {all}: name one of "
      "these");
}

TEST(TraceMoment, AnEndBeforeTheBegin) {
  // Of the run and of a layer: which is later is known when the layers before have been simulated.
  const Folder folder;
  EXPECT_EQ(traced(folder, {}).status, 0);
  const std::uint64_t begin = cycles_of(folder).at(0);
  expect_refused({"--trace-from", "dw1:3", "--trace-to", std::to_string(begin + 2)},
                 "--trace-to is cycle " + std::to_string(begin + 2) +
                     " of the run, which is not behind --trace-from, cycle " +
                     std::to_string(begin + 3) + ": name a later end");
}

TEST(TraceMoment, AnEndBehindTheLayersIsItsEnd) {
  const Folder folder;
  const std::vector<std::string> ends{"1:900000", "stem:p3"};
  const std::vector<std::string> told{"cycle 900000 of layer 1 (stem), which has cycles 0 to ",
                                      "pass 3 of layer 1 (stem), which has only pass 0\n"};
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const Ended ended = traced(folder, {"--trace-to", ends[i]});
    EXPECT_EQ(ended.status, 0);
    EXPECT_EQ(lines_of(ended.err).size(), 2U) << ended.err;
    for (const char* what : {"waveform", "file of transactions"})
      EXPECT_NE(ended.err.find("uvea: the " + std::string(what) +
                               " ends with that layer: --trace-to names " + told[i]),
                std::string::npos)
          << ended.err;
    EXPECT_EQ(read_waveform(folder.path("w.fst")).end, cycles_of(folder).at(0) * kPeriod);
  }
  // Its end itself is no mistake.
  const Ended ended =
      traced(folder, {"--trace-to", "1:" + std::to_string(cycles_of(folder).at(0))});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.err, "");
}

}  // namespace
}  // namespace uvea::test
