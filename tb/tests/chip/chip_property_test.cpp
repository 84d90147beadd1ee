// Random layers on random chips: every oact as the reference has it, nothing left over.

#include <gtest/gtest.h>

#include "tb/tests/chip/layer_case.h"

namespace uvea::test {
namespace {

/// Runs `count` cases from `first` on; at least nine in ten must be mappable, or nothing is tested.
void run_cases(std::uint64_t first, int count, LayerCase (*make)(std::uint64_t)) {
  int ran = 0;
  for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(count); ++seed) {
    const LayerCase test_case = make(seed);
    const std::string wrong = run_case(test_case);
    if (wrong.rfind("unmappable", 0) == 0) continue;
    ++ran;
    EXPECT_EQ(wrong, "") << test_case.describe();
  }
  EXPECT_GE(ran, count * 9 / 10) << "seeds " << first << " to "
                                 << first + static_cast<std::uint64_t>(count) - 1;
}

TEST(ChipProperty, RandomChipsSeeds1To200) { run_cases(1, 200, random_case); }
TEST(ChipProperty, RandomChipsSeeds201To400) { run_cases(201, 200, random_case); }
TEST(ChipProperty, RandomChipsSeeds401To600) { run_cases(401, 200, random_case); }
TEST(ChipProperty, DefaultChipSeeds1To200) { run_cases(1, 200, random_case_on_default_chip); }

}  // namespace
}  // namespace uvea::test
