#pragma once
// The iact data SPad as the window sees it: entries of the segments that are in, oldest first. A
// segment's entries lie behind those of the one before.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "hw/pe/iact_chunk.h"

namespace uvea::hw {

class IactWindow {
 public:
  struct Segment {
    const IactEntry* first = nullptr;
    const IactEntry* last = nullptr;  ///< behind its last entry
    bool empty() const { return first == last; }
    std::size_t size() const { return static_cast<std::size_t>(last - first); }
    const IactEntry* begin() const { return first; }
    const IactEntry* end() const { return last; }
  };

  bool empty() const { return head_ + 1 == starts_.size(); }
  void clear() {
    entries_.clear();
    starts_.assign(1, 0);
    head_ = 0;
  }
  /// Segment k from the oldest on; valid until the next take().
  Segment operator[](std::size_t k) const {
    const IactEntry* base = entries_.data();
    return {base + starts_[head_ + k], base + starts_[head_ + k + 1]};
  }
  /// The chunk's segments come in.
  void take(const IactChunk& chunk) {
    drop_left();
    entries_.insert(entries_.end(), chunk.entries.begin(), chunk.entries.begin() + chunk.size);
    for (int s = 0; s < chunk.header.segments; ++s)
      starts_.push_back(starts_.back() + chunk.counts[static_cast<std::size_t>(s)]);
  }
  /// The oldest segment leaves.
  void slide() { ++head_; }

 private:
  /// Moves what is left to the front.
  void drop_left() {
    const std::size_t gone = starts_[head_];
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(gone));
    starts_.erase(starts_.begin(), starts_.begin() + static_cast<std::ptrdiff_t>(head_));
    for (std::size_t& start : starts_) start -= gone;
    head_ = 0;
  }

  std::vector<IactEntry> entries_;
  std::vector<std::size_t> starts_ = {0};  ///< of each segment in entries_, and where the last ends
  std::size_t head_ = 0;                   ///< the oldest segment
};

}  // namespace uvea::hw
