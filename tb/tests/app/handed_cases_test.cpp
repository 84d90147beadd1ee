// The inputs that once failed and that stand beside the project, each with what an outside
// interpreter gives for it: the program gives the same. They are not part of the project; without
// them the tests say that they were skipped. The project's own tests of each kind build their files
// themselves.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

namespace fs = std::filesystem;

const fs::path cases = fs::path(UVEA_SHARED_DIR) / "cases";

std::vector<fs::path> cases_ending(const std::string& ending) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(cases, error))
    if (entry.path().extension() == ending) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

/// The bytes of what --dump-output left: a file, or the files of a folder one after another.
std::vector<std::string> dumped(const Folder& folder, const std::string& name) {
  if (!fs::is_directory(folder.path(name))) return {content_of(folder.path(name))};
  std::vector<std::string> contents;
  for (const auto& entry : fs::directory_iterator(folder.path(name)))
    contents.push_back(content_of(entry.path().string()));
  return contents;
}

/// Runs a case with further arguments and compares what it dumps.
void expect_its_output(const fs::path& network, std::vector<std::string> arguments) {
  const Folder folder;
  fs::path stem = network;
  stem.replace_extension();
  const std::vector<std::string> usual{
      "run",           network.string(),     "--quiet", "--input", stem.string() + ".in",
      "--dump-output", folder.path("output")};
  arguments.insert(arguments.begin(), usual.begin(), usual.end());
  const Ended ended = run_program(arguments);
  ASSERT_EQ(ended.status, 0) << network << ": " << ended.err;
  const std::string expected = content_of(stem.string() + ".out");
  ASSERT_FALSE(expected.empty());
  const std::vector<std::string> outputs = dumped(folder, "output");
  EXPECT_NE(std::find(outputs.begin(), outputs.end(), expected), outputs.end())
      << network << ": none of its " << outputs.size() << " outputs is the expected one";
}

bool overflows(const fs::path& network) {
  return network.stem().string().find("overflow") != std::string::npos;
}

void expect_every_output(const std::vector<std::string>& arguments) {
  const std::vector<fs::path> networks = cases_ending(".tflite");
  if (networks.empty()) GTEST_SKIP() << "skipped: no cases at " << cases;
  for (const fs::path& network : networks) {
    std::vector<std::string> all = arguments;
    if (overflows(network)) all.insert(all.end(), {"--set", "pe.psum_bits=31"});
    expect_its_output(network, all);
  }
}

TEST(HandedCases, EveryNetworkGivesItsOutput) { expect_every_output({}); }

TEST(HandedCases, EveryNetworkGivesItsOutputOnDensePes) {
  expect_every_output({"--chip", UVEA_CONFIGS_DIR "/chips/eyeriss_v1_5.cfg"});
}

TEST(HandedCases, AnOverflowIsNamedWithTheWidthThatWouldDo) {
  const std::vector<fs::path> networks = cases_ending(".tflite");
  if (networks.empty()) GTEST_SKIP() << "skipped: no cases at " << cases;
  for (const fs::path& network : networks) {
    if (!overflows(network)) continue;
    const Ended ended = run_program({"run", network.string()});
    EXPECT_NE((ended.out + ended.err).find("pe.psum_bits"), std::string::npos)
        << network << ": " << ended.out << ended.err;
  }
}

TEST(HandedCases, EveryTableRuns) {
  const std::vector<fs::path> tables = cases_ending(".csv");
  if (tables.empty()) GTEST_SKIP() << "skipped: no cases at " << cases;
  for (const fs::path& table : tables) {
    const Ended ended = run_program({"run", table.string(), "--quiet"});
    EXPECT_EQ(ended.status, 0) << table << ": " << ended.err;
  }
}

TEST(HandedCases, EveryPictureIsAnInput) {
  const std::vector<fs::path> pictures = cases_ending(".bmp");
  if (pictures.empty()) GTEST_SKIP() << "skipped: no cases at " << cases;
  for (const fs::path& picture : pictures) {
    const Ended ended = run_program({"run", "--quiet", "--input", picture.string()});
    EXPECT_EQ(ended.status, 0) << picture << ": " << ended.err;
  }
}

}  // namespace
}  // namespace uvea::test
