#pragma once
// A track of items that may end in another order than they began: tells them as they began.

#include <cstdint>
#include <deque>

#include "tlm/probe.h"

namespace uvea::link {

class ItemTrack {
 public:
  ItemTrack() = default;
  ItemTrack(Probe& probe, Probe::Track track) : probe_(&probe), track_(track) {}

  void begin(const Probe::Item& item, std::uint64_t words, Cycle at) {
    open_.push_back({item, words, at, 0, false});
  }
  /// One that has begun ends.
  void end(const Probe::Item& item, Cycle at) {
    for (Open& open : open_) {
      if (!(open.item == item)) continue;
      open.to = at;
      open.ended = true;
      break;
    }
    for (; !open_.empty() && open_.front().ended; open_.pop_front()) {
      const Open& first = open_.front();
      probe_->item(track_, first.item, first.words, first.from, first.to);
    }
  }
  std::size_t open() const { return open_.size(); }

 private:
  struct Open {
    Probe::Item item;
    std::uint64_t words;
    Cycle from, to;
    bool ended;
  };

  Probe* probe_ = nullptr;
  Probe::Track track_ = Probe::kNone;
  std::deque<Open> open_;
};

}  // namespace uvea::link
