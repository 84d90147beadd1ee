// TLM PE against RTL PE on stimuli made for single corners.

#include <gtest/gtest.h>

#include "tb/cosim/pe/pair_run.h"
#include "tb/tests/cosim_rtl/directed_stimuli.h"

namespace uvea::test {
namespace {

/// On both PEs, of the sizes that have `weight_bits`.
void compare_all(int weight_bits) {
  hw::PeConfig config;
  config.weight_bits = weight_bits;
  cosim::TlmPeBench bench("pe", config, 3);
  const auto rtl = cosim::make_rtl_pe(config, 3);
  unsigned compared = 0;
  for (const DirectedStimulus& directed : directed_stimuli()) {
    if (directed.stimulus.config.weight_bits != weight_bits) continue;
    const cosim::PairRun run = run_pair(bench, *rtl, directed.stimulus, directed.name);
    EXPECT_TRUE(run.agree) << run.report;
    ++compared;
  }
  EXPECT_GT(compared, 0U);
}

TEST(DirectedStimuli, EightBitWeights) { compare_all(8); }
TEST(DirectedStimuli, NineBitWeights) { compare_all(9); }

}  // namespace
}  // namespace uvea::test
