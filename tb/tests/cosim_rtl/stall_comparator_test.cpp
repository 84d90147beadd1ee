// The cycle by cycle comparison of two accounts finds what it is there for, and says it.

#include "tb/cosim/pe/stall_comparator.h"

#include <gtest/gtest.h>

#include "tb/cosim/pe/pe_comparator.h"

namespace uvea::cosim {
namespace {

using hw::Stall;

TEST(StallComparator, AgreesHoweverTheSidesDivideTheirCycles) {
  StallComparator comparator;
  EXPECT_FALSE(comparator.step_expected({Stall::wait_iact, 10, 20, 0}));
  EXPECT_FALSE(comparator.step_expected({Stall::mac_useful, 20, 25, 0}));
  EXPECT_FALSE(comparator.step_got({Stall::wait_iact, 10, 13, 7}));
  EXPECT_FALSE(comparator.step_got({Stall::wait_iact, 13, 20, 8}));
  for (link::Cycle cycle = 20; cycle < 30; ++cycle)
    EXPECT_FALSE(comparator.step_got({Stall::mac_useful, cycle, cycle + 1, 0}));
  EXPECT_FALSE(comparator.step_expected({Stall::mac_useful, 25, 30, 0}));
  EXPECT_FALSE(comparator.finish());
  EXPECT_EQ(comparator.compared(), 20U);
}

TEST(StallComparator, FindsTheFirstCycleOfAnotherClass) {
  StallComparator comparator;
  comparator.step_got({Stall::pipeline, 0, 3, 0});
  comparator.step_got({Stall::mac_useful, 3, 9, 0});
  EXPECT_FALSE(comparator.step_expected({Stall::pipeline, 0, 3, 0}));
  EXPECT_FALSE(comparator.step_expected({Stall::mac_useful, 3, 7, 0}));
  const auto found = comparator.step_expected({Stall::mac_gated, 7, 8, 0});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->cycle, 7U);
  EXPECT_EQ(found->index, 7U);
  EXPECT_EQ(found->expected, Stall::mac_gated);
  EXPECT_EQ(found->got, Stall::mac_useful);
  ASSERT_TRUE(found->before);
  EXPECT_EQ(found->before->from, 3U);
  EXPECT_EQ(found->before->to, 7U);
  // It goes on behind the difference.
  EXPECT_FALSE(comparator.step_expected({Stall::mac_useful, 8, 9, 0}));
  EXPECT_FALSE(comparator.finish());
}

TEST(StallComparator, FindsCyclesThatOneSideLeavesOut) {
  for (const bool got_leaves_out : {false, true}) {
    StallComparator comparator;
    const auto whole = [&](const StallInterval& cycles) {
      return got_leaves_out ? comparator.step_expected(cycles) : comparator.step_got(cycles);
    };
    const auto other = [&](const StallInterval& cycles) {
      return got_leaves_out ? comparator.step_got(cycles) : comparator.step_expected(cycles);
    };
    EXPECT_FALSE(whole({Stall::examine, 0, 5, 0}));
    EXPECT_FALSE(other({Stall::examine, 0, 2, 0}));
    const auto found = other({Stall::examine, 3, 5, 0});
    ASSERT_TRUE(found);
    EXPECT_EQ(found->cycle, 2U);
    EXPECT_EQ(got_leaves_out ? found->got : found->expected, std::nullopt);
    EXPECT_EQ(got_leaves_out ? found->expected : found->got, Stall::examine);
    EXPECT_FALSE(comparator.finish());
  }
}

TEST(StallComparator, FindsCyclesThatAreLeftOver) {
  StallComparator missing;
  missing.step_expected({Stall::imbalance, 4, 9, 0});
  missing.step_got({Stall::imbalance, 4, 6, 0});
  const auto found = missing.finish();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->cycle, 6U);
  EXPECT_EQ(found->expected, Stall::imbalance);
  EXPECT_EQ(found->got, std::nullopt);
  StallComparator surplus;
  surplus.step_got({Stall::imbalance, 4, 9, 0});
  EXPECT_EQ(surplus.finish()->got, Stall::imbalance);
}

TEST(PeComparator, TellsAnotherClassOnTheScreen) {
  PeComparator comparator;
  comparator.step_expected({PeEventKind::window, 0, 0, 40});
  comparator.step_got({PeEventKind::window, 0, 0, 40});
  EXPECT_TRUE(comparator.spend_expected({Stall::pipeline, 30, 34, 0}));
  EXPECT_TRUE(comparator.spend_expected({Stall::wait_weight, 34, 50, 0}));
  EXPECT_TRUE(comparator.spend_got({Stall::pipeline, 30, 34, 0}));
  EXPECT_FALSE(comparator.spend_got({Stall::wait_iact, 34, 50, 0}));
  EXPECT_EQ(comparator.compared_cycles(), 20U);
  EXPECT_FALSE(comparator.finish());
  const std::string text = report(comparator, {"here"});
  for (const char* part :
       {"first divergence: class of cycle number 4", "expected  wait_weight in cycle 34",
        "got       wait_iact in cycle 34", "before    cycles 30 to 33 were pipeline", "20 cycles"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(PeComparator, OfARecordingThatBreaksOffOnlyTheCyclesThatBothKnowCount) {
  for (const bool breaks_off : {false, true}) {
    PeComparator comparator;
    comparator.step_expected({PeEventKind::window, 0, 0, 40});
    comparator.step_got({PeEventKind::window, 0, 0, 40});
    comparator.spend_expected({Stall::pipeline, 30, 34, 0});
    comparator.spend_got({Stall::pipeline, 30, 32, 0});
    EXPECT_EQ(comparator.finish(breaks_off), breaks_off);
  }
}

}  // namespace
}  // namespace uvea::cosim
