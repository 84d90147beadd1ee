#include "tb/tests/cosim_icarus/hand_scenario.h"

namespace uvea::cosim {

namespace {

constexpr unsigned kCycles = 27;

// M0 = 3, K = 2 segments a window, one iact a segment, T = 3 windows.
//   weights, column 0: 5 0 -2; column 1: 0 7 0 (odd)
//   iacts, segments 0 to 3: 3, 2, none (0), 4
//   window 0: 3 * column 0 + 2 * column 1 = 15 14 -6
//   window 1: 2 * column 0                = 10  0 -4
//   window 2:                4 * column 1 =  0 28  0
// Psums go two to a beat: (15 14) (-6 10) (0 -4) (0 28) (0 -).
constexpr std::uint32_t kConfig = 1U | 1U << 4 | 2U << 9 | 3U << 13 | 9U << 19;  // T * M0 = 9
constexpr std::uint32_t kTag = 5;
constexpr std::int32_t kPsums[5][2] = {{15, 14}, {-6, 10}, {0, -4}, {0, 28}, {0, 0}};

std::uint32_t iact_head(
    std::uint32_t tag) {  // only chunk of its row, 4 segments, 3 entries, 1 in 0
  return 1U << 23 | tag << 16 | 1U << 14 | 4U << 10 | 3U << 5 | 1U;
}

}  // namespace

std::vector<Vector> hand_scenario(int weight_bits) {
  std::vector<Vector> cycles(kCycles);
  const auto at = [&](unsigned cycle) -> Vector& { return cycles.at(cycle); };

  // Nothing happens but what is said below. Not configured: no weights are taken.
  for (Vector& v : cycles) {
    v.out.iact_ready_mask = 1U << 0;
    v.out.weight_ready = v.out.psum_in_ready = v.out.psum_out_valid = v.out.window = false;
  }

  at(0).in.config_valid = true;
  at(0).in.config = kConfig;

  // Weights: offered in 1, ready at once (rule 1) and throughout: words in 1 to 5, end 6.
  const unsigned pair = static_cast<unsigned>(weight_bits) + 4;
  const std::uint32_t minus_two = (1U << weight_bits) - 2;
  const std::uint32_t count_one = 1U << weight_bits;
  const std::uint32_t weights[] = {
      2U << 17 | 2U << 9 | kTag << 2,        // 2 columns, 2 data words
      1,                                     // one chunk
      1U | 2U << 7 | 1U << 22,               // columns end at 1, 2; column 1 is odd
      5U | (minus_two | count_one) << pair,  // 5, then one zero and -2
      7U | count_one,                        // one zero and 7
  };
  for (unsigned i = 0; i < 5; ++i) {
    at(1 + i).in.weight_valid = true;
    at(1 + i).in.weight_word = weights[i];
    at(1 + i).out.weight_ready = true;
  }

  // Port 0 shows a chunk of a row that nobody waits for, all the time: never ready (rule 2).
  for (unsigned c = 1; c < kCycles; ++c) {
    at(c).in.iact_valid |= 1U << 0;
    at(c).in.iact_word[0] = iact_head(kTag + 1);
  }

  // Port 1 offers the chunk in 1. The epoch is known from 3 on (second word in 2): ready from 3
  // (rule 2). The source leaves cycle 6 out: words in 3, 4, 5 and 7, end 8. In the gap the PE stays
  // ready.
  for (unsigned c = 1; c <= 7; ++c) {
    at(c).out.iact_ready_mask |= 1U << 1;
    at(c).out.iact_ready |= c >= 3 ? 1U << 1 : 0U;
    if (c != 6) at(c).in.iact_valid |= 1U << 1;
    at(c).in.iact_word[1] = iact_head(kTag);
  }
  at(4).in.iact_word[1] = 1U | 0U << 5;   // entries of segments 1 and 2; segment 3 has the rest
  at(5).in.iact_word[1] = 3U | 2U << 12;  // two pairs, no zeros before either in its segment
  at(6).in.iact_word[1] = at(7).in.iact_word[1] = 4U;

  // First slot: max(8, 6) + 3 = 11 (rule 3). Slots: 11 and 12 (window 0), 13 (window 1), 14
  // (window 2); each column is one word, so issue takes 1 cycle each and holds up none (rule 4).
  at(12).out.window = at(13).out.window = at(14).out.window = true;

  // Done: D = max(14 + 1, 15) + 3 = 18 (rule 6): offered from 18 (rule 8). The receiver takes beats
  // from 19 on, one a cycle: end 24.
  for (unsigned c = 18; c < 24; ++c) {
    const unsigned beat = c == 18 ? 0 : c - 19;
    at(c).in.psum_out_ready = c > 18;
    at(c).out.psum_out_valid = true;
    at(c).out.psum_out[0] = kPsums[beat][0];
    at(c).out.psum_out[1] = kPsums[beat][1];
    at(c).out.psum_out_last = beat == 4;
  }

  // A null epoch of one chunk is offered in 6. Weights are free at W = max(14 + 1, 15) + 1 = 16
  // (rule 7): words in 16 and 17, complete in 18.
  for (unsigned c = 6; c <= 17; ++c) {
    at(c).in.weight_valid = true;
    at(c).in.weight_word = c <= 16 ? 1U << 23 | 1U << 22 : 1U;
    at(c).out.weight_ready = c >= 16;
  }

  // Psums from below are offered in 20, while our own leave without them. They pass from
  // max(20, 24, 18, 16) = 24 on (rule 9), in 24 and 25.
  for (unsigned c = 20; c <= 25; ++c) {
    at(c).in.psum_in_valid = true;
    at(c).in.psum_in_last = c == 25;
    at(c).in.psum_in[0] = c < 25 ? 100 : 7;
    at(c).in.psum_in[1] = c < 25 ? -200 : 0;
    if (c < 24) continue;
    at(c).in.psum_out_ready = true;
    at(c).out.psum_in_ready = at(c).out.psum_out_valid = true;
    at(c).out.psum_out[0] = at(c).in.psum_in[0];
    at(c).out.psum_out[1] = at(c).in.psum_in[1];
    at(c).out.psum_out_last = c == 25;
  }

  // The next weights, offered in 18, are taken when the null epoch retires at 26 (rule 9).
  for (unsigned c = 18; c <= 26; ++c) {
    at(c).in.weight_valid = true;
    at(c).in.weight_word = 1U << 22;
    at(c).out.weight_ready = c == 26;
  }
  return cycles;
}

}  // namespace uvea::cosim
