// A PE cluster's wires: a burst reaches the PEs in its set, all of them and no other.

#include "hw/cluster/pe_cluster.h"

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

/// The wires alone: their sockets need a module around them.
struct Wires : sc_core::sc_module {
  Wires(const sc_core::sc_module_name& module_name, const link::Clock& clock,
        const std::vector<std::unique_ptr<BurstSink>>& pes)
      : sc_module(module_name), fan_out("in", clock) {
    for (std::size_t i = 0; i < pes.size(); ++i) fan_out.add(static_cast<int>(i)).bind(pes[i]->in);
  }
  hw::FanOut fan_out;
};

class FanOutTest : public BlockTest {
 protected:
  static constexpr int kPes = link::PeSet::kMost;

  /// PE i is ready i cycles after the offer.
  FanOutTest() {
    for (int i = 0; i < kPes; ++i) {
      sinks.push_back(std::make_unique<BurstSink>(("pe" + std::to_string(i)).c_str(), clock,
                                                  static_cast<link::Cycle>(i)));
      sinks.back()->tells_late = i % 2 == 1;
    }
    wires = std::make_unique<Wires>("wires", clock, sinks);
    source.out.bind(wires->fan_out.in);
  }
  void send(const std::vector<int>& pes) {
    link::Burst& burst = source.add();
    for (const int pe : pes) burst.pes.add(pe);
    burst.words = {7};
    burst.beats = 1;
  }
  std::vector<int> reached() const {
    std::vector<int> pes;
    for (int i = 0; i < kPes; ++i)
      for (std::size_t n = 0; n < sinks[static_cast<std::size_t>(i)]->taken.size(); ++n)
        pes.push_back(i);
    return pes;
  }

  BurstSource source{"source", clock, 5};
  std::vector<std::unique_ptr<BurstSink>> sinks;
  std::unique_ptr<Wires> wires;
};

TEST_F(FanOutTest, ABurstReachesThePesInItsSetWhenTheLastIsReady) {
  const std::vector<int> pes{0, 3, 63, 64, 127, 128, 200, 255};
  send(pes);
  run_out();
  EXPECT_EQ(reached(), pes);
  EXPECT_EQ(source.started, std::vector<link::Cycle>{5 + 255});
  EXPECT_EQ(sinks[3]->taken[0].at, 5U + 255U);
  EXPECT_FALSE(wires->fan_out.waiting());
}

TEST_F(FanOutTest, TheNextBurstWaitsForItsOwnPesOnly) {
  send({9, 10});
  send({2});
  run_out();
  EXPECT_EQ(reached(), (std::vector<int>{2, 9, 10}));
  EXPECT_EQ(source.started, (std::vector<link::Cycle>{5 + 10, 5 + 10 + 1 + 2}));
}

TEST_F(FanOutTest, ItWaitsWhileAPeRefuses) {
  sinks[70]->refuses = true;
  send({1, 70});
  run_out();
  EXPECT_TRUE(reached().empty());
  EXPECT_TRUE(wires->fan_out.waiting());
}

}  // namespace
}  // namespace uvea::test
