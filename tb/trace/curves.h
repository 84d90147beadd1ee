#pragma once
// Sums over many tracks as curves over time: how many of them do something in each cycle.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tb/trace/track.h"

namespace uvea::trace {

/// Takes 4 to 6 bytes for each cycle.
class Curve {
 public:
  /// `amount` more during [from, to), which may be in any order.
  void add(Cycle from, Cycle to, std::int32_t amount) {
    if (to <= from) return;
    change(from, amount);
    change(to, -amount);
  }
  /// From this cycle on.
  void change(Cycle at, std::int32_t amount) {
    if (at >= changes_.size()) changes_.resize(at + at / 2 + 1024);
    changes_[at] += amount;
  }
  /// An amount spread over [from, to) as evenly as whole numbers allow; all in the first cycle when
  /// there is no other.
  void spread(Cycle from, Cycle to, std::uint64_t amount);

  using Step = std::function<void(Cycle at, std::int64_t value)>;
  /// Calls `step` at `from` and wherever the curve changes before `to`, and `mean` the same with the
  /// mean of each kMean cycles (the last may be fewer), times kMean, rounded down.
  void walk(Cycle from, Cycle to, const Step& step, const Step& mean) const;

  static constexpr Cycle kMean = 256;

 private:
  std::vector<std::int32_t> changes_;
};

}  // namespace uvea::trace
