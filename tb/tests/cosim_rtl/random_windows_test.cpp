// TLM PE, RTL PE and a naive sum over random work: values and cycles.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/random_stimulus.h"
#include "tb/cosim/rtl/rtl_sizes.h"

namespace uvea::cosim {
namespace {

/// Values as they leave, without the padding of odd bursts.
std::vector<std::int32_t> values_of(const std::vector<PeEvent>& events) {
  std::vector<std::int32_t> values;
  for (const PeEvent& event : events)
    if (event.kind == PeEventKind::psum) values.push_back(event.value);
  return values;
}

/// The naive sums, in the order of the bursts, are among the padded values; padding is 0.
void expect_values(const RandomWork& work, const std::vector<std::int32_t>& padded) {
  std::size_t at = 0;
  for (const std::int32_t value : padded) {
    if (at < work.psums.size() && value == work.psums[at]) {
      ++at;
    } else {
      ASSERT_EQ(value, 0) << "psum " << at << " of " << work.description;
    }
  }
  EXPECT_EQ(at, work.psums.size()) << work.description;
}

/// Runs seeds from `first` on until `windows` were compared.
void compare(std::uint64_t first, std::uint64_t windows, const RandomLimits& limits,
             TlmPeBench::Calls calls = TlmPeBench::Calls::early) {
  TlmPeBench bench("pe", limits.config, limits.iact_ports);
  const auto rtl = make_rtl_pe(limits.config, limits.iact_ports);
  std::uint64_t compared = 0, seed = first, psums = 0, forwards = 0;
  for (; compared < windows; ++seed) {
    const RandomWork work = random_work(seed, limits);
    const PairRun run = run_pair(bench, *rtl, work.stimulus,
                                 fmt::format("seed {}: {}", seed, work.description), calls);
    ASSERT_TRUE(run.agree) << run.report;
    ASSERT_EQ(run.windows, work.windows) << "seed " << seed;
    ASSERT_EQ(run.overflows, work.overflows) << "seed " << seed;
    expect_values(work, values_of(run.expected));
    if (testing::Test::HasFatalFailure()) return;
    compared += run.windows;
    psums += run.psums;
    forwards += run.forwards;
  }
  fmt::print("seeds {} to {}: {} windows, {} psums, {} cycles with forwarding\n", first, seed - 1,
             compared, psums, forwards);
}

RandomLimits any() { return {}; }

TEST(RandomWindows, FromSeed1) { compare(1, 6000, any()); }
TEST(RandomWindows, FromSeed100000) { compare(100000, 6000, any()); }
TEST(RandomWindows, Compressed) {
  RandomLimits limits;
  limits.csc = true;
  compare(200000, 4000, limits);
}
TEST(RandomWindows, Raw) {
  RandomLimits limits;
  limits.csc = false;
  compare(300000, 4000, limits);
}
TEST(RandomWindows, WithoutStalls) {
  RandomLimits limits;
  limits.stalls = false;
  compare(400000, 2000, limits);
}
TEST(RandomWindows, NineBitWeights) {
  RandomLimits limits;
  limits.config.weight_bits = 9;
  compare(500000, 3000, limits);
}

RandomLimits dense() {
  RandomLimits limits;
  limits.config = default_dense_pe();
  return limits;
}
TEST(RandomWindows, DensePe) { compare(700000, 6000, dense()); }
TEST(RandomWindows, DensePeWithoutStalls) {
  RandomLimits limits = dense();
  limits.stalls = false;
  compare(800000, 2000, limits);
}
// Chunks of a slot or a few.
TEST(RandomWindows, DensePeWithSmallChunks) {
  RandomLimits limits = dense();
  limits.largest = 2;
  compare(1000000, 4000, limits);
}
TEST(RandomWindows, DensePeWithSmallChunksWithoutStalls) {
  RandomLimits limits = dense();
  limits.largest = 2;
  limits.stalls = false;
  compare(1100000, 2000, limits);
}
TEST(RandomWindows, DensePeCallsAtTheLastMoment) {
  compare(900000, 2000, dense(), TlmPeBench::Calls::late);
}

TEST(RandomWindows, CallsAtTheLastMoment) { compare(600000, 2000, any(), TlmPeBench::Calls::late); }

}  // namespace
}  // namespace uvea::cosim
