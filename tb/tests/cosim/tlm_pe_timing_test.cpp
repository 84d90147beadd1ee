// Cycles of the TLM PE, worked out by hand from the rules of docs/pe_timing.md.

#include <gtest/gtest.h>

#include "tb/cosim/pe/tlm_pe_bench.h"
#include "tb/testing/systemc_test.h"
#include "tb/tests/cosim/pe_case.h"

namespace uvea::test {
namespace {

using cosim::PeEventKind;
using cosim::PeTrace;
using cosim::TlmPeBench;
using Cycles = std::vector<link::Cycle>;
using Values = std::vector<std::int32_t>;

class TlmPeTiming : public tb::SystemcTest {
 protected:
  /// Runs it with calls ahead of time and in time; both must be the same.
  void run(const PeCase& test_case) {
    TlmPeBench bench("bench", test_case.stimulus.config, test_case.stimulus.iact_ports);
    PeTrace late;
    EXPECT_EQ(bench.run(test_case.stimulus, trace_, TlmPeBench::Calls::early).fault, "");
    EXPECT_EQ(bench.run(test_case.stimulus, late, TlmPeBench::Calls::late).fault, "");
    EXPECT_EQ(difference(trace_, late), "");
  }
  Cycles of(PeEventKind kind, unsigned port = 0) const { return cycles(trace_, kind, port); }
  Cycles weight_ready() const { return of(PeEventKind::weight_ready); }
  Cycles iact_ready(unsigned port = 0) const { return of(PeEventKind::iact_ready, port); }
  Cycles window() const { return of(PeEventKind::window); }
  Cycles psum_offer() const { return of(PeEventKind::psum_offer); }
  Cycles psum() const { return of(PeEventKind::psum); }

