// Outputs of a run that are in each other's way, or cannot be written: refused before the mapper works.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tb/tests/app/refusal.h"

namespace uvea::test {
namespace {

struct Pair {
  std::string option, file;    ///< in the test's folder
  std::string option2, file2;  ///< the same file, or in its way
};

TEST(RunOutputs, TwoThatAreOneFileAreRefused) {
  const Folder folder;
  std::filesystem::create_directories(folder.path("real/deep"));
  std::filesystem::create_directory_symlink(folder.path("real"), folder.path("link"));
  const std::vector<Pair> pairs{
      {"--trace", "x.json", "--transactions", "x.json"},
      {"--trace", "x.fst", "--dump-output", "x.fst"},
      {"--trace", "x.fst", "--dump-output", "x.gtkw"},
      {"--trace", "x.fst", "--dump-output", "x.sucl"},
      {"--trace", "x.fst", "--dump-output", "x.classes"},
      {"--transactions", "x.ftr", "--dump-output", "x.ftr"},
      {"--dump-output", "real/x.fst", "--trace", "link/../link/x.fst"},
      {"--dump-output", "real/deep/../x.fst", "--trace", "real//x.fst"},
      {"--out", "real", "--dump-output", "link/layers.csv"},
      {"--out", "new", "--transactions", "new/results.json"},
      {"--out", "new", "--transactions", "new/resources.json"},
      {"--out", "new", "--dump-output", "new"},
      {"--out", "new/", "--dump-output", "./new"},
      {"--out", "new.fst", "--trace", "new.fst"},
      {"--dump-output", "new", "--out", "new/below"},
  };
  for (const Pair& pair : pairs) {
    for (const std::string& part : {pair.option, pair.option2, std::string("would")})
      expect_refused(
          folder,
          {"run", pair.option, folder.path(pair.file), pair.option2, folder.path(pair.file2)},
          part);
  }
  // Nor is a folder that is there taken for a file.
  expect_refused(folder, {"run", "--dump-output", folder.path(""), "--out", folder.path("never")},
                 "--dump-output '" + folder.path("") + "' cannot be written");
  expect_refused(
      folder, {"run", "--trace", folder.path("x.fst"), "--dump-output", folder.path("x.gtkw")},
      "and --trace (a view beside the waveform) would both write '" + folder.path("x.gtkw") + "'");
  expect_refused(
      folder,
      {"run", "--out", folder.path("o"), "--report", "--dump-output", folder.path("o/report.html")},
      "--report and --dump-output would both write '" + folder.path("o/report.html") + "'");
}

TEST(RunOutputs, ThoseBesideEachOtherAreWritten) {
  const Folder folder;
  std::filesystem::create_directory(folder.path("out"));
  // A link is no other name of a file that is written: what is written takes its place.
  folder.file("a", "old");
  std::filesystem::create_symlink(folder.path("a"), folder.path("w.fst"));
  const Ended ended =
      run_program({"run", "--layers", "11-12", "--batch", "1", "--quiet", "--trace-signals", "chip",
                   "--trace", folder.path("w.fst"), "--transactions", folder.path("out/w.json"),
                   "--out", folder.path("out"), "--dump-output", folder.path("a")});
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_GT(std::filesystem::file_size(folder.path("w.fst")), 0U);
  EXPECT_FALSE(std::filesystem::is_symlink(folder.path("w.fst")));
  EXPECT_NE(content_of(folder.path("a")), "old");
  EXPECT_TRUE(std::filesystem::exists(folder.path("out/w.json")));
  EXPECT_TRUE(std::filesystem::exists(folder.path("out/results.json")));
}

TEST(RunOutputs, AreTriedBeforeTheMapper) {
  const Folder folder;
  std::string mapping = "[stem]\nmode = csc\nc0 = 1000000\nm0 = 1\nwindows = 1\n";
  mapping += "weight_double_buffer = no\nchain = 1\nmesh_rows = g1 n1 e1 m1\n";
  mapping += "mesh_cols = g1 n1 e1 m1\npe_cols = g1 n1 e1 m1\ne_block = 1\n";
  mapping += "iact_source = stream\niact_mode = unicast\nweight_mode = unicast\n";
  const std::string illegal = folder.file("illegal.map", mapping);
  const std::vector<std::string> call{"run", "--layers", "1", "--mapping", illegal};
  expect_refused(folder, call, "stem");
  const std::vector<std::vector<std::string>> outputs{{"--out", "/proc/none"},
                                                      {"--dump-output", "/proc/none"},
                                                      {"--trace", "/proc/none.fst"},
                                                      {"--transactions", "/proc/none.json"}};
  for (const auto& output : outputs) {
    std::vector<std::string> with = call;
    with.insert(with.end(), output.begin(), output.end());
    expect_refused(folder, with, output[0] + " '" + output[1] + "' cannot be written");
  }
}

TEST(RunOutputs, AWaveformHasAName) {
  const Folder folder;
  for (const char* name : {"w", "w.vcd", "w.json", ".fst", "w.fst.gz", "w.FST", "fst"})
    expect_refused(folder, {"run", "--trace", folder.path(name)}, "expected FILE.fst");
  expect_refused(folder, {"run", "--trace", "/dev/null"}, "expected FILE.fst");
  ASSERT_EQ(::mkfifo(folder.path("pipe.fst").c_str(), 0600), 0);
  expect_refused(folder, {"run", "--trace", folder.path("pipe.fst")}, "not a regular file");
}

TEST(RunOutputs, ATraceOfWhatIsNotThere) {
  const Folder folder;
  const std::string wave = folder.path("w.fst"), transactions = folder.path("t.json");
  for (const char* kinds : {"rtl", "inside", "stall,rtl"}) {
    expect_refused(folder, {"run", "--trace", wave, "--trace-signals", kinds},
                   "need --rtl shadow or drive");
    expect_refused(folder, {"run", "--transactions", transactions, "--trace-signals", kinds},
                   "need --rtl shadow or drive");
  }
  for (const auto& [option, file] :
       {std::pair{"--trace", wave}, std::pair{"--transactions", transactions}})
    expect_refused(folder, {"run", option, file, "--layers", "12"},
                   std::string(option) + ": none of the layers that are run");
}

}  // namespace
}  // namespace uvea::test
