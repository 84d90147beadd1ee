#include "tb/tests/cosim_rtl/directed_stimuli.h"

#include <cstddef>

#include "tb/tests/cosim/pe_case.h"

namespace uvea::test {
namespace {

std::vector<int> repeated(int value, std::size_t count) { return std::vector<int>(count, value); }

/// Late enough for all weights to be there.
constexpr link::Cycle kLater = 60;

/// Epoch A: one iact, whose column keeps the issue stage busy for 8 cycles. Epoch B: one empty
/// slot, right behind A's. B's mark is put on A's issue, whose end retires both.
cosim::PeStimulus two_epochs_retire_at_once() {
  PeLayer layer;
  layer.double_buffer = true;
  layer.m0 = 16;
  PeCase c(layer);
  c.weights({{repeated(3, 16)}});
  c.weights({{repeated(7, 16)}, 1, 1});
  c.iacts({5}).offer = kLater;
  constexpr std::uint32_t kNull = 1U << 15;
  c.iacts({0}, "only", 1).words[0] |= kNull;
  // The PE goes on as if nothing had been unusual.
  c.weights({{repeated(-2, 16)}, 1, 2});
  c.iacts({9}, "only", 2);
  return c.stimulus;
}

/// 16 products of the largest numbers on each of two psums: only 9-bit weights go past 20 bits.
cosim::PeStimulus both_lanes_overflow(int weight) {
  PeLayer layer;
  layer.c0 = 16;
  layer.m0 = 2;
  hw::PeConfig config;
  config.weight_bits = 9;
  PeCase c(layer, config);
  c.weights({std::vector<std::vector<int>>(16, repeated(weight, 2))});
  c.iacts(repeated(255, 16));
  return c.stimulus;
}

/// A column with one weight behind 17 zeros: a stored zero cuts the run; in either lane.
cosim::PeStimulus runs_of_zeros_in_a_column() {
  PeLayer layer;
  layer.c0 = 2;
  layer.m0 = 32;
  PeCase c(layer);
  auto behind_zeros = repeated(0, 32), behind_one = repeated(0, 32);
  behind_zeros[17] = 5;
  behind_one[0] = 6;
  behind_one[18] = -7;
  c.weights({{behind_zeros, behind_one}});
  c.iacts({3, 4});
  return c.stimulus;
}

}  // namespace

std::vector<DirectedStimulus> directed_stimuli() {
  return {{"two epochs retire at once", two_epochs_retire_at_once()},
          {"both lanes overflow upwards", both_lanes_overflow(255)},
          {"both lanes overflow downwards", both_lanes_overflow(-256)},
          {"runs of zeros in a column", runs_of_zeros_in_a_column()}};
}

}  // namespace uvea::test
