// The multiply-accumulates of the TLM PE and of the RTL, one by one.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tb/cosim/pe/mac_screen.h"
#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/random_stimulus.h"
#include "tb/cosim/pe/rtl_bench.h"
#include "tb/cosim/rtl/rtl_sizes.h"
#include "tb/tests/cosim_rtl/faulty_pe.h"

namespace uvea::cosim {
namespace {

struct MacList : PeEventSink {
  void take(const PeEvent&) override {}
  bool asks_macs() const override { return true; }
  void mac(const MacEvent& event) override { macs.push_back(event); }
  std::vector<MacEvent> macs;
};

std::string words(const MacEvent& mac) {
  return fmt::format("cycle {} chunk {} psum {}: {} * {} = {}", mac.cycle, mac.chunk, mac.psum,
                     mac.iact, mac.weight, mac.sum);
}

/// Runs seeds from `first` on until both have done so many.
void expect_equal_macs(std::uint64_t first, std::size_t least, const RandomLimits& limits) {
  TlmPeBench bench("pe", limits.config, limits.iact_ports);
  const auto rtl = make_rtl_pe(limits.config, limits.iact_ports);
  std::size_t compared = 0;
  std::uint64_t overflows = 0;
  for (std::uint64_t seed = first; compared < least; ++seed) {
    const RandomWork work = random_work(seed, limits);
    MacList left, right;
    const PeRun tlm = bench.run(work.stimulus, left);
    RtlRunTotals totals;
    ASSERT_EQ(run_rtl(*rtl, work.stimulus, right, totals), "") << "seed " << seed;
    ASSERT_EQ(left.macs.size(), tlm.effectual_macs) << "seed " << seed;
    ASSERT_EQ(right.macs.size(), left.macs.size()) << "seed " << seed;
    for (std::size_t i = 0; i < left.macs.size(); ++i)
      ASSERT_TRUE(left.macs[i] == right.macs[i])
          << "seed " << seed << ", TLM " << words(left.macs[i]) << ", RTL " << words(right.macs[i]);
    compared += left.macs.size();
    overflows += tlm.overflows;
  }
  // Sums that wrap are among them.
  EXPECT_GT(overflows, 0U);
  fmt::print("{} MACs, {} overflows\n", compared, overflows);
}

TEST(Macs, AreEqualOneByOne) { expect_equal_macs(1, 200000, {}); }
TEST(Macs, AreEqualOneByOneWithNineBitWeights) {
  RandomLimits limits;
  limits.config.weight_bits = 9;
  expect_equal_macs(1000, 100000, limits);
}
TEST(Macs, AreEqualOneByOneInADensePe) {
  RandomLimits limits;
  limits.config = default_dense_pe();
  expect_equal_macs(2000, 100000, limits);
}

// An RTL one of whose sums is shown as one more: what a broken adder does.
class BrokenMac : public FaultyPe {
 public:
  BrokenMac(RtlPe& pe, unsigned nth) : FaultyPe(pe, PinFault::psum_value, ~0U), nth_(nth) {}
  RtlMacs macs() const override {
    RtlMacs done = FaultyPe::macs();
    for (RtlMacs::Lane& lane : done.lanes)
      if (lane.active && seen_++ == nth_) lane.sum += 1;
    return done;
  }

 private:
  const unsigned nth_;
  mutable unsigned seen_ = 0;
};

TEST(Macs, TheScreenMarksTheFirstThatDiffersAndNoOther) {
  const RandomLimits limits;
  TlmPeBench bench("pe", limits.config, limits.iact_ports);
  int shown = 0;
  for (std::uint64_t seed = 1; shown < 20 && seed < 200; ++seed) {
    const RandomWork work = random_work(seed, limits);
    MacList all;
    bench.run(work.stimulus, all);
    const unsigned nth = static_cast<unsigned>(seed % 40);
    if (all.macs.size() <= nth) continue;
    Divergence end;
    end.kind = PeEventKind::window;
    end.expected = PeEvent{PeEventKind::window, 0, 0, all.macs.back().cycle};
    const auto rtl = make_rtl_pe(limits.config, limits.iact_ports);
    BrokenMac broken(*rtl, nth);
    constexpr link::Cycle zero = 1000;
    const std::string screen = mac_screen(bench, broken, work.stimulus, end, zero);
    const auto mark = screen.find("<- the first that differs");
    ASSERT_NE(mark, std::string::npos) << screen;
    EXPECT_EQ(screen.find("<-", mark + 1), std::string::npos) << screen;
    const auto line = screen.rfind('\n', mark) + 1;
    const MacEvent& wrong = all.macs[nth];
    EXPECT_EQ(screen.compare(line, 16, fmt::format("  cycle {:<8}", wrong.cycle + zero)), 0)
        << screen;
    EXPECT_NE(
        screen.find(fmt::format("{} * {} = {}", wrong.iact, wrong.weight, wrong.sum + 1), line),
        std::string::npos)
        << screen;
    ++shown;
  }
  EXPECT_EQ(shown, 20);
}

}  // namespace
}  // namespace uvea::cosim
