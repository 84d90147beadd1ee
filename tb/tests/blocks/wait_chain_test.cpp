// Waits are followed to the circle or to the block at which they end.

#include "hw/control/wait_chain.h"

#include <gtest/gtest.h>

namespace uvea::hw {
namespace {

Waiting waits(const std::string& block, const std::string& cause, const std::string& peer,
              link::Cycle since = 0) {
  return {block, {cause, peer, since}};
}

TEST(WaitChain, NobodyWaits) { EXPECT_TRUE(wait_chains({}).empty()); }

TEST(WaitChain, OneThatWaitsForNobodyKnown) {
  EXPECT_EQ(wait_chains({waits("chip.a", "iacts", "", 17)}),
            std::vector<std::string>{"starvation: chip.a waits for iacts since cycle 17"});
}

TEST(WaitChain, EndsAtABlockThatWaitsForNothing) {
  EXPECT_EQ(
      wait_chains({waits("pe", "psums", "below", 9), waits("below", "weights", "router", 3)}),
      std::vector<std::string>{"starvation: pe waits for psums from below since cycle 9, below "
                               "for weights from router since cycle 3, which waits for nothing"});
}

TEST(WaitChain, NamesACircleOnceAndWhoWaitsBehindIt) {
  EXPECT_EQ(
      wait_chains({waits("x", "words", "a"), waits("a", "psums", "b", 5), waits("b", "room", "c"),
                   waits("c", "weights", "a"), waits("y", "words", "x")}),
      std::vector<std::string>{"deadlock: a waits for psums from b since cycle 5, b for room "
                               "from c, c for weights from a; 2 more wait behind"});
}

TEST(WaitChain, ABlockThatWaitsForItselfIsACircle) {
  EXPECT_EQ(wait_chains({waits("a", "room", "a")}),
            std::vector<std::string>{"deadlock: a waits for room from a"});
}

TEST(WaitChain, BesideACircleNoStarvationIsClaimed) {
  EXPECT_EQ(wait_chains({waits("y", "words", "last"), waits("last", "DRAM", ""),
                         waits("z", "words", "nobody"), waits("a", "room", "b"),
                         waits("b", "room", "a"), waits("x", "words", "a")}),
            (std::vector<std::string>{
                "deadlock: a waits for room from b, b for room from a; 1 more waits behind",
                "and 3 wait elsewhere for what has not come, perhaps because of that"}));
  EXPECT_EQ(wait_chains({waits("z", "words", ""), waits("a", "room", "a")})[1],
            "and 1 waits elsewhere for what has not come, perhaps because of that");
}

TEST(WaitChain, SeveralCirclesAreAllTold) {
  const auto lines = wait_chains({waits("a", "room", "a"), waits("b", "room", "b")});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1], "deadlock: b waits for room from b");
}

TEST(WaitChain, TheEndOfMostComesFirstThenACount) {
  std::vector<Waiting> all;
  for (int end = 0; end < 6; ++end) {
    const std::string last = "last" + std::to_string(end);
    all.push_back(waits(last, "DRAM", ""));
    for (int n = 0; n <= end; ++n)
      all.push_back(waits("pe" + std::to_string(end) + std::to_string(n), "iacts", last));
  }
  const auto lines = wait_chains(all);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0],
            "starvation: pe50 waits for iacts from last5, last5 for DRAM; 5 more wait behind");
  EXPECT_EQ(lines[3], "and 3 more such ends");
}

TEST(WaitChain, ALongWayIsTheLastTenOfIt) {
  std::vector<Waiting> all;
  for (int i = 0; i < 30; ++i)
    all.push_back(waits("b" + std::to_string(i), "words", "b" + std::to_string(i + 1)));
  const auto lines = wait_chains(all);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].rfind("starvation: b20 waits for words from b21, b21 for", 0), 0U) << lines[0];
  EXPECT_NE(lines[0].find("b29 for words from b30, which waits for nothing; 20 more wait behind"),
            std::string::npos)
      << lines[0];
}

}  // namespace
}  // namespace uvea::hw
