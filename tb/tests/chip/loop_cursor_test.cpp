// A cursor visits the places of the loop nest that its owner works at, in order, and no other.

#include "hw/command/loop_cursor.h"

#include <gtest/gtest.h>

#include <random>
#include <tuple>

namespace uvea::test {
namespace {

using hw::LoopCursor;
using hw::Pass;
using Place = std::tuple<std::int64_t, int, int>;  // pass, step, chunk

Place place(const LoopCursor& cursor) {
  return {cursor.pass().index, cursor.step(), cursor.chunk()};
}

hw::LayerCommand random_command(std::mt19937& random) {
  const auto draw = [&random](unsigned top) { return static_cast<int>(random() % top) + 1; };
  hw::LayerCommand c;
  c.N = draw(3);
  c.G = draw(2);
  c.C = draw(8);
  c.M = draw(8);
  c.R = draw(3);
  c.E = draw(7);
  c.F = c.F0 = draw(9);
  c.C0 = draw(3);
  c.M0 = draw(4);
  c.T = draw(3);
  c.e_block = draw(4);
  c.m_block = draw(3);
  return c;
}

TEST(LoopCursor, VisitsThePlacesWithWorkInTheOrderOfTheNest) {
  constexpr unsigned kSeed = 11;
  std::printf("seed %u\n", kSeed);
  std::mt19937 random(kSeed);
  int visited = 0, passed_over = 0;
  for (int i = 0; i < 300; ++i) {
    const hw::Schedule schedule(random_command(random), hw::ChipConfig{}, 0, 0);
    // Nothing of some passes, only the first steps of others.
    const unsigned every = random() % 4 + 1;
    const auto steps = [&](const Pass& pass) {
      const auto sort = static_cast<unsigned>(pass.index) % every;
      if (sort == 1) return 0;
      return sort == 2 ? 1 : schedule.steps(pass);
    };
    LoopCursor cursor(schedule, steps);
    std::int64_t steps_done = 0;
    for (std::int64_t p = 0; p < schedule.passes(); ++p) {
      const Pass pass = schedule.pass(p);
      passed_over += steps(pass) < schedule.steps(pass);
      for (int step = 0; step < steps(pass); ++step, ++steps_done) {
        for (int chunk = 0; chunk < schedule.command().chunks(); ++chunk, ++visited) {
          ASSERT_FALSE(cursor.finished()) << "case " << i;
          ASSERT_EQ(place(cursor), Place(p, step, chunk)) << "case " << i;
          EXPECT_EQ(cursor.steps_done(), steps_done);
          EXPECT_EQ(cursor.passes_done(), p);
          EXPECT_EQ(cursor.pass_begins(), step == 0 && chunk == 0);
          EXPECT_EQ(cursor.pass_ends(), step + 1 == steps(pass));
          cursor.next_chunk();
        }
      }
    }
    EXPECT_TRUE(cursor.finished()) << "case " << i;
    EXPECT_EQ(cursor.passes_done(), schedule.passes());
    cursor.next_chunk();
    EXPECT_EQ(cursor.steps_done(), steps_done) << "one that is through goes nowhere";
  }
  EXPECT_GT(visited, 10000);
  EXPECT_GT(passed_over, 100);
}

TEST(LoopCursor, LeavesAStepOrAPassBeforeItsEnd) {
  hw::LayerCommand c;
  c.E = 4;
  c.e_block = 2;
  c.F = c.F0 = 3;
  const hw::Schedule schedule(c, hw::ChipConfig{}, 0, 0);
  ASSERT_EQ(schedule.passes(), 2);
  LoopCursor cursor(schedule);
  cursor.next_chunk();
  EXPECT_EQ(place(cursor), Place(0, 0, 1));
  cursor.next_step();
  EXPECT_EQ(place(cursor), Place(0, 1, 0));
  cursor.next_chunk();
  cursor.next_pass();
  EXPECT_EQ(place(cursor), Place(1, 0, 0));
  EXPECT_EQ(cursor.steps_done(), 1) << "a step that was not gone through is not counted";
  cursor.next_step();
  cursor.next_step();
  EXPECT_TRUE(cursor.finished());
}

TEST(LoopCursor, OneWithoutANestIsThrough) {
  EXPECT_TRUE(LoopCursor().finished());
  const hw::Schedule schedule(hw::LayerCommand{}, hw::ChipConfig{}, 0, 0);
  EXPECT_TRUE(LoopCursor(schedule, [](const Pass&) { return 0; }).finished());
}

}  // namespace
}  // namespace uvea::test
