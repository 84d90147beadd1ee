#pragma once
// The fill of a store, told in order of time: what comes in and what goes out is each known in the
// order of its moments, but not the two among each other.

#include <deque>

#include "tlm/probe.h"

namespace uvea::hw {

class FillTrack {
 public:
  FillTrack() = default;
  FillTrack(link::Probe& probe, link::Probe::Track track) : probe_(&probe), track_(track) {}
  bool wanted() const { return track_ != link::Probe::kNone; }

  /// Empty from `at` on. Everything before must have been told: flush().
  void clear(link::Cycle at);
  /// So many words came in, or went out; neither goes back in time.
  void put(link::Cycle at, std::uint64_t words) { note(in_, at, words); }
  void take(link::Cycle at, std::uint64_t words) { note(out_, at, words); }
  /// Tells the rest.
  void flush() { tell(link::Probe::kOpen); }

 private:
  struct Change {
    link::Cycle at = 0;
    std::uint64_t words = 0;
  };
  /// One of the two directions.
  struct Side {
    std::deque<Change> changes;
    link::Cycle known = 0;  ///< nothing more comes before this cycle
  };

  void note(Side& side, link::Cycle at, std::uint64_t words);
  /// Tells the changes before this cycle.
  void tell(link::Cycle before);

  link::Probe* probe_ = nullptr;
  link::Probe::Track track_ = link::Probe::kNone;
  Side in_, out_;
  std::int64_t fill_ = 0;
};

}  // namespace uvea::hw
