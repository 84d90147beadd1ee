// The program with RTL: the embedded network driven by it is the same run; in the shadow nothing
// differs.

#include <gtest/gtest.h>

#include "tb/tests/program/program.h"
#include "tb/tests/program/refusal.h"

namespace uvea::test {
namespace {

std::string without_host_times(const std::string& json) {
  std::string rest;
  for (const std::string& line : lines_of(json))
    if (line.find("host_second") == std::string::npos) rest += line + "\n";
  return rest;
}

std::string results_of(std::vector<std::string> arguments) {
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
  const std::string model = results_of({});
  const std::string driven = results_of({"--rtl", "drive", "--rtl-pe", "all", "--jobs", "2"});
  EXPECT_GT(model.size(), 1000U);
  EXPECT_NE(model.find("\"mismatches\": 0"), std::string::npos);
  EXPECT_EQ(driven, model);
}

TEST(RtlRun, InTheShadowOfFourPesNothingDiffers) {
  const Ended ended =
      run_program({"run", "--rtl", "shadow", "--rtl-pe", "0.0.0,3.2.1,9.1.3,15.0.2"});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("RTL in the shadow of 4 PEs: "), std::string::npos) << ended.out;
  EXPECT_NE(ended.out.find("no difference in value, order or cycle"), std::string::npos)
      << ended.out;
}

TEST(RtlRun, ComparingNothingIsAFailure) {
  // One output channel for one image: only one PE column works; the last PE gets nothing.
  const Ended ended = run_program({"run", "--batch", "1", "--layers", "classifier", "--set",
                                   "mesh.rows=64", "--rtl", "shadow", "--rtl-pe", "127.2.3"});
  EXPECT_EQ(ended.status, 1) << ended.out;
  EXPECT_NE(ended.err.find("0 psums, 0 windows compared"), std::string::npos) << ended.err;
}

TEST(RtlRun, SizesThatTheRtlWasNotBuiltForAreRefused) {
  const Folder folder;
  const std::string out = folder.path("never");
  expect_refused(folder, {"run", "--rtl", "drive", "--set", "pe.psum_entries=16", "--out", out},
                 "pe.psum_entries = 16, but the RTL PE was built for 32");
  expect_refused(folder, {"run", "--rtl", "shadow", "--set", "glb.iact_banks=4", "--out", out},
                 "glb.iact_banks = 4, but the RTL PE was built for 3");
  expect_refused(folder, {"run", "--rtl", "shadow", "--set", "pe.sparse=false", "--out", out},
                 "pe.sparse = false");
}

}  // namespace
}  // namespace uvea::test
