#pragma once
// Goes through a track's events in time: what there is to be seen of it, change by change.

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "tb/trace/fragment.h"

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
  /// Of a state, value or item.
  struct Event {
    Cycle from = 0, to = 0;
    std::uint64_t value = 0, words = 0, serial = 0;
    std::uint32_t source = 0;
  };
  bool read(Event& event);
  void advance_state();
  void advance_items();

  const TrackKind kind_;
  const std::vector<Fragment::ChunkView>& chunks_;
  std::size_t chunk_ = 0;
  const std::uint8_t *at_ = nullptr, *end_ = nullptr;
  Cycle base_ = 0;
  std::uint64_t value_ = 0;
  Event ahead_;  ///< the next event
  bool any_ahead_ = false;
  Event last_;             ///< state or item that began last
  bool in_state_ = false;  ///< next_ began last_
  std::priority_queue<Cycle, std::vector<Cycle>, std::greater<>> ends_;  ///< of items that pass
  Change next_;
  bool more_ = false;
};

}  // namespace uvea::trace
