// uvea report and uvea run --report: what they write, and what they say of anything else.

#include <gtest/gtest.h>

#include <filesystem>

#include "tb/tests/app/program.h"
#include "tb/tests/app/refusal.h"

namespace uvea::test {
namespace {

namespace fs = std::filesystem;

void run_into(const std::string& folder, const std::vector<std::string>& options) {
  std::vector<std::string> arguments{
      "run", "mobilenet_v1_0.5_128", "--layers", "DW4-DW5", "--quiet", "--out", folder};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Ended ended = run_program(arguments);
  ASSERT_EQ(ended.status, 0) << ended.err;
}

/// False, and the test is skipped, where the build had no npm.
bool has_page() { return fs::exists(UVEA_PAGE); }

std::string replaced(std::string text, const std::string& part, const std::string& by) {
  const std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), by);
}

TEST(ReportRun, DamagedRunsAreToldInOneLine) {
  const Folder folder;
  run_into(folder.path("run"), {});
  run_into(folder.path("sound"), {});
  const std::string run = folder.path("run");
  const std::string results = content_of(run + "/results.json");
  const std::string resources = content_of(run + "/resources.json");
  std::filesystem::create_directory(folder.path("empty"));
  expect_refused(folder, {"report", folder.path("none")}, "none is not there");
  expect_refused(folder, {"report", folder.path("empty")}, "results.json is not there");
  expect_refused(folder, {"report", folder.path("sound"), folder.path("none")},
                 "none is not there");
  const auto with_results = [&](const std::string& text, const std::string& part) {
    folder.file("run/results.json", text);
    expect_refused(folder, {"report", run}, part);
    expect_refused(folder, {"report", folder.path("sound"), run}, part);
    folder.file("run/results.json", results);
  };
  with_results(results.substr(0, results.size() / 2), "this is no JSON: is it whole?");
  with_results("", "this is no JSON");
  with_results("[]", "results.json: the whole is a");
  with_results(replaced(results, "\"total\"", "\"totals\""), "total is null, expected an object");
  with_results(replaced(results, "\"inferences_per_second\"", "\"rate\""),
               "total.inferences_per_second is missing");
  with_results(replaced(results, "\"mac_occupancy\": ", "\"mac_occupancy\": \"x\", \"y\": "),
               "layer 8.mac_occupancy is a string, expected a number");
  with_results(replaced(results, "\"step\": ", "\"steps\": "), "layer 8.eyexam[0].step is missing");
  with_results(replaced(results, "\"busiest\": ", "\"lazy\": "), ".busiest is missing");
  with_results(replaced(results, "\"rows\": 8", "\"rows\": 0"), "chip.mesh.rows is a");
  with_results(replaced(results, "\"clock_mhz\"", "\"clock\""),
               "chip.control.clock_mhz is missing");
  folder.file("run/resources.json", resources.substr(0, 5000));
  expect_refused(folder, {"report", run}, "resources.json:");
  folder.file("run/resources.json", replaced(resources, "\"mac_useful\":", "\"mac_useful\":-"));
  expect_refused(folder, {"report", run}, "pes[0].stalls.mac_useful is a number");
  fs::remove(run + "/resources.json");
  expect_refused(folder, {"report", run}, "resources.json is not there");
}

TEST(ReportRun, RunsWithoutACommonLayerAreNotCompared) {
  const Folder folder;
  run_into(folder.path("a"), {});
  const Ended ended = run_program(
      {"run", "mobilenet_v1_0.5_128", "--layers", "FC", "--quiet", "--out", folder.path("b")});
  ASSERT_EQ(ended.status, 0) << ended.err;
  expect_refused(folder, {"report", folder.path("a"), folder.path("b")}, "nothing to compare");
}

TEST(ReportRun, WithoutTheBuiltPageItSaysWhatToInstall) {
  const Folder folder;
  run_into(folder.path("run"), {});
  // Nothing lies beside this program.
  fs::create_directory(folder.path("bin"));
  fs::copy_file(UVEA_BINARY, folder.path("bin/uvea"));
  const auto before = folder.names();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"report", folder.path("run")},
        std::vector<std::string>{"run", "alexnet", "--report", "--out", folder.path("other")}}) {
    const Ended ended = run_binary(folder.path("bin/uvea"), words);
    EXPECT_EQ(ended.status, 2);
    EXPECT_EQ(ended.out, "");
    ASSERT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
    EXPECT_NE(ended.err.find("install npm (scripts/setup does) and build again"), std::string::npos)
        << ended.err;
  }
  EXPECT_EQ(folder.names(), before);
}

TEST(ReportRun, IsTheSameInOneGoAndAfterwards) {
  if (!has_page()) GTEST_SKIP() << "no page: npm is not there";
  const Folder folder;
  run_into(folder.path("run"), {"--report"});
  const std::string file = folder.path("run/report.html");
  const std::string page = content_of(file);
  EXPECT_EQ(page.rfind("<!DOCTYPE html>", 0), 0U);
  fs::remove(file);
  const Ended ended = run_program({"report", folder.path("run")});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out, file + "\n");
  EXPECT_EQ(content_of(file), page);
  EXPECT_EQ(run_program({"report", folder.path("run/results.json"), "--quiet"}).out, "");
  // What has another file's address is not the same page.
  EXPECT_NE(content_of(file), page);
  EXPECT_LT(page.size(), 1000000U);
  for (const char* outside : {"src=", "https://cdn", "@import"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
}

TEST(ReportRun, APageThatCannotBeWrittenLeavesNothing) {
  if (!has_page()) GTEST_SKIP() << "no page: npm is not there";
  const Folder folder;
  run_into(folder.path("run"), {});
  fs::create_directory(folder.path("run/report.html"));
  expect_refused(folder, {"report", folder.path("run")}, "the report '");
}

}  // namespace
}  // namespace uvea::test
