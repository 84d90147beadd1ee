// Random layers on random chips: every oact as the reference has it, nothing left over.

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "sw/mapper/mapping_file.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/layer_case.h"

namespace uvea::test {
namespace {

using Make = LayerCase (*)(std::uint64_t);
using Run = std::string (*)(const LayerCase&);

std::string run_mapped(const LayerCase& test_case) { return run_case(test_case); }

/// With a mapping that the search would not choose.
std::string run_with_any_mapping(const LayerCase& test_case) {
  mapper::Mapping mapping;
  try {
    mapping = random_mapping(test_case, test_case.seed);
  } catch (const UserError& refused) {
    return std::string("unmappable: ") + refused.what();
  }
  const std::string wrong = run_case(test_case, mapping);
  return wrong.empty() ? "" : wrong + mapper::to_text({{"layer", mapping}});
}

/// Runs `count` cases from `first` on; at least nine in ten must be mappable, or nothing is tested.
void run_cases(std::uint64_t first, int count, Make make, Run run = run_mapped) {
  int ran = 0;
  for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(count); ++seed) {
    const LayerCase test_case = make(seed);
    const std::string wrong = run(test_case);
    if (wrong.rfind("unmappable", 0) == 0) continue;
    ++ran;
    EXPECT_EQ(wrong, "") << test_case.describe();
  }
  EXPECT_GE(ran, count * 9 / 10) << "seeds " << first << " to "
                                 << first + static_cast<std::uint64_t>(count) - 1;
}

/// What the cases of arbitrary mappings are there for: M tiles that go through the reduction together,
/// with the last M block full or not, from each iact source.
TEST(ChipProperty, ArbitraryMappingsTakeMTilesTogether) {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 1001; seed <= 2200; ++seed) {
    const LayerCase c = random_case(seed);
    mapper::Mapping mapping;
    try {
      mapping = random_mapping(c, seed);
    } catch (const UserError&) {
      continue;
    }
    const mapper::Derived d =
        mapper::derive(mapper::oriented(c.layer.geo, mapping), mapping, tb::sizes_of(c.chip));
    if (d.m_block == 1 || d.p == 1) continue;
    ++seen[name_of(mapping.iact_source)];
    if (d.tm % d.m_block != 0) ++seen["a last M block with fewer"];
    if (d.te2 > 1) ++seen["over several blocks"];
  }
  for (const char* kind :
       {"resident", "stream", "through", "a last M block with fewer", "over several blocks"})
    EXPECT_GE(seen[kind], 10) << kind;
}

TEST(ChipProperty, RandomChipsSeeds1To200) { run_cases(1, 200, random_case); }
TEST(ChipProperty, RandomChipsSeeds201To400) { run_cases(201, 200, random_case); }
TEST(ChipProperty, RandomChipsSeeds401To600) { run_cases(401, 200, random_case); }
TEST(ChipProperty, SerialChipsSeeds1To150) { run_cases(1, 150, serial_case); }
TEST(ChipProperty, ArbitraryMappingsOnSerialChipsSeeds1To400) {
  run_cases(1, 400, serial_case, run_with_any_mapping);
}
TEST(ChipProperty, LongLayersOnRandomChipsSeeds1To60) { run_cases(1, 60, long_case); }
TEST(ChipProperty, LongLayersOnTheDefaultChipSeeds1To40) {
  run_cases(1, 40, long_case_on_default_chip);
}
// The whole space of legal mappings.
TEST(ChipProperty, ArbitraryMappingsSeeds1001To1600) {
  run_cases(1001, 600, random_case, run_with_any_mapping);
}
TEST(ChipProperty, ArbitraryMappingsSeeds1601To2200) {
  run_cases(1601, 600, random_case, run_with_any_mapping);
}
TEST(ChipProperty, ArbitraryMappingsOnTheDefaultChipSeeds1To600) {
  run_cases(1, 600, random_case_on_default_chip, run_with_any_mapping);
}
TEST(ChipProperty, ArbitraryMappingsOfLongLayersSeeds1001To1200) {
  run_cases(1001, 200, long_case, run_with_any_mapping);
}
// 162 rows in a pass, more than there are row tags, and a port that has none of them but the
// padding at the end.
TEST(ChipProperty, APortWithoutRowsDoesNotRunAheadOfTheRowTags) { run_cases(5614, 1, long_case); }
TEST(ChipProperty, DefaultChipSeeds1To200) { run_cases(1, 200, random_case_on_default_chip); }

}  // namespace
}  // namespace uvea::test
