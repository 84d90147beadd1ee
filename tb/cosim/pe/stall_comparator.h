#pragma once
// Holds two PEs' accounts of cycles against each other, cycle by cycle. The sides may run apart, and
// divide their cycles into intervals as they like.

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tb/cosim/pe/stall_interval.h"

namespace uvea::cosim {

/// From a cycle on two PEs' classes differ.
struct StallDivergence {
  link::Cycle cycle = 0;
  std::uint64_t index = 0;                 ///< cycles compared before
  std::optional<hw::Stall> expected, got;  ///< one is missing when that side told fewer cycles
  std::optional<StallInterval> before;     ///< the cycles before, of one class on both sides
};

class StallComparator {
 public:
  /// Cycles of either side, in order. Nothing when they match what the other side has told.
  std::optional<StallDivergence> step_expected(const StallInterval& cycles);
  std::optional<StallDivergence> step_got(const StallInterval& cycles);
  /// The end: cycles that only one side has told, if there are any.
  std::optional<StallDivergence> finish();

  std::uint64_t compared() const { return compared_; }  ///< cycles

 private:
  using Waiting = std::deque<StallInterval>;
  std::optional<StallDivergence> step(Waiting& mine, Waiting& other, StallInterval cycles,
                                      bool got);
  StallDivergence divergence(link::Cycle cycle, bool got, std::optional<hw::Stall> mine,
                             std::optional<hw::Stall> other) const;
  void agreed(hw::Stall stall, link::Cycle from, link::Cycle to);

  Waiting expected_, got_;             ///< of the side that is ahead
  std::optional<StallInterval> last_;  ///< agreed
  std::uint64_t compared_ = 0;
};

}  // namespace uvea::cosim
