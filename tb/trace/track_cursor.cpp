#include "tb/trace/track_cursor.h"

#include <algorithm>

namespace uvea::trace {

TrackCursor::TrackCursor(const Fragment& fragment, std::size_t track)
    : kind_(fragment.info().tracks[track].kind), events_(fragment, track) {
  const std::vector<Fragment::ChunkView>& chunks = fragment.chunks(track);
  any_ahead_ = events_.read(ahead_);
  if (kind_ == TrackKind::values && !chunks.empty() && chunks.front().head.any != 0) {
    // Earlier events were not kept, but what they led to is known.
    next_ = {0, true, chunks.front().head.value, 0, 0, 0};
    more_ = true;
    return;
  }
  advance();
}

void TrackCursor::advance() {
  if (kind_ == TrackKind::items) return advance_items();
  if (kind_ == TrackKind::states) return advance_state();
  more_ = any_ahead_;
  if (!more_) return;
  next_ = {ahead_.from, true, ahead_.value, 0, 0, 0};
  any_ahead_ = events_.read(ahead_);
}

void TrackCursor::advance_state() {
  if (in_state_ && !(any_ahead_ && ahead_.from == last_.to)) {
    next_ = {last_.to, false, 0, 0, 0, 0};
    in_state_ = false;
    more_ = true;
    return;
  }
  more_ = in_state_ = any_ahead_;
  if (!more_) return;
  last_ = ahead_;
  next_ = {last_.from, true, last_.value, 0, 0, 0};
  any_ahead_ = events_.read(ahead_);
}

void TrackCursor::advance_items() {
  more_ = any_ahead_ || !ends_.empty();
  if (!more_) return;
  Cycle at = any_ahead_ ? ahead_.from : ends_.top();
  if (!ends_.empty()) at = std::min(at, ends_.top());
  while (!ends_.empty() && ends_.top() <= at) ends_.pop();
  while (any_ahead_ && ahead_.from == at) {
    // What takes no time is seen for a cycle.
    ends_.push(std::max(ahead_.to, at + 1));
    last_ = ahead_;
    any_ahead_ = events_.read(ahead_);
  }
  next_ = {at, !ends_.empty(), ends_.size(), 0, 0, 0};
  if (ends_.empty()) return;
  next_.words = last_.words;
  next_.source = last_.source;
  next_.serial = last_.serial;
}

}  // namespace uvea::trace
