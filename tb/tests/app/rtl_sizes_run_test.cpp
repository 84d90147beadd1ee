// --rtl on chips whose PE sizes are not built in: built once, compared as any other, and one clear
// line where that cannot be done.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tb/tests/app/program.h"
#include "tb/tests/app/refusal.h"

namespace uvea::test {
namespace {

namespace fs = std::filesystem;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The environment of the program's next runs.
void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

std::vector<std::string> shadow(const std::vector<std::string>& settings) {
  std::vector<std::string> arguments = {"run", "--quiet", "--batch", "1",      "--layers",
                                        "4-5", "--rtl",   "shadow",  "--jobs", "2"};
  for (const std::string& setting : settings) {
    arguments.emplace_back("--set");
    arguments.push_back(setting);
  }
  return arguments;
}

const std::vector<std::string> kSmall = {"pe.iact_data_entries=12", "pe.psum_entries=24",
                                         "pe.weight_data_words=60", "pe.simd=1"};

/// Lets a script be the compiler.
void set_compiler(const Folder& folder, const std::string& name, const std::string& script) {
  const std::string path = folder.file(name, "#!/bin/sh\n" + script);
  fs::permissions(path, fs::perms::owner_all);
  set("CXX", path);
}

/// The compiler of the next runs makes kSmall's library in no time: it has one.
void set_quick_compiler(const Folder& folder) {
  set("UVEA_CACHE", UVEA_TEST_CACHE);
  const Ended built = run_program(shadow(kSmall));
  ASSERT_EQ(built.status, 0) << built.err;
  set_compiler(folder, "quick",
               "for a in \"$@\"; do\n"
               "  case $a in -DUVEA_RTL_KEY=*) key=$(echo \"${a#*=}\" | tr -d '\"');; esac\n"
               "  [ \"$b\" = -o ] && out=$a\n"
               "  b=$a\n"
               "done\n"
               "cp '" UVEA_TEST_CACHE "'/rtl/$key.so \"$out\"\n");
}

std::vector<std::string> libraries_in(const std::string& cache) {
  std::vector<std::string> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(cache + "/rtl", none))
    if (entry.path().filename() != "lock") found.push_back(entry.path().filename().string());
  return found;
}

void no_difference(const std::vector<std::string>& settings) {
  set("UVEA_CACHE", UVEA_TEST_CACHE);
  std::vector<std::string> arguments = shadow(settings);
  arguments.erase(arguments.begin() + 1);
  const Ended ended = run_program(arguments);
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_TRUE(has(ended.out, "no difference in value, order, cycle or class of cycle"))
      << ended.out;
}

TEST(RtlSizesRun, NothingDiffersInTheShadowOfSmallerPesWithOneMac) { no_difference(kSmall); }
TEST(RtlSizesRun, NothingDiffersInTheShadowOfWiderPesWithFourPorts) {
  no_difference({"pe.iact_addr_entries=15", "pe.iact_data_entries=24", "pe.weight_addr_entries=28",
                 "pe.weight_data_words=200", "pe.psum_entries=48", "pe.psum_bits=27",
                 "pe.count_bits=5", "glb.iact_banks=4"});
}

TEST(RtlSizesRun, NothingDiffersInTheShadowOfSmallerDensePes) {
  no_difference({"pe.kind=dense", "pe.simd=1", "pe.pipeline_stages=3", "pe.iact_data_entries=12",
                 "pe.psum_entries=24", "pe.weight_data_words=40"});
}

TEST(RtlSizesRun, DrivenByThatRtlTheResultsAreTheSame) {
  set("UVEA_CACHE", UVEA_TEST_CACHE);
  std::vector<std::string> driven = shadow(kSmall);
  driven[7] = "drive";
  EXPECT_EQ(run_program(driven).status, 0);
}

TEST(RtlSizesRun, ALibraryIsBuiltOnceAndSoIsABrokenOne) {
  const Folder folder;
  set_quick_compiler(folder);
  const std::string cache = folder.path("cache");
  set("UVEA_CACHE", cache);
  const Ended first = run_program(shadow(kSmall));
  EXPECT_EQ(first.status, 0) << first.err;
  ASSERT_EQ(lines_of(first.err).size(), 1U) << first.err;
  EXPECT_TRUE(has(first.err, "uvea: note: Verilating and compiling the RTL for these PE sizes"));
  EXPECT_TRUE(has(first.err, "kept in " + cache + "/rtl")) << first.err;
  const auto built = libraries_in(cache);
  ASSERT_EQ(built.size(), 1U);
  EXPECT_EQ(fs::path(built[0]).extension(), ".so");
  EXPECT_EQ(run_program(shadow(kSmall)).err, "");
  // What is not a whole library is built anew.
  fs::resize_file(cache + "/rtl/" + built[0], 100);
  const Ended mended = run_program(shadow(kSmall));
  EXPECT_EQ(mended.status, 0) << mended.err;
  EXPECT_TRUE(has(mended.err, "note: Verilating")) << mended.err;
  EXPECT_EQ(libraries_in(cache), built);
}

TEST(RtlSizesRun, TwoAtATimeBuildItOnce) {
  const Folder folder;
  set_quick_compiler(folder);
  set("UVEA_CACHE", folder.path("cache"));
  std::string line = UVEA_BINARY;
  for (const std::string& word : shadow(kSmall)) line += " " + word;
  const Ended both =
      run_in_shell(folder.path(""), line + " & a=$!; " + line + "; b=$?; wait $a && exit $b");
  EXPECT_EQ(both.status, 0) << both.err;
  EXPECT_EQ(lines_of(both.err).size(), 1U) << both.err;
  EXPECT_EQ(libraries_in(folder.path("cache")).size(), 1U);
}

TEST(RtlSizesRun, AKilledBuildLeavesNothingThatIsUsed) {
  const Folder folder;
  const std::string cache = folder.path("cache");
  set("UVEA_CACHE", cache);
  // A compiler that ends the program that has called it.
  set_compiler(folder, "killer", "kill -9 $PPID\n");
  EXPECT_EQ(run_program(shadow(kSmall)).signal, 9);
  const auto left = libraries_in(cache);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].rfind("build-", 0), 0U) << left[0];
  ::unsetenv("CXX");
  set_quick_compiler(folder);
  set("UVEA_CACHE", cache);
  const Ended next = run_program(shadow(kSmall));
  EXPECT_EQ(next.status, 0) << next.err;
  const auto built = libraries_in(cache);
  ASSERT_EQ(built.size(), 1U);
  EXPECT_EQ(fs::path(built[0]).extension(), ".so");
}

