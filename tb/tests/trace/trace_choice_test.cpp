// What options say of a trace.

#include "tb/trace/trace_choice.h"

#include <gtest/gtest.h>

#include "sw/user_error.h"

namespace uvea::test {
namespace {

using namespace trace;

TEST(TraceChoice, BlockIsTakenWithItsParents) {
  TraceChoice choice;
  EXPECT_TRUE(choice.takes_path("chip.cluster_0_0.pe_1_2"));
  choice.scopes = {"chip.cluster_0_*"};
  EXPECT_TRUE(choice.takes_path("chip.cluster_0_0"));
  EXPECT_TRUE(choice.takes_path("chip.cluster_0_0.pe_1_2"));
  EXPECT_FALSE(choice.takes_path("chip.cluster_1_0.pe_1_2"));
  EXPECT_FALSE(choice.takes_path("chip"));
  choice.scopes = {"*.pe_1_?", "dram"};
  EXPECT_TRUE(choice.takes_path("chip.cluster_0_0.pe_1_2"));
  EXPECT_TRUE(choice.takes_path("dram.bank_0"));
  EXPECT_FALSE(choice.takes_path("chip.cluster_0_0.pe_2_2"));
}

TEST(TraceChoice, Groups) {
  EXPECT_EQ(parse_groups("o", "chip"), TraceChoice::kChip);
  EXPECT_EQ(parse_groups("o", "state,links"),
            TraceChoice::bit(Probe::Group::state) | TraceChoice::bit(Probe::Group::links));
  for (const char* wrong : {"", "states", "state,", ",state", "state links"})
    EXPECT_THROW(parse_groups("o", wrong), UserError) << wrong;
  for (const GroupName& group : group_names()) EXPECT_EQ(parse_groups("o", group.name), group.bit);
}

TEST(TraceChoice, Moments) {
  const std::vector<std::string> layers{"stem", "a:b", "7"};
  EXPECT_FALSE(parse_moment("o", "12", layers).layer);
  EXPECT_EQ(parse_moment("o", "12", layers).cycle, 12u);
  EXPECT_EQ(parse_moment("o", "2:12", layers).layer, 1u);
  EXPECT_EQ(parse_moment("o", "a:b:12", layers).layer, 1u);
  EXPECT_EQ(parse_moment("o", "7:12", layers).layer, 2u);  // a name goes before a number
  EXPECT_EQ(parse_moment("o", "stem:p3", layers).pass, 3u);
  for (const char* wrong : {"", ":", "x", "-1", "1.5", "0:1", "4:1", "stem:", "stem:p", "stem:px",
                            "p1", "99999999999999999999"})
    EXPECT_THROW(parse_moment("o", wrong, layers), UserError) << wrong;
}

TEST(TraceChoice, LayersOutsideAreLeftOut) {
  TraceChoice choice;
  EXPECT_FALSE(choice.leaves_out(3));
  choice.from = TraceMoment{{}, 9, {}};  // in any layer
  EXPECT_FALSE(choice.leaves_out(3));
  choice.from = TraceMoment{4, 0, {}};
  choice.to = TraceMoment{5, 1, {}};
  EXPECT_TRUE(choice.leaves_out(3));
  EXPECT_FALSE(choice.leaves_out(4));
  EXPECT_FALSE(choice.leaves_out(5));
  EXPECT_TRUE(choice.leaves_out(6));
}

}  // namespace
}  // namespace uvea::test
