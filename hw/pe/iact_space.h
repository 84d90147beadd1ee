#pragma once
// Occupancy of the iact SPads, ahead of time: a chunk that does not fit now may fit from a known
// cycle on (rules 2 and 5 of docs/pe_timing.md).

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "hw/pe/pe_core.h"
#include "tlm/cycle.h"

namespace uvea::hw {

class IactSpace {
 public:
  /// Empty SPads of these sizes.
  void configure(int entries, int segments) {
    entry_limit_ = entries;
    segment_limit_ = segments;
    entries_ = segments_ = 0;
    releases_.clear();
  }
  /// Takes the space of a chunk; returns from which cycle on it is there, or nothing (and takes
  /// nothing) while that is not known.
  std::optional<link::Cycle> take(int entries, int segments, link::Cycle from) {
    while (entries_ + entries > entry_limit_ || segments_ + segments > segment_limit_) {
      if (releases_.empty()) return std::nullopt;
      // Releases come in the order of their moments: one that is dropped here does not count again
      // when the chunk is tried again, because a later one will.
      from = std::max(from, releases_.front().at);
      entries_ -= releases_.front().entries;
      --segments_;
      releases_.pop_front();
    }
    entries_ += entries;
    segments_ += segments;
    return from;
  }
  void release(const std::vector<SegmentRelease>& releases) {
    releases_.insert(releases_.end(), releases.begin(), releases.end());
  }

 private:
  int entry_limit_ = 0, segment_limit_ = 0;
  int entries_ = 0, segments_ = 0;
  std::deque<SegmentRelease> releases_;
};

}  // namespace uvea::hw
