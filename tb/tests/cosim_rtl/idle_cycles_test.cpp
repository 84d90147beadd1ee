// The RTL's active_o is right: leaving out the clock edges that it calls needless changes nothing.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tb/cosim/pe/random_stimulus.h"
#include "tb/cosim/pe/rtl_bench.h"
#include "tb/cosim/pe/rtl_driver.h"
#include "tb/cosim/rtl/rtl_sizes.h"

namespace uvea::cosim {
namespace {

constexpr link::Cycle kEnd = 1000000;  // of the accounts: behind every stimulus

void adding_them_changes_nothing(const hw::PeConfig& pe) {
  RandomLimits limits;
  limits.config = pe;
  const auto skipping = make_rtl_pe(limits.config, limits.iact_ports);
  const auto always = make_rtl_pe(limits.config, limits.iact_ports);
  std::uint64_t left_out = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const PeStimulus stimulus = random_stimulus(seed, limits);
    PeTrace few, all;
    RtlRunTotals few_totals, all_totals;
    ASSERT_EQ(run_rtl(*skipping, stimulus, few, few_totals, kEnd), "") << "seed " << seed;
    ASSERT_EQ(run_rtl(*always, stimulus, all, all_totals, kEnd, IdleCycles::clocked), "")
        << "seed " << seed;
    ASSERT_EQ(few_totals.left_over + all_totals.left_over, "") << "seed " << seed;
    ASSERT_EQ(few.events, all.events) << "seed " << seed;
    ASSERT_EQ(few.stalls, all.stalls) << "seed " << seed;
    ASSERT_EQ(few.stalls.back().to, kEnd) << "seed " << seed;
    left_out += all_totals.cycles - few_totals.cycles;
  }
  EXPECT_GT(left_out, 10000U);
  fmt::print("seeds 1 to 300: {} edges left out\n", left_out);
}

TEST(IdleEdges, AddingThemChangesNothing) { adding_them_changes_nothing({}); }
TEST(IdleEdges, AddingThemChangesNothingInADensePe) {
  adding_them_changes_nothing(default_dense_pe());
}

}  // namespace
}  // namespace uvea::cosim
