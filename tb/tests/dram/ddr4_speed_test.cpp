// How close ddr4_3200 comes to what the JEDEC rules allow, and that nothing starves on the way.

#include <map>
#include <tuple>

#include "tb/tests/dram/ddr4_checker.h"
#include "tb/tests/dram/dram_fixture.h"
#include "tb/tools/dram_patterns.h"

namespace uvea::tb {
namespace {

class Ddr4Speed : public DramTest, public ::testing::WithParamInterface<int> {};

TEST_P(Ddr4Speed, IsWithin15PercentOfTheBound) {
  use_ddr4_at_memory_clock();
  build();
  Ddr4Checker checker(config);
  dram->observe_commands([&checker](const hw::Ddr4Command& c) { checker.take(c); });
  const DramPattern pattern =
      dram_patterns(config, size, 20000, 1)[static_cast<std::size_t>(GetParam())];
  for (const std::uint64_t address : pattern.addresses) read(address, pattern.bytes);
  run_jobs();
  sc_core::sc_time last;
  for (const Job& job : initiator->jobs) last = std::max(last, job.begin_resp);
  const double measured = last / ns / static_cast<double>(initiator->jobs.size());
  std::cout << pattern.name << ": " << measured << " ns per access, bound " << pattern.bound_ns
            << " without refresh\n";
  EXPECT_LT(measured, 1.15 * pattern.bound_ns / (1 - refresh_share(config)));
  EXPECT_GT(measured, pattern.bound_ns) << "faster than the rules allow";
  EXPECT_EQ(checker.faults(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Patterns, Ddr4Speed, ::testing::Range(0, 5));

// The bounds that can be worked out by hand, in memory clocks.
TEST(Ddr4SpeedBounds, AreThoseOfTheRules) {
  const std::vector<DramPattern> patterns = dram_patterns(hw::DramConfig{}, 1 << 30, 1, 1);
  ASSERT_EQ(patterns.size(), 5u);
  EXPECT_DOUBLE_EQ(patterns[0].bound_ns / 0.625, 4);
  EXPECT_DOUBLE_EQ(patterns[1].bound_ns / 0.625, 34.0 / 4);
  EXPECT_DOUBLE_EQ(patterns[2].bound_ns / 0.625, 4);
  EXPECT_DOUBLE_EQ(patterns[3].bound_ns / 0.625, (22 + (64 / 3.0 - 1) * 8 + 12 + 22) / (64 / 3.0));
}

class Ddr4Starvation : public DramTest {
 public:
  // Younger accesses of the same bank whose column command went out before that of an older one:
  // the most that any access saw. Accesses of one burst, one channel.
  int most_overtaken(const Ddr4Checker& checker) const {
    std::map<std::uint64_t, std::vector<std::size_t>> turns;  // burst -> places among the commands
    for (std::size_t i = 0; i < checker.commands().size(); ++i) {
      const hw::Ddr4Command& c = checker.commands()[i];
      if (c.kind != hw::Ddr4CommandKind::read && c.kind != hw::Ddr4CommandKind::write) continue;
      const hw::DramLocation& at = c.where;
      turns[((at.row * 4 + at.bank) * 128 + at.column) * 4 + at.group].push_back(i);
    }
    std::map<std::uint64_t, std::size_t> used;
    std::vector<std::pair<std::uint64_t, std::size_t>> accesses;  // bank, turn; by age
    for (const Job& job : initiator->jobs) {
      const std::uint64_t burst = job.address / 64;
      accesses.emplace_back(burst / 512 % 4 * 4 + burst % 4, turns.at(burst).at(used[burst]++));
    }
    int most = 0;
    for (std::size_t i = 0; i < accesses.size(); ++i) {
      int overtaken = 0;
      for (std::size_t j = i + 1; j < accesses.size(); ++j) {
        overtaken +=
            accesses[j].first == accesses[i].first && accesses[j].second < accesses[i].second ? 1
                                                                                              : 0;
      }
      most = std::max(most, overtaken);
    }
    return most;
  }
};

TEST_F(Ddr4Starvation, NoAccessIsOvertakenInItsBankMoreOftenThanTheLimit) {
  use_ddr4_at_memory_clock();
  config.reorder_limit = 5;
  build();
  Ddr4Checker checker(config);
  dram->observe_commands([&checker](const hw::Ddr4Command& c) { checker.take(c); });
  std::mt19937_64 random = seeded(9);
  for (int i = 0; i < 4000; ++i) {
    const std::uint64_t address = random() % (1u << 19) / 64 * 64;  // four rows of each bank
    random() % 4 == 0 ? write(address, 64) : read(address, 64);
  }
  run_jobs();
  EXPECT_EQ(most_overtaken(checker), 5) << "the limit is reached, and kept";
  EXPECT_EQ(checker.faults(), std::vector<std::string>{});
}

// A write has its row open, but reads of other bank groups need no turn-round and so are legal
// sooner, for as long as there are any.
TEST_F(Ddr4Starvation, AWriteAmongReadsWaitsForNoMoreThanTheLimit) {
  use_ddr4_at_memory_clock();
  config.reorder_limit = 6;
  build();
  const sc_core::sc_time later = memory_clock * 1000;
  read(0, 256);
  read(64, 64, later);
  write(0, 64, later);
  for (std::uint64_t i = 1; i < 31; ++i) read(64 + 64 * (i % 3) + 256 * i, 64, later);
  run_jobs();
  const auto& order = initiator->response_order;
  EXPECT_EQ(std::find(order.begin(), order.end(), 2u) - order.begin(), 2 + 6);
}

// Hits without end in one row of a bank, and one access to another row.
TEST_F(Ddr4Starvation, AnotherRowComesUpAmongHitsWithoutEnd) {
  use_ddr4_at_memory_clock();
  build();
  for (std::uint64_t i = 0; i < 4; ++i) read(256 * i, 64);
  read(131072, 64);
  for (std::uint64_t i = 0; i < 2000; ++i) read(256 * (i % 128), 64);
  run_jobs();
  const auto& order = initiator->response_order;
  EXPECT_EQ(std::find(order.begin(), order.end(), 4u) - order.begin(), 4 + config.reorder_limit);
}

TEST_F(Ddr4Starvation, NothingHappensWhenNothingIsQueued) {
  use_ddr4_at_memory_clock();
  build();
  initiator->stop_when_done = false;
  read(0, 64);
  read(131072, 64);
  run(End::starved, sc_core::sc_time(1, sc_core::SC_SEC), memory_clock * (74 + 48));
  expect_quiet();
}

}  // namespace
}  // namespace uvea::tb
