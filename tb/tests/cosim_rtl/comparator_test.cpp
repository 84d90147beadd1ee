// The comparator finds what it is there for, and says it.

#include <gtest/gtest.h>

#include <algorithm>

#include "tb/cosim/pe/pe_comparator.h"

namespace uvea::cosim {
namespace {

using Kind = PeEventKind;

PeEvent psum(std::int32_t value, link::Cycle cycle) { return {Kind::psum, 0, value, cycle}; }
PeEvent window(link::Cycle cycle) { return {Kind::window, 0, 0, cycle}; }
PeEvent ready(unsigned port, link::Cycle cycle) {
  return {Kind::iact_ready, static_cast<std::uint8_t>(port), 0, cycle};
}

TEST(PeComparator, AgreesWhenBothSidesTellTheSameInAnyInterleaving) {
  PeComparator comparator;
  for (const PeEvent& event : {psum(1, 10), psum(2, 10), window(4), ready(2, 3)})
    EXPECT_TRUE(comparator.step_expected(event));
  for (const PeEvent& event : {ready(2, 3), window(4), psum(1, 10), psum(2, 10)})
    EXPECT_TRUE(comparator.step_got(event));
  EXPECT_TRUE(comparator.finish());
  EXPECT_EQ(comparator.compared(Kind::psum), 2U);
  EXPECT_EQ(comparator.compared(Kind::window), 1U);
  EXPECT_EQ(comparator.compared(Kind::iact_ready), 1U);
  EXPECT_EQ(comparator.compared(), 4U);
}

TEST(PeComparator, NothingComparedIsAFailure) {
  PeComparator comparator;
  EXPECT_FALSE(comparator.finish());
  EXPECT_TRUE(comparator.divergences().empty());
  EXPECT_NE(report(comparator, {}).find("nothing was compared"), std::string::npos);
}

TEST(PeComparator, FindsAValue) {
  PeComparator comparator;
  comparator.step_expected(psum(100, 7));
  EXPECT_FALSE(comparator.step_got(psum(-100, 7)));
  ASSERT_EQ(comparator.divergences().size(), 1U);
  EXPECT_TRUE(comparator.divergences()[0].value_differs());
  EXPECT_FALSE(comparator.finish());
  const std::string text = report(comparator, {"here"});
  EXPECT_NE(text.find("here"), std::string::npos);
  EXPECT_NE(text.find("100 (0x00064) in cycle 7"), std::string::npos);
  EXPECT_NE(text.find("-100 (0xfff9c) in cycle 7"), std::string::npos);
}

TEST(PeComparator, FindsACycleOfEveryKind) {
  for (const Kind kind :
       {Kind::iact_ready, Kind::weight_ready, Kind::window, Kind::psum_offer, Kind::psum}) {
    PeComparator comparator;
    comparator.step_got({kind, 0, 0, 6});
    EXPECT_FALSE(comparator.step_expected({kind, 0, 0, 5}));
    ASSERT_EQ(comparator.divergences().size(), 1U);
    EXPECT_EQ(comparator.divergences()[0].expected->cycle, 5U);
    EXPECT_EQ(comparator.divergences()[0].got->cycle, 6U);
    EXPECT_FALSE(comparator.divergences()[0].value_differs());
  }
}

TEST(PeComparator, FindsOrderAndPort) {
  PeComparator order;
  order.step_expected(psum(1, 5));
  order.step_expected(psum(2, 5));
  EXPECT_FALSE(order.step_got(psum(2, 5)));
  PeComparator port;
  port.step_expected(ready(1, 5));
  port.step_got(ready(2, 5));
  EXPECT_FALSE(port.finish());
  EXPECT_EQ(port.divergences().size(), 2U);
}

TEST(PeComparator, FindsWhatIsMissingAndWhatIsTooMuch) {
  PeComparator missing;
  missing.step_expected(window(5));
  missing.step_got(window(5));
  missing.step_expected(window(9));
  EXPECT_FALSE(missing.finish());
  ASSERT_EQ(missing.divergences().size(), 1U);
  EXPECT_EQ(missing.divergences()[0].index, 1U);
  EXPECT_FALSE(missing.divergences()[0].got.has_value());
  PeComparator surplus;
  surplus.step_got(window(5));
  EXPECT_FALSE(surplus.finish());
  EXPECT_FALSE(surplus.divergences()[0].expected.has_value());
}

TEST(PeComparator, SaysWhichPsumOfWhichBurst) {
  PeComparator comparator;
  for (link::Cycle burst = 0; burst < 3; ++burst) {
    comparator.step_expected({Kind::psum_offer, 0, 0, 10 * burst});
    comparator.step_got({Kind::psum_offer, 0, 0, 10 * burst});
    for (int i = 0; i < 4; ++i) {
      const link::Cycle cycle = 10 * burst + static_cast<link::Cycle>(i / 2);
      comparator.step_got(psum(burst == 2 && i == 3 ? 99 : i, cycle));
      comparator.step_expected(psum(i, cycle));
    }
  }
  ASSERT_EQ(comparator.divergences().size(), 1U);
  EXPECT_EQ(comparator.divergences()[0].burst, 2U);
  EXPECT_EQ(comparator.divergences()[0].in_burst, 3U);
  EXPECT_NE(report(comparator, {}).find("(psum 3 of burst 2)"), std::string::npos);
}

/// A line of both sides' events.
std::string row(std::string left, const std::string& right) {
  left.resize(36, ' ');
  return "  " + left + right + "\n";
}

TEST(PeComparator, ShowsBothSidesLastEventsWhenOneHasStoppedLongAgo) {
  PeComparator comparator;
  for (link::Cycle cycle = 0; cycle < 5000; ++cycle) {
    comparator.step_expected(window(cycle));
    if (cycle <= 100) comparator.step_got(window(cycle));
  }
  EXPECT_FALSE(comparator.finish());
  const std::string text = report(comparator, {});
  EXPECT_NE(text.find("expected  cycle 101\n  got       nothing"), std::string::npos) << text;
  EXPECT_NE(text.find(row("cycle 100     window", "cycle 100     window") +
                      row("cycle 101     window", "")),
            std::string::npos)
      << text;
}

TEST(PeComparator, EventsOfTheSameCycleStandSideBySide) {
  PeComparator comparator;
  for (const PeEvent& event : {ready(0, 3), window(4), psum(1, 9), psum(2, 9)})
    comparator.step_expected(event);
  // Told in another order, one of them late.
  for (const PeEvent& event : {psum(1, 9), psum(2, 9), ready(0, 3), window(6)})
    comparator.step_got(event);
  const std::string text = report(comparator, {});
  EXPECT_NE(text.find(row("cycle 3       iact ready 0", "cycle 3       iact ready 0") +
                      row("cycle 4       window", "") + row("", "cycle 6       window")),
            std::string::npos)
      << text;
}

TEST(PeComparator, ReportsTheEarliestOnOneScreen) {
  PeComparator comparator;
  for (link::Cycle cycle = 0; cycle < 100; ++cycle) {
    comparator.step_expected(psum(static_cast<std::int32_t>(cycle), cycle));
    comparator.step_got(psum(cycle < 50 ? static_cast<std::int32_t>(cycle) : -1, cycle));
  }
  comparator.step_expected(window(20));
  comparator.step_got(window(21));
  const std::string text = report(comparator, {"one", "two"});
  EXPECT_NE(text.find("first divergence: window number 0"), std::string::npos) << text;
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 30);
  // Both sides' last 16 events up to the difference, none after it.
  EXPECT_NE(text.find("cycle 21      window"), std::string::npos) << text;
  EXPECT_EQ(text.find("cycle 22 "), std::string::npos) << text;
}

}  // namespace
}  // namespace uvea::cosim
