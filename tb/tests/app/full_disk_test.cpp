// Output that cannot be written is an error of one line, never success.

#include <gtest/gtest.h>

#include <filesystem>

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
