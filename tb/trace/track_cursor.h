#pragma once
// Goes through a track's events in time: what there is to be seen of it, change by change.

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "tb/trace/event_reader.h"

namespace uvea::trace {

/// From `at` on. Of a track the moments go up.
struct Change {
  Cycle at = 0;
  bool known = false;       ///< states: in one; values: told; items: one passes at least
  std::uint64_t value = 0;  ///< state or value; items: how many at once
  // Items: of the one that began last, while any passes.
  std::uint64_t words = 0, serial = 0;
  std::uint32_t source = 0;
};

class TrackCursor {
 public:
  /// The fragment must outlive it.
  TrackCursor(const Fragment& fragment, std::size_t track);

  bool more() const { return more_; }
  /// The next change; only while there is more().
  const Change& next() const { return next_; }
  void advance();

 private:
  void advance_state();
  void advance_items();

  const TrackKind kind_;
  EventReader events_;
  TrackEvent ahead_;  ///< the next event
  bool any_ahead_ = false;
  TrackEvent last_;        ///< state or item that began last
  bool in_state_ = false;  ///< next_ began last_
  std::priority_queue<Cycle, std::vector<Cycle>, std::greater<>> ends_;  ///< of items that pass
  Change next_;
  bool more_ = false;
};

}  // namespace uvea::trace
