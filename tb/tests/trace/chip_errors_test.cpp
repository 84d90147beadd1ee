// What a chip's process tells of its end reaches the one that started it.

#include "tb/trace/chip_errors.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace uvea::trace {
namespace {

TEST(ChipErrors, AreSeenByTheProcessThatMadeThem) {
  const ChipErrors errors(3);
  for (const std::size_t chip : {0U, 1U, 2U}) EXPECT_EQ(errors.of(chip), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    errors.of(1) = EFBIG;
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(errors.of(0), 0);
  EXPECT_EQ(errors.of(1), EFBIG);
  EXPECT_EQ(errors.of(2), 0);
}

TEST(ChipErrors, HaveNoOtherChips) {
  EXPECT_THROW(ChipErrors(3).of(3), std::out_of_range);
  EXPECT_THROW(ChipErrors(0).of(0), std::out_of_range);
}

}  // namespace
}  // namespace uvea::trace
