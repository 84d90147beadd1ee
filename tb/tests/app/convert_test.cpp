// uvea convert, and runs of the files of other tools.

#include <gtest/gtest.h>

#include "tb/tests/app/refusal.h"

namespace uvea::test {
namespace {

constexpr const char* kTopology =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,\nmine one, 13, 14, 3, 3, 3, 8, 2,\n";
constexpr const char* kProblem = "problem: {C: 6, K: 5, R: 3, S: 2, P: 7, Q: 4, Hdilation: 2}\n";

/// The line of a layer in the table that run prints, up to its MACs.
std::string layer_line(const std::string& out, const std::string& layer) {
  for (const std::string& line : lines_of(out))
    if (line.find(" " + layer + " ") != std::string::npos) return line;
  ADD_FAILURE() << "no layer " << layer << " in\n" << out;
  return {};
}

void runs_the_same(const Folder& folder, const std::string& file, const std::string& layer,
                   const std::string& macs) {
  const Ended direct = run_program({"run", file});
  ASSERT_EQ(direct.status, 0) << direct.err;
  EXPECT_NE(direct.out.find("note: read as "), std::string::npos) << direct.out;
  EXPECT_NE(layer_line(direct.out, layer).find(macs), std::string::npos) << direct.out;
  const std::string table = folder.path("converted.csv");
  const Ended converted = run_program({"convert", file, "--output", table});
  ASSERT_EQ(converted.status, 0) << converted.err;
  EXPECT_NE(converted.err.find("note: read as "), std::string::npos) << converted.err;
  const Ended printed = run_program({"convert", file, "--quiet"});
  EXPECT_EQ(printed.err, "");
  EXPECT_EQ(printed.out, content_of(table));
  const Ended again = run_program({"run", table});
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(layer_line(again.out, layer), layer_line(direct.out, layer));
}

TEST(Convert, AScaleSimTopologyRunsAsItsTable) {
  const Folder folder;
  // ceil((13 - 3 + 2) / 2) = 6 rows, ceil((14 - 3 + 2) / 2) = 7 columns.
  runs_the_same(folder, folder.file("t.csv", kTopology), "mine_one", "9,072");
}

TEST(Convert, TimeloopProblemsRunAsTheirTable) {
  const Folder folder;
  runs_the_same(folder, folder.file("p.yaml", kProblem), "p", "5,040");
}

TEST(Convert, AFolderOfProblemsIsANetwork) {
  const Folder outer, folder;
  for (const char* name : {"l10.yaml", "l9.yaml"}) folder.file(name, kProblem);
  folder.file("arch.yaml", "architecture: {}\n");
  const Ended ended = run_program({"convert", folder.path("")});
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.err.find("1 files without a problem"), std::string::npos) << ended.err;
  EXPECT_LT(ended.out.find("\nl9,"), ended.out.find("\nl10,")) << ended.out;
  EXPECT_EQ(run_program({"run", folder.path("")}).status, 0);
}

TEST(Convert, AnIncludedFileIsRead) {
  const Folder folder;
  folder.file("base.txt", "base: &base\n  instance: {R: 3}\n  shape: cnn-layer\n");
  const std::string file = folder.file(
      "p.yaml", "{{include_text('base.txt')}}\nproblem:\n  <<<: *base\n  instance: {C: 6, P: 2}\n");
  const Ended ended = run_program({"convert", file});
  ASSERT_EQ(ended.status, 0) << ended.err;
  EXPECT_NE(ended.out.find("\np,conv,1,4,6,1,1,3,1,1,0\n"), std::string::npos) << ended.out;
  // A mistake is named where it stands, and files that include themselves end.
  const std::string bad = folder.file(
      "bad.yaml", "{{include_text('base.txt')}}\nproblem:\n  <<<: *base\n  instance: {C: x}\n");
  expect_refused(folder, {"convert", bad}, "bad.yaml:4: C is \"x\"");
  expect_refused(folder, {"convert", folder.file("me.yaml", "{{include_text('me.yaml')}}\n")},
                 "me.yaml:1: a template");
  expect_refused(folder, {"convert", folder.file("none.yaml", "{{include_text('nothing')}}\n")},
                 "nothing");
}

TEST(Convert, Mistakes) {
  const Folder folder;
  expect_refused(folder, {"convert"}, "no file given");
  expect_refused(folder, {"convert", folder.path("none.csv")}, "none.csv");
  expect_refused(folder, {"convert", folder.path("")}, "no .yaml file");
  const std::string wide = folder.file("wide.csv", "L,M,N,K\nA,16411,3,4\n");
  expect_refused(folder, {"convert", wide}, "wide.csv:2: \"M\" times batch");
  expect_refused(folder, {"convert", folder.file("ok.csv", kTopology), "--output", "/nowhere/x"},
                 "--output");
  expect_refused(folder, {"run", folder.file("x.yaml", "problem: [")}, "x.yaml:");
}

}  // namespace
}  // namespace uvea::test
