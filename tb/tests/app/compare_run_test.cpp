// uvea compare and uvea explain on what uvea run wrote, and what they say of anything else.

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tb/tests/app/program.h"
#include "tb/tests/app/refusal.h"

namespace uvea::test {
namespace {

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void run_into(const std::string& folder, const std::vector<std::string>& options) {
  std::vector<std::string> arguments{
      "run", "mobilenet_v1_0.5_128", "--layers", "DW4-DW5", "--quiet", "--out", folder};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Ended ended = run_program(arguments);
  ASSERT_EQ(ended.status, 0) << ended.err;
}

TEST(CompareRun, ASlowDramIsWhatLimits) {
  const Folder folder;
  run_into(folder.path("near"), {});
  // One unit of iacts at a time hides nothing of it.
  run_into(folder.path("far"),
           {"--set", "dram.ideal_latency_cycles=600", "--set", "port.iact_units_ahead=1"});
  const Ended ended =
      run_program({"compare", folder.path("near"), folder.path("far") + "/results.json", "--csv",
                   folder.path("table.csv")});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_TRUE(holds(ended.out, "dram.ideal_latency_cycles  20  600\n")) << ended.out;
  for (const std::string& line : lines_of(ended.out)) EXPECT_LE(line.size(), 120U) << line;
  const std::string csv = content_of(folder.path("table.csv"));
  EXPECT_TRUE(holds(csv, ",chip.dram.ideal_latency_cycles,20,600\n")) << csv;
  EXPECT_TRUE(holds(csv, "\nDW5,cycles,2128,")) << csv;
  EXPECT_TRUE(holds(csv, "\ntotal,stalls.wait_iact.dram_latency,")) << csv;

  const Ended far = run_program({"explain", folder.path("far"), "DW4"});
  EXPECT_EQ(far.status, 0) << far.err;
  EXPECT_TRUE(holds(far.out, "limited by: DRAM latency (iacts), ")) << far.out;
  EXPECT_LT(lines_of(far.out).size(), 60U) << far.out;
  // By its number in the network, too.
  EXPECT_EQ(run_program({"explain", folder.path("far"), "8"}).out, far.out);
  const Ended near = run_program({"explain", folder.path("near"), "DW4"});
  EXPECT_FALSE(holds(near.out, "limited by: DRAM")) << near.out;

  const Ended quiet = run_program({"compare", folder.path("near"), folder.path("near"), "--quiet"});
  EXPECT_EQ(quiet.status, 0);
  EXPECT_EQ(quiet.out + quiet.err, "");
}

TEST(CompareRun, MistakesAreOneLine) {
  const Folder folder;
  run_into(folder.path("run"), {});
  const std::string run = folder.path("run");
  const std::string cut = folder.file("cut.json", content_of(run + "/results.json").substr(0, 900));
  const std::string other = folder.file("other.json", "{\"layers\": []}");
  const std::string list = folder.file("list.json", "[1, 2]");
  const std::string binary = folder.file("binary", std::string("\0\xff\x80{", 4));
  std::filesystem::create_directory(folder.path("empty"));
  expect_refused(folder, {"compare"}, "expected two results.json or more");
  expect_refused(folder, {"compare", run}, "expected two results.json or more");
  expect_refused(folder, {"compare", run, ""}, "the name is empty");
  expect_refused(folder, {"compare", run, folder.path("none")}, "none is not there");
  expect_refused(folder, {"compare", run, folder.path("empty")}, "results.json is not there");
  expect_refused(folder, {"compare", run, cut}, "cut.json:");
  expect_refused(folder, {"compare", run, other}, "other.json: network is missing");
  expect_refused(folder, {"compare", run, list}, "the whole is a");
  expect_refused(folder, {"compare", run, binary}, "this is no JSON");
  for (const char* const own : {"/results.json", "/layers.csv"})
    expect_refused(folder, {"compare", run, run, "--csv", run + own}, "is a file of the run");
  expect_refused(folder, {"compare", run, run, "--csv", folder.path("none") + "/t.csv"},
                 "cannot be written");
  expect_refused(folder, std::vector<std::string>(28, "compare"), "unexpected 'compare'");
  expect_refused(folder, {"explain"}, "expected a results.json");
  expect_refused(folder, {"explain", run}, "expected a results.json");
  expect_refused(folder, {"explain", run, "DW5", "PW4"}, "unexpected 'PW4'");
  expect_refused(folder, {"explain", run, "DW55"}, "did you mean 'DW5'");
  expect_refused(folder, {"explain", run, "1"}, "has no layer '1'");
  expect_refused(folder, {"explain", run, "DW5", "--quiet"}, "takes no option --quiet");
  std::filesystem::remove(run + "/resources.json");
  expect_refused(folder, {"explain", run, "DW5"}, "resources.json is not there");
}

/// What run_binary() says of results.json with that text in a run's folder.
std::vector<std::string> complaints(const std::string& results) {
  const Folder folder;
  folder.file("results.json", results);
  ::testing::TestPartResultArray found;
  {
    const ::testing::ScopedFakeTestPartResultReporter reporter(&found);
    run_binary("/bin/true", {"run", "--out", folder.path(".")});
  }
  std::vector<std::string> texts;
  for (int i = 0; i < found.size(); ++i) texts.emplace_back(found.GetTestPartResult(i).message());
  return texts;
}

TEST(CompareRun, EveryResultsFileOfTheTestsIsHeldToItsSchema) {
  const Folder folder;
  run_into(folder.path("run"), {});
  const std::string sound = content_of(folder.path("run/results.json"));
  EXPECT_EQ(complaints(sound).size(), 0U);
  const auto with = [&sound](const std::string& key, const std::string& other) {
    std::string text = sound;
    const std::size_t at = text.find(key);
    EXPECT_NE(at, std::string::npos) << key;
    return text.replace(at, key.size(), other);
  };
  // A key of another name: one is missing, one is not known.
  const auto renamed = complaints(with("\"mac_gated\":", "\"mac_gate\":"));
  ASSERT_EQ(renamed.size(), 2U);
  EXPECT_TRUE(holds(renamed[0], "layers[0].stalls: has no mac_gated")) << renamed[0];
  EXPECT_TRUE(holds(renamed[1], "layers[0].stalls.mac_gate: is not allowed")) << renamed[1];
  EXPECT_EQ(complaints(with("\"index\": 8", "\"index\": \"8\"")).size(), 1U);
  EXPECT_EQ(complaints(sound.substr(0, 500)).size(), 1U);
}

}  // namespace
}  // namespace uvea::test
