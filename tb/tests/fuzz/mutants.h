#pragma once
// Damaged copies of a sound file, and what must come of reading them.

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "sw/user_error.h"

namespace uvea::test {

/// Mutants of each kind of file: 3000, or what the environment's UVEA_FUZZ_MUTANTS says.
int mutants_of_each_kind();

/// One to eight small damages: a bit, a byte, a hole, a copy, a cut, or a digit exchanged.
std::string mutate(const std::string& original, std::mt19937_64& random);

/// Runs `load` on mutants; anything but a return or a one-line UserError fails.
template <class Load>
void fuzz(const std::string& original, std::uint64_t seed, Load load) {
  ASSERT_FALSE(original.empty());
  std::mt19937_64 random(seed);
  int refused = 0;
  const int mutants = mutants_of_each_kind();
  ASSERT_GT(mutants, 0);
  for (int i = 0; i < mutants; ++i) {
    const std::string mutant = mutate(original, random);
    try {
      load(mutant);
    } catch (const UserError& e) {
      ++refused;
      const std::string line = e.what();
      EXPECT_FALSE(line.empty());
    } catch (const std::exception& e) {
      ADD_FAILURE() << "seed " << seed << ", mutant " << i << ": " << e.what();
    }
  }
  EXPECT_GT(refused, 0) << "seed " << seed << ": no mutant was refused";
}

}  // namespace uvea::test
