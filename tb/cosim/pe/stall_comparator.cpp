#include "tb/cosim/pe/stall_comparator.h"

#include <algorithm>

namespace uvea::cosim {

using hw::Stall;
using link::Cycle;

std::optional<StallDivergence> StallComparator::step_expected(const StallInterval& cycles) {
  return step(expected_, got_, cycles, false);
}
std::optional<StallDivergence> StallComparator::step_got(const StallInterval& cycles) {
  return step(got_, expected_, cycles, true);
}

std::optional<StallDivergence> StallComparator::step(Waiting& mine, Waiting& other,
                                                     StallInterval cycles, bool got) {
  std::optional<StallDivergence> first;
  while (!other.empty() && cycles.from < cycles.to) {
    StallInterval& theirs = other.front();
    if (theirs.from != cycles.from) {
      // A side has left cycles out.
      const Cycle cycle = std::min(theirs.from, cycles.from);
      const bool early = cycle == cycles.from;
      if (!first)
        first = divergence(cycle, got, early ? std::optional(cycles.stall) : std::nullopt,
                           early ? std::nullopt : std::optional(theirs.stall));
      (early ? cycles.from : theirs.from) = std::max(theirs.from, cycles.from);
      if (theirs.from >= theirs.to) other.pop_front();
      continue;
    }
    const Cycle to = std::min(theirs.to, cycles.to);
    if (theirs.stall == cycles.stall) {
      agreed(cycles.stall, cycles.from, to);
    } else if (!first) {
      first = divergence(cycles.from, got, cycles.stall, theirs.stall);
    }
    compared_ += to - cycles.from;
    cycles.from = theirs.from = to;
    if (theirs.from == theirs.to) other.pop_front();
  }
  if (cycles.from < cycles.to) mine.push_back(cycles);
  return first;
}

std::optional<StallDivergence> StallComparator::finish() {
  std::optional<StallDivergence> left;
  if (!expected_.empty())
    left = divergence(expected_.front().from, false, expected_.front().stall, std::nullopt);
  if (!got_.empty()) left = divergence(got_.front().from, true, got_.front().stall, std::nullopt);
  expected_.clear();
  got_.clear();
  return left;
}

StallDivergence StallComparator::divergence(Cycle cycle, bool got, std::optional<Stall> mine,
                                            std::optional<Stall> other) const {
  return {cycle, compared_, got ? other : mine, got ? mine : other, last_};
}

void StallComparator::agreed(Stall stall, Cycle from, Cycle to) {
  if (last_ && last_->stall == stall && last_->to == from) {
    last_->to = to;
  } else {
    last_ = StallInterval{stall, from, to};
  }
}

}  // namespace uvea::cosim
