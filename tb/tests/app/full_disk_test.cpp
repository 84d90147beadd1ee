// Output that cannot be written is an error of one line, never success.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "tb/tests/app/program.h"

namespace uvea::test {
namespace {

void expect_one_line(const Ended& ended, const std::string& part) {
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
  EXPECT_NE(ended.err.find(part), std::string::npos) << ended.err;
}

/// A disk of so many KiB on `folder`/disk, for the commands behind it; without being root.
std::string with_disk(int kib, const std::string& commands) {
  return "unshare -rm /bin/sh -c 'mount -t tmpfs -o size=" + std::to_string(kib) +
         "k none disk && " + commands + "'";
}

bool can_mount(const Folder& folder) {
  std::filesystem::create_directory(folder.path("disk"));
  return run_in_shell(folder.path(""), with_disk(4, "true")).status == 0;
}

TEST(FullDisk, Results) {
  const Folder folder;
  const std::string run = UVEA_BINARY " run --layers 11-12 --quiet --batch 16 ";
  // Blocks of 512 bytes; results.json is longer, layers.csv and the tensor are not.
  const std::string limited = "ulimit -f 1 && " + run;
  expect_one_line(run_in_shell(folder.path(""), limited + "--out out"), "--out ");
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
  expect_one_line(run_in_shell(folder.path(""), "ulimit -f 0 && " + run + "--dump-output dump"),
                  "--dump-output 'dump' cannot be written: File too large");
  EXPECT_EQ(folder.names(), std::vector<std::string>{});
  if (!can_mount(folder)) GTEST_SKIP() << "no disks of one's own without being root here";
  const std::string full = "head -c 4096 /dev/zero >disk/full; ";
  for (const char* option : {"--out disk/out", "--dump-output disk/dump"}) {
    expect_one_line(run_in_shell(folder.path(""), with_disk(4, full + run + option)),
                    "No space left on device");
  }
}

/// The files of a folder and what is in them.
std::map<std::string, std::string> contents(const Folder& folder) {
  std::map<std::string, std::string> all;
  for (const std::string& name : folder.names())
    if (!std::filesystem::is_directory(folder.path(name)))
      all[name] = content_of(folder.path(name));
  return all;
}

TEST(FullDisk, AFolderHasOneRun) {
  const Folder folder;
  const std::string run = UVEA_BINARY " run --quiet --batch 1 --out out --layers ";
  ASSERT_EQ(run_in_shell(folder.path(""), run + "1-2").status, 0);
  const auto before = contents(folder);
  ASSERT_EQ(before.size(), 3U);
  const auto longest = std::max_element(before.begin(), before.end(), [](auto& a, auto& b) {
    return a.second.size() < b.second.size();
  });
  std::size_t blocks = 0;  // of 512 bytes: no room for the longest, but for the others
  for (const auto& [name, text] : before)
    if (name != longest->first) blocks = std::max(blocks, text.size() / 512 + 1);
  ASSERT_GT(longest->second.size(), 512 * (blocks + 8)) << longest->first;
  // Of another run of as many layers, none of which is written.
  const std::string limited = "ulimit -f " + std::to_string(blocks + 8) + " && ";
  expect_one_line(run_in_shell(folder.path(""), limited + run + "2-3"), "--out ");
  EXPECT_TRUE(contents(folder) == before);
  // A page of the earlier run does not stay beside another run.
  folder.file("out/report.html", "of the earlier run");
  EXPECT_EQ(run_in_shell(folder.path(""), run + "2-3").status, 0);
  const auto after = contents(folder);
  EXPECT_EQ(after.size(), 3U);
  for (const auto& [name, text] : before) {
    ASSERT_EQ(after.count(name), 1U) << name;
    EXPECT_TRUE(after.at(name) != text) << name;
  }
}

TEST(FullDisk, ANameThatIsTakenLeavesNoHalfOfARun) {
  for (const std::string name : {"out/resources.json", "out/report.html"}) {
    const Folder folder;
    std::filesystem::create_directories(folder.path(name));
    expect_one_line(run_in_shell(folder.path(""),
                                 UVEA_BINARY " run --quiet --batch 1 --layers 11-12 --out out"),
                    "--out '" + name + "' cannot be written: Is a directory");
    EXPECT_EQ(folder.names(), (std::vector<std::string>{"out", name}));
  }
}

TEST(FullDisk, TransactionsAreLostAndTheResultsAreNot) {
  for (const std::string file : {"t.json", "t.ftr"}) {
    const Folder folder;
    // Blocks of 512 bytes: room for the results and for a layer's events, not for the file.
    expect_one_line(run_in_shell(folder.path(""),
                                 "ulimit -f 3600 && " UVEA_BINARY
                                 " run --layers 1-4 --quiet --batch 1 --out out --transactions " +
                                     file),
                    "--transactions '" + file + "' cannot be written: File too large");
    EXPECT_EQ(folder.names(), (std::vector<std::string>{"out", "out/layers.csv",
                                                        "out/resources.json", "out/results.json"}));
  }
}

TEST(FullDisk, StandardOutputOfEveryCommand) {
  const std::vector<std::vector<std::string>> calls{
      {"help"},
      {"run", "--help"},
      {"--version"},
      {"networks"},
      {"config"},
      {"config", "--ini"},
      {"map", "--layers", "stem"},
      {"run", "--layers", "11-12", "--batch", "1"},
  };
  for (const auto& call : calls) {
    EXPECT_EQ(run_program(call).status, 0) << call[0];
    expect_one_line(run_onto("/dev/full", call),
                    "standard output cannot be written: No space left on device");
  }
  // Nothing to print, nothing lost.
  const Ended quiet =
      run_onto("/dev/full", {"run", "--layers", "11-12", "--batch", "1", "--quiet"});
  EXPECT_EQ(quiet.status, 0) << quiet.err;
}

}  // namespace
}  // namespace uvea::test
