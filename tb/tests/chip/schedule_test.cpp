// The loop nest, against loops written out: passes in order, rounds, the GLB's places and the phases of
// serial I/O.

#include "hw/command/schedule.h"

#include <gtest/gtest.h>

#include <random>

namespace uvea::test {
namespace {

using hw::Pass;
using hw::Schedule;

struct Nest {
  hw::LayerCommand command;
  int tg = 1, te = 1, tm = 1, p = 1;  // trip counts in time

  int blocks() const { return (te + command.e_block - 1) / command.e_block; }
};

/// A layer on one cluster of 3 x 4 PEs, of which one column is used: everything is dealt in time.
Nest random_nest(std::mt19937& random) {
  const auto draw = [&random](unsigned top) { return static_cast<int>(random() % top) + 1; };
  Nest nest;
  hw::LayerCommand& c = nest.command;
  c.G = nest.tg = draw(2);
  c.C = draw(12);
  c.R = draw(3);
  c.M = nest.tm = draw(9);
  c.N = draw(2);
  c.E = draw(5);
  nest.te = c.N * c.E;
  c.e_block = draw(6);
  c.m_block = draw(6);
  nest.p = (c.C * c.R + 2) / 3;
  c.iact_source = draw(2) == 1 ? hw::IactSource::resident : hw::IactSource::stream;
  return nest;
}

TEST(Schedule, GoesThroughTheNestRoundByRound) {
  constexpr unsigned kSeed = 5;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  int several = 0, incomplete = 0;
  for (int i = 0; i < 400; ++i) {
    const Nest nest = random_nest(random);
    const hw::LayerCommand& c = nest.command;
    const Schedule schedule(c, hw::ChipConfig{}, 0, 0);
    const bool resident = c.iact_source == hw::IactSource::resident;
    std::int64_t index = 0, rows = 0, phase = -1;
    for (int tg = 0; tg < nest.tg; ++tg)
      for (int te2 = 0; te2 < nest.blocks(); ++te2) {
        const std::int64_t block = index;
        for (int first = 0; first < nest.tm; first += c.m_block) {
          phase += resident ? 1 : 0;
          for (int p = 0; p < nest.p; ++p) {
            const std::int64_t round = index;
            phase += resident ? 0 : 1;
            for (int tm = first; tm < std::min(first + c.m_block, nest.tm); ++tm, ++index) {
              SCOPED_TRACE("case " + std::to_string(i) + ", pass " + std::to_string(index));
              const Pass pass = schedule.pass(index);
              ASSERT_EQ(pass.index, index);
              ASSERT_EQ(pass.tg, tg);
              ASSERT_EQ(pass.te2, te2);
              ASSERT_EQ(pass.tm, tm);
              ASSERT_EQ(pass.p, p);
              ASSERT_EQ(pass.round, round);
              ASSERT_EQ(pass.block, block);
              ASSERT_EQ(schedule.in_m_block(pass), tm - first);
              ASSERT_LT(schedule.in_m_block(pass), schedule.m_block());
              ASSERT_EQ(schedule.io_phase(pass), phase);
              ASSERT_EQ(schedule.first_row(pass), rows);
              ASSERT_EQ(schedule.column(pass, 0).mt, tm);
              rows += schedule.steps(pass);
            }
          }
          several += nest.p > 1 && c.m_block > 1 && nest.tm > c.m_block ? 1 : 0;
          incomplete += first + c.m_block > nest.tm && first > 0 ? 1 : 0;
        }
      }
    EXPECT_EQ(schedule.passes(), index);
    EXPECT_EQ(schedule.io_phases(), phase + 1);
  }
  EXPECT_GT(several, 100);
  EXPECT_GT(incomplete, 50);
}

}  // namespace
}  // namespace uvea::test
