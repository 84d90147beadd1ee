#pragma once
// The events of a fragment's track one by one, as they were told.

#include <cstdint>
#include <vector>

#include "tb/trace/fragment.h"

namespace uvea::trace {

/// A state, value or item. `to` of a value is its `from`.
struct TrackEvent {
  Cycle from = 0, to = 0;
  std::uint64_t value = 0, words = 0, serial = 0;
  std::uint32_t source = 0;
};

class EventReader {
 public:
  /// The fragment must outlive it.
  EventReader(const Fragment& fragment, std::size_t track);
  /// The next one; false when there is none.
  bool read(TrackEvent& event);

 private:
  const TrackKind kind_;
  const std::vector<Fragment::ChunkView>& chunks_;
  std::size_t chunk_ = 0;
  const std::uint8_t *at_ = nullptr, *end_ = nullptr;
  Cycle base_ = 0;
  std::uint64_t value_ = 0;
};

}  // namespace uvea::trace
