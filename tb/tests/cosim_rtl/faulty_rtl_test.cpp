// Every kind of fault on the RTL's pins, or in what it shows of itself, is found by the pair's comparison.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/random_stimulus.h"
#include "tb/tests/cosim_rtl/faulty_pe.h"

namespace uvea::cosim {
namespace {

/// Gives random work until the fault has struck `times` times; each time it must be found.
void expect_found(PinFault fault, unsigned times) {
  const RandomLimits limits;
  TlmPeBench bench("pe", limits.config, limits.iact_ports);
  unsigned found = 0;
  std::uint64_t seed = 1;
  for (; found < times && seed < 3000; ++seed) {
    const RandomWork work = random_work(seed, limits);
    const auto rtl = make_rtl_pe(limits.config, limits.iact_ports);  // a faulty run ends anywhere
    FaultyPe faulty(*rtl, fault, static_cast<unsigned>(seed % 5));
    const PairRun run = run_pair(bench, faulty, work.stimulus, fmt::format("seed {}", seed));
    if (!faulty.happened()) {
      EXPECT_TRUE(run.agree) << run.report;
      continue;
    }
    EXPECT_FALSE(run.agree) << "seed " << seed << ": not found";
    EXPECT_FALSE(run.report.empty());
    ++found;
  }
  EXPECT_EQ(found, times) << "the fault struck too seldom in seeds 1 to " << seed - 1;
}

TEST(FaultyRtl, PsumBit) { expect_found(PinFault::psum_bit, 20); }
TEST(FaultyRtl, PsumUnstable) { expect_found(PinFault::psum_unstable, 20); }
TEST(FaultyRtl, PsumLate) { expect_found(PinFault::psum_late, 20); }
TEST(FaultyRtl, WindowLost) { expect_found(PinFault::window_lost, 20); }
TEST(FaultyRtl, IactLate) { expect_found(PinFault::iact_late, 20); }
TEST(FaultyRtl, WordRefused) { expect_found(PinFault::word_refused, 20); }
TEST(FaultyRtl, LastEarly) { expect_found(PinFault::last_early, 20); }
TEST(FaultyRtl, OverflowLost) { expect_found(PinFault::overflow_lost, 5); }
TEST(FaultyRtl, PsumSlow) { expect_found(PinFault::psum_slow, 20); }
TEST(FaultyRtl, MacExtra) { expect_found(PinFault::mac_extra, 20); }
TEST(FaultyRtl, MacHidden) { expect_found(PinFault::mac_hidden, 20); }

}  // namespace
}  // namespace uvea::cosim
