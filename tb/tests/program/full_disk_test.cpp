// Output that cannot be written is an error of one line, never success.

#include <gtest/gtest.h>

#include "tb/tests/program/program.h"

namespace uvea::test {
namespace {

void expect_one_line(const Ended& ended, const std::string& part) {
  EXPECT_EQ(ended.status, 2) << ended.err;
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(lines_of(ended.err).size(), 1U) << ended.err;
  EXPECT_NE(ended.err.find(part), std::string::npos) << ended.err;
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