  PeTrace trace_;
};

std::vector<int> dense(int count, int value = 1) {
  return std::vector<int>(static_cast<std::size_t>(count), value);
}

// Weights: 2 header words, 1 address word, 1 data word in cycles 0 to 3; known from 2, complete 4.
// iacts: 2 words from 2 on, end 4. Slot 4 + 3 = 7, issue 7 to 8, D = 8 + 3 = 11, W = 8 + 1 = 9.
// The second weights want the only buffer: ready 9, known 11, complete 13.
TEST_F(TlmPeTiming, Rules1To8OneIactOneBuffer) {
  PeCase c({});
  c.weights({{{3, 4}}});
  c.weights({{{5, 0}}, 1, 1});
  c.iacts({5});
  c.iacts({10}, "only", 1);
  run(c);
  EXPECT_EQ(weight_ready(), (Cycles{0, 9}));
  EXPECT_EQ(iact_ready(), (Cycles{2, 11}));
  EXPECT_EQ(window(), (Cycles{7, 16}));
  EXPECT_EQ(psum_offer(), (Cycles{11, 20}));
  EXPECT_EQ(psum(), (Cycles{11, 11, 20, 20}));
  EXPECT_EQ(psum_values(trace_), (Values{15, 20, 50, 0}));
}

// Two buffers: the second weights come in 4 to 7, known 6, complete 8; iacts 6 to 7, end 8; slot
// 11, D = 12 + 3.
TEST_F(TlmPeTiming, Rule1TwoBuffers) {
  PeLayer layer;
  layer.double_buffer = true;
  PeCase c(layer);
  c.weights({{{3, 4}}});
  c.weights({{{5, 0}}, 1, 1});
  c.iacts({5});
  c.iacts({10}, "only", 1);
  run(c);
  EXPECT_EQ(weight_ready(), (Cycles{0, 4}));
  EXPECT_EQ(iact_ready(), (Cycles{2, 6}));
  EXPECT_EQ(window(), (Cycles{7, 11}));
  EXPECT_EQ(psum_offer(), (Cycles{11, 15}));
}

// First beat 4 (not_before), 3 idle cycles before word 1, 2 before word 3: words in 4, 8, 9, 12.
// Known 9, complete 13. iacts offered at 1, 5 idle cycles before word 1: 9 and 15, end 16; slot 19.
TEST_F(TlmPeTiming, Rules1And2GapsWithinBursts) {
  PeCase c({});
  auto& weights = c.weights({{{3, 4}}});
  weights.offer = 2;
  weights.not_before = 4;
  weights.gaps = {0, 3, 0, 2};
  auto& iacts = c.iacts({5});
  iacts.offer = 1;
  iacts.gaps = {0, 5};
  run(c);
  EXPECT_EQ(weight_ready(), (Cycles{2}));
  EXPECT_EQ(iact_ready(), (Cycles{9}));
  EXPECT_EQ(window(), (Cycles{19}));
  EXPECT_EQ(psum_offer(), (Cycles{23}));
}

// Tags 127 and 0; the second row lies ready on port 0 all the time but waits for its turn: the
// first row's burst ends at 4.
TEST_F(TlmPeTiming, Rule2RowsInTheOrderOfTheirTags) {
  PeCase c({});
  c.weights({{{3, 4}}, 2, 127});
  c.iacts({5}, "only", 0, 0);
  c.iacts({6}, "only", 127, 1);
  run(c);
  EXPECT_EQ(iact_ready(1), (Cycles{2}));
  EXPECT_EQ(iact_ready(0), (Cycles{4}));
  // Slot of the second: max(8, 6 + 3) = 9.
  EXPECT_EQ(window(), (Cycles{7, 9}));
  EXPECT_EQ(psum_values(trace_), (Values{18, 24, 15, 20}));
}

// Windows {0} and {5}: the first takes an empty slot in 7, the second fires in 8; D = 9 + 3.
TEST_F(TlmPeTiming, Rule3AnEmptyWindowTakesASlot) {
  PeLayer layer;
  layer.windows = layer.row = 2;
  PeCase c(layer);
  c.weights({{{3, 4}}});
  c.iacts({0, 5});
  run(c);
  EXPECT_EQ(window(), (Cycles{7, 8}));
  EXPECT_EQ(psum_offer(), (Cycles{12}));
  EXPECT_EQ(psum(), (Cycles{12, 12, 13, 13}));
}

// A null chunk of two windows: one word in 2, end 3; slots max(3, 4) + 3 = 7 and 8; D = 9 + 3.
TEST_F(TlmPeTiming, Rule3ANullChunk) {
  PeLayer layer;
  layer.windows = layer.row = 2;
  PeCase c(layer);
  c.weights({{{3, 4}}});
  auto& iacts = c.iacts({0, 0});
  iacts.words = {(1U << 23) | (1U << 15) | (1U << 14) | (2U << 10)};
  run(c);
  EXPECT_EQ(window(), (Cycles{7, 8}));
  EXPECT_EQ(psum_offer(), (Cycles{12}));
  EXPECT_EQ(psum_values(trace_), (Values{0, 0, 0, 0}));
}

// Columns of 3, 0 and 1 data words. Weights: 2 + 1 + 4 words, complete 7. Slots: 10 (issue 10 to
// 13), 11 (empty column), 12 (waits in the register until 13, issue 13 to 14). The second window's
// only iact: slot 13, issue 14 to 17. D = 17 + 3, W = 18.
TEST_F(TlmPeTiming, Rule4IssueAndTheRegister) {
  PeLayer layer;
  layer.c0 = 3;
  layer.m0 = 6;
  layer.windows = layer.row = 2;
  PeCase c(layer);
  c.weights({{{1, 1, 1, 1, 1, 1}, {0, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 1}}});
  c.weights({{}, 0, 0, false, true, true});  // idle: shows W
  c.iacts({1, 1, 1, 1, 0, 0});
  run(c);
  EXPECT_EQ(window(), (Cycles{12, 13}));
  EXPECT_EQ(psum_offer(), (Cycles{20}));
  EXPECT_EQ(weight_ready(), (Cycles{0, 18}));
}

// An odd column takes two cycles on two lanes: 2 + 1 + 2 words, complete 5, slot 8, issue 8 to 10.
TEST_F(TlmPeTiming, Rule4OddColumnOnTwoLanes) {
  PeLayer layer;
  layer.m0 = 3;
  PeCase c(layer);
  c.weights({{{1, 1, 1}}});
  c.iacts({1});
  run(c);
  EXPECT_EQ(psum_offer(), (Cycles{13}));
}

// And three on a single lane: issue 8 to 11.
TEST_F(TlmPeTiming, Rule4OddColumnOnASingleLane) {
  PeLayer layer;
  layer.m0 = 3;
  layer.single_lane = true;
  PeCase c(layer);
  c.weights({{{1, 1, 1}}});
  c.iacts({1});
  run(c);
  EXPECT_EQ(psum_offer(), (Cycles{14}));
}

// Four entries in all. Weights: 2 + 1 + 8 words, complete 11. Slots 14, 15, then 18 (register
// free), 22; each issues 4 cycles. The segments are free in 16 and 23, in the cycle after their
// last slot, though the next slots could only fire in 18 and 26. The second chunk needs both.
TEST_F(TlmPeTiming, Rule5SpaceIsFreeInTheCycleAfterTheSlot) {
  hw::PeConfig config;
  config.iact_data_entries = 4;
  PeLayer layer;
  layer.c0 = 2;
  layer.m0 = 8;
  layer.windows = 2;
  layer.row = 4;
  PeCase c(layer, config);
  c.weights({{dense(8), dense(8)}, 2});
  c.iacts({1, 1, 1, 1}, "first");
  c.iacts({1, 1, 1, 1}, "last");
  run(c);
  EXPECT_EQ(iact_ready(), (Cycles{2, 23}));
  // Chunk 1 issues until 30. Chunk 2 ends at 26: slots 29 (issue 30 to 34), 30, 34, 38.
  EXPECT_EQ(window(), (Cycles{15, 22, 30, 38}));
}

// Windows of two segments. The oldest, empty one is free after the slot of the next segment's iact
// (8 + 1), the second one after its own (9 + 1); three address entries hold no more.
TEST_F(TlmPeTiming, Rule5AnEmptySegmentLeavesWithTheNextSegmentsSlot) {
  hw::PeConfig config;
  config.iact_addr_entries = 3;
  PeLayer layer;
  layer.kernel = 2;
  layer.windows = 2;
  layer.row = 4;
  PeCase c(layer, config);
  c.weights({{{1, 1}, {1, 1}}, 2});
  c.iacts({0, 7, 0}, "first");
  c.iacts({3, 3}, "last");
  run(c);
  EXPECT_EQ(iact_ready(), (Cycles{2, 10}));
  // Chunk 1: slots 8 and 9. Chunk 2: 2 words from 10 on, end 12, slots from 15 on: window {0, 3}
  // in 15, window {3, 3} in 16 and 17.
  EXPECT_EQ(window(), (Cycles{8, 9, 15, 17}));
}

// The last window of a row frees all its segments. Two address entries, rows of one window {4, 0}:
// slot 8 ends it and frees both in 9; the second row is ready then.
TEST_F(TlmPeTiming, Rule5ARowsLastWindowFreesAll) {
  hw::PeConfig config;
  config.iact_addr_entries = 2;
  PeLayer layer;
  layer.kernel = 2;
  PeCase c(layer, config);
  c.weights({{{1, 1}, {1, 1}}, 2});
  c.iacts({4, 0}, "only", 0);
  c.iacts({4, 5}, "only", 1);
  run(c);
  EXPECT_EQ(iact_ready(), (Cycles{2, 9}));
}

// The sink takes the first burst from 40 on, a beat every second cycle: 40, 42, end 43. The second
// chunk has waited.
TEST_F(TlmPeTiming, Rule8PsumBurstsInTurn) {
  PeLayer layer;
  layer.m0 = 4;
  layer.row = 2;
  PeCase c(layer);
  c.weights({{dense(4)}, 2});
  c.iacts({1}, "first");
  c.iacts({2}, "last");
  auto& sink = c.sink();
  sink.not_before = 40;
  sink.cycles_per_beat = 2;
  run(c);
  // Complete 5: slots 8 and 10 (two words a column), D 13.
  EXPECT_EQ(psum_offer(), (Cycles{13, 43}));
  EXPECT_EQ(psum(), (Cycles{40, 40, 42, 42, 43, 43, 44, 44}));
}

// psums from below are offered at 30 and come from 33 on with 2 idle cycles before the second beat:
// 33 and 36, end 37; the next ones are offered then. The sums are there long before.
TEST_F(TlmPeTiming, Rule8PsumsFromBelow) {
  PeLayer layer;
  layer.m0 = 4;
  layer.row = 2;
  PeCase c(layer);
  c.weights({{dense(4)}, 2, 0, true});
  c.iacts({1}, "first");
  c.iacts({2}, "last");
  auto& below = c.psums({10, 20, 30, 524287});
  below.offer = 30;
  below.not_before = 33;
  c.psums({1, 1, 1, 1});
  c.sink().gaps = {0, 2};
  run(c);
  EXPECT_EQ(psum_offer(), (Cycles{30, 37}));
  EXPECT_EQ(psum(), (Cycles{33, 33, 36, 36, 37, 37, 38, 38}));
  EXPECT_EQ(psum_values(trace_), (Values{11, 21, 31, -524288, 3, 3, 3, 3}));
}

// Complete 5, slot 8, issue 8 to 10, D 13, two beats, end 15: the second chunk's slot, which two
// banks would let be at 10.
TEST_F(TlmPeTiming, Rule8OnePsumBankByOption) {
  PeLayer layer;
  layer.m0 = 4;
  layer.row = 2;
  hw::PeConfig config;
  config.psum_banks = 1;
  PeCase c(layer, config);
  c.weights({{dense(4)}, 2});
  c.iacts({1}, "first");
  c.iacts({2}, "last");
  run(c);
  EXPECT_EQ(window(), (Cycles{8, 15}));
  EXPECT_EQ(psum_offer(), (Cycles{13, 20}));
}

// 32 psums: one bank. Weights 19 words, slot 22, issue 22 to 38, D 41, 16 beats, end 57: the second
// chunk's slot.
TEST_F(TlmPeTiming, Rule8OnePsumBank) {
  PeLayer layer;
  layer.m0 = 32;
  layer.row = 2;
  PeCase c(layer);
  c.weights({{dense(32)}, 2});
  c.iacts({1}, "first");
  c.iacts({2}, "last");
  run(c);
  EXPECT_EQ(window(), (Cycles{22, 57}));
  EXPECT_EQ(psum_offer(), (Cycles{41, 76}));
}

// Work, null, work, idle. The first chunk leaves in 11, end 12, its weights retired in 9. The null
// epoch's psums are offered at 30: they pass then, end 31, and it retires. The third epoch's
// weights lie there since 13 (buffer free 9), its iacts too (known 11), but its slot waits for 31
// + 3. The fourth burst gets the null epoch's buffer in 31.
TEST_F(TlmPeTiming, Rule9NullEpoch) {
  PeLayer layer;
  layer.double_buffer = true;
  PeCase c(layer);
  c.weights({{{3, 4}}});
  c.weights({{}, 1, 0, true, true});
  c.weights({{{5, 6}}, 1, 1});
  c.weights({{}, 0, 0, false, true, true});
  c.iacts({1});
  c.iacts({1}, "only", 1);
  c.psums({-7, 8}).offer = 30;
  run(c);
  EXPECT_EQ(weight_ready(), (Cycles{0, 4, 9, 31}));
  EXPECT_EQ(iact_ready(), (Cycles{2, 11}));
  EXPECT_EQ(window(), (Cycles{7, 34}));
  EXPECT_EQ(psum_offer(), (Cycles{11, 30, 38}));
  EXPECT_EQ(psum_values(trace_), (Values{3, 4, -7, 8, 5, 6}));
}

// The null epoch's psums are there from the start: they pass when the first chunk has left, in 12.
TEST_F(TlmPeTiming, Rule9NullEpochWaitsForOlderPsums) {
  PeLayer layer;
  layer.double_buffer = true;
  PeCase c(layer);
  c.weights({{{3, 4}}});
  c.weights({{}, 2, 0, true, true});
  c.iacts({1});
  c.psums({-7, 8});
  c.psums({9, 9});
  run(c);
  EXPECT_EQ(psum_offer(), (Cycles{11, 12, 13}));
}

// Idle: known and complete 2; its chunk comes in 2 and 3, end 4, and it retires in 5.
TEST_F(TlmPeTiming, Rule10IdleEpoch) {
  PeCase c({});
  c.weights({{}, 1, 0, false, true, true});
  c.weights({{{3, 4}}, 1, 1});
  c.iacts({9});
  c.iacts({1}, "only", 1);
  run(c);
  EXPECT_EQ(weight_ready(), (Cycles{0, 5}));
  EXPECT_EQ(iact_ready(), (Cycles{2, 7}));
  EXPECT_EQ(window(), (Cycles{12}));
}

// Without chunks it retires in 2 + 1. Its successor's slot waits for retirement as well, which is
// hidden here: complete 7, slot 10.
TEST_F(TlmPeTiming, Rule10IdleEpochWithoutChunks) {
  PeCase c({});
  c.weights({{}, 0, 0, false, true, true});
  c.weights({{{3, 4}}});
  c.iacts({9});
  run(c);
  EXPECT_EQ(weight_ready(), (Cycles{0, 3}));
  EXPECT_EQ(window(), (Cycles{10}));
}

// Raw: three weights to a word, 2 + 3 words, complete 5; iacts 2 words, end 4. Slots 8, 9, 10; each
// iact, zero or not, two cycles: issue 8, 10, 12 to 14. D 17.
TEST_F(TlmPeTiming, Rule11Raw) {
  PeLayer layer;
  layer.csc = false;
  layer.c0 = 3;
  layer.m0 = 3;
  PeCase c(layer);
  c.weights({{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}});
  c.iacts({0, 5, 0});
  run(c);
  EXPECT_EQ(window(), (Cycles{10}));
  EXPECT_EQ(psum(), (Cycles{17, 17, 18}));
  EXPECT_EQ(psum_values(trace_), (Values{20, 25, 30}));
}

// The same on one lane: three cycles each, issue 8, 11, 14 to 17; slots 8, 9, 11.
TEST_F(TlmPeTiming, Rule11RawSingleLane) {
  PeLayer layer;
  layer.csc = false;
  layer.single_lane = true;
  layer.c0 = 3;
  layer.m0 = 3;
  PeCase c(layer);
  c.weights({{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}});
  c.iacts({0, 5, 0});
  run(c);
  EXPECT_EQ(window(), (Cycles{11}));
  EXPECT_EQ(psum(), (Cycles{20, 20, 21}));
}

}  // namespace
}  // namespace uvea::test
