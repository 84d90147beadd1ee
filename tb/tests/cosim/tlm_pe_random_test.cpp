// Random work for the TLM PE alone: every psum as a naive sum has it, and the same cycles whether
// the PE is told ahead of time or in the very cycle.

#include <gtest/gtest.h>

#include <iostream>

#include "tb/cosim/pe/random_stimulus.h"
#include "tb/cosim/pe/tlm_pe_bench.h"
#include "tb/testing/systemc_test.h"
#include "tb/tests/cosim/pe_case.h"

namespace uvea::test {
namespace {

using cosim::PeEventKind;
using cosim::PeRun;
using cosim::PeTrace;
using cosim::TlmPeBench;

class TlmPeRandom : public tb::SystemcTest {
 protected:
  /// Runs seeds `first` to `first + count - 1` both ways.
  static void run_seeds(const cosim::RandomLimits& limits, std::uint64_t first,
                        std::uint64_t count) {
    std::cout << "seeds " << first << " to " << first + count - 1 << std::endl;
    TlmPeBench bench("bench", limits.config, limits.iact_ports);
    std::uint64_t windows = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
      const cosim::RandomWork work = cosim::random_work(seed, limits);
      SCOPED_TRACE("seed " + std::to_string(seed) + ": " + work.description);
      PeTrace early, late;
      const PeRun ahead = bench.run(work.stimulus, early, TlmPeBench::Calls::early);
      const PeRun in_time = bench.run(work.stimulus, late, TlmPeBench::Calls::late);
      ASSERT_EQ(ahead.fault, "");
      ASSERT_EQ(in_time.fault, "");
      ASSERT_EQ(difference(early, late), "");
      ASSERT_EQ(ahead.end, in_time.end);
      ASSERT_EQ(psum_values(early), work.psums);
      ASSERT_EQ(ahead.overflows, work.overflows);
      ASSERT_EQ(in_time.overflows, work.overflows);
      ASSERT_EQ(cycles(early, PeEventKind::window).size(), work.windows);
      windows += work.windows;
    }
    std::cout << windows << " windows" << std::endl;
    EXPECT_GT(windows, 10 * count);
  }
};

TEST_F(TlmPeRandom, EyerissV2) { run_seeds({}, 1, 600); }

TEST_F(TlmPeRandom, LargeSpads) {
  cosim::RandomLimits limits;
  limits.config.iact_data_entries = 31;
  limits.config.iact_addr_entries = 15;
  limits.config.weight_addr_entries = 31;
  limits.config.weight_data_words = 255;
  limits.config.psum_entries = 64;
  limits.config.count_bits = 2;
  limits.config.weight_bits = 9;
  run_seeds(limits, 1001, 200);
}

TEST_F(TlmPeRandom, SmallSpadsAndPsums) {
  cosim::RandomLimits limits;
  limits.config.iact_data_entries = 7;
  limits.config.iact_addr_entries = 5;
  limits.config.weight_addr_entries = 6;
  limits.config.weight_data_words = 9;
  limits.config.psum_entries = 6;
  limits.config.count_bits = 1;
  limits.config.psum_bits = 16;
  limits.iact_ports = 2;
  run_seeds(limits, 2001, 300);
}

TEST_F(TlmPeRandom, OnePsumBank) {
  cosim::RandomLimits limits;
  limits.config.psum_banks = 1;
  run_seeds(limits, 5001, 200);
}

TEST_F(TlmPeRandom, OneLane) {
  cosim::RandomLimits limits;
  limits.config.simd = 1;
  limits.iact_ports = 1;
  run_seeds(limits, 3001, 100);
}

TEST_F(TlmPeRandom, DensePe) {
  cosim::RandomLimits limits;
  limits.config.kind = hw::PeKind::dense;
  limits.config.simd = 1;
  limits.config.pipeline_stages = 3;
  run_seeds(limits, 4001, 300);
}

TEST_F(TlmPeRandom, ABadStimulusIsToldAndTheNextOneRuns) {
  TlmPeBench bench("bench", {}, 3);
  const cosim::RandomWork work = cosim::random_work(7, {});
  PeTrace events;
  {
    // A chunk that nobody waits for.
    cosim::PeStimulus more = work.stimulus;
    cosim::InputBurst chunk;
    chunk.words = {0x4400};
    more.inputs.push_back(chunk);
    EXPECT_NE(bench.run(more, events).fault.find("bursts taken from"), std::string::npos);
  }
  {
    cosim::PeStimulus more = work.stimulus;
    more.sinks.resize(1000);
    EXPECT_NE(bench.run(more, events).fault.find("sinks"), std::string::npos);
  }
  {
    // A weight burst with a column whose odd flag is wrong.
    PeCase wrong({});
    wrong.weights({{{1, 1}}}).words[2] |= 1U << 21;
    EXPECT_NE(bench.run(wrong.stimulus, events).fault.find("odd flag"), std::string::npos);
  }
  {
    cosim::PeStimulus other = work.stimulus;
    other.config.psum_bits = 16;
    EXPECT_NE(bench.run(other, events).fault.find("another PE"), std::string::npos);
  }
  PeTrace right;
  EXPECT_EQ(bench.run(work.stimulus, right, TlmPeBench::Calls::late).fault, "");
  EXPECT_EQ(psum_values(right), work.psums);
}

}  // namespace
}  // namespace uvea::test