TEST(RtlSizesRun, WithoutVerilatorOrCompilerOneLineSaysSo) {
  const Folder folder, caches;
  set("UVEA_CACHE", caches.path("cache"));
  std::vector<std::string> arguments = shadow(kSmall);
  for (const std::string& word : {std::string("--out"), folder.path("never")})
    arguments.push_back(word);
  const std::string path = std::getenv("PATH");
  set("PATH", folder.path("nothing"));
  expect_refused(folder, arguments, "there is no 'verilator' in PATH: install it");
  set("PATH", path);

  const auto refused = [&](const std::string& part) {
    const Ended ended = run_program(arguments);
    EXPECT_EQ(ended.status, 2) << ended.err;
    const auto lines = lines_of(ended.err);
    ASSERT_FALSE(lines.empty());
    EXPECT_LE(lines.size(), 2U) << ended.err;  // the note that a build begins may come first
    EXPECT_TRUE(has(lines.back(), part)) << ended.err;
    EXPECT_FALSE(fs::exists(folder.path("never")));
    for (const std::string& left : libraries_in(caches.path("cache")))
      EXPECT_EQ(fs::path(left).extension(), ".log");
  };
  set("CXX", "no-such-compiler");
  refused("there is no 'no-such-compiler' in PATH: install one");
  set_compiler(folder, "broken", "echo 'unit.cpp:1: error: out of paper' >&2\nexit 1\n");
  refused("fails on the RTL of these sizes: unit.cpp:1: error: out of paper (all of it: ");
  // One that says that all is well, and makes nothing or nonsense.
  set("CXX", "true");
  refused("cannot be written");
  set_compiler(folder, "nonsense",
               "for a in \"$@\"; do [ \"$b\" = -o ] && echo no >\"$a\"; b=$a; done; true\n");
  const Ended ended = run_program(arguments);
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_TRUE(has(ended.err, "the library just built cannot be loaded")) << ended.err;
}

TEST(RtlSizesRun, ACacheThatCannotBeWritten) {
  const Folder folder;
  set_quick_compiler(folder);
  const std::string file = folder.file("file", "");
  set("UVEA_CACHE", file);
  expect_refused(folder, shadow(kSmall), "UVEA_CACHE '" + file + "': ");
  // A home that cannot be: a temporary folder, which does not stay.
  ::unsetenv("UVEA_CACHE");
  ::unsetenv("XDG_CACHE_HOME");
  set("HOME", file);
  fs::create_directory(folder.path("tmp"));
  set("TMPDIR", folder.path("tmp"));
  const Ended ended = run_program(shadow(kSmall));
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
  EXPECT_TRUE(has(ended.err, file + "/.cache/uvea/rtl cannot be written")) << ended.err;
  EXPECT_TRUE(has(ended.err, "set UVEA_CACHE")) << ended.err;
  EXPECT_TRUE(fs::is_empty(folder.path("tmp")));
}

TEST(RtlSizesRun, SizesOutsideOfTheRtlsLimitsAreRefused) {
  const Folder folder;
  const std::string out = folder.path("never");
  expect_refused(folder, {"run", "--rtl", "drive", "--set", "pe.pipeline_stages=5", "--out", out},
                 "--rtl: there is no RTL of pe.pipeline_stages = 5: rtl/pe takes 7");
  expect_refused(folder, {"run", "--rtl", "shadow", "--set", "pe.count_bits=8", "--out", out},
                 "--rtl: there is no RTL of pe.count_bits = 8: rtl/pe takes 1..7");
}

}  // namespace
}  // namespace uvea::test
