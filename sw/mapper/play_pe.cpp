#include "sw/mapper/play_pe.h"

#include <algorithm>

namespace uvea::mapper {

void PlayPe::begin() {
  tile_ = {};
  known_ = complete_ = weight_port_free_ = iact_port_free_ = 0;
  scan_free_ = issue_free_ = work_end_ = 0;
  retired_ = bank_free_ = {};
  first_release_ = next_release_ = 0;
  entries_ = segments_ = 0;
}

Cycle PlayPe::weight_ready(const PlayPeSettings& s, Cycle offer) const {
  const Cycle buffer = retired_[static_cast<std::size_t>(s.weight_buffers - 1)];
  return std::max({offer, weight_port_free_, buffer});
}

void PlayPe::take_weights(Cycle start, int words, const PlayTile& tile) {
  known_ = start + std::min(words, 2);
  complete_ = weight_port_free_ = start + words;
  tile_ = tile;
}

void PlayPe::retire(Cycle at) {
  retired_[1] = retired_[0];
  retired_[0] = at;
}

Cycle PlayPe::iact_ready(const PlayPeSettings& s, Cycle offer, const PlayChunk& chunk) {
  Cycle ready = std::max({offer, iact_port_free_, known_});
  while (
      (entries_ + chunk.entries > s.iact_entries || segments_ + chunk.segments > s.iact_segments) &&
      first_release_ != next_release_) {
    const Release& release = releases_[first_release_++ % kMostEntries];
    ready = std::max(ready, release.at);
    entries_ -= release.entries;
    --segments_;
  }
  entries_ += chunk.entries;
  segments_ += chunk.segments;
  return ready;
}

Cycle PlayPe::first_slot(const PlayPeSettings& s, Cycle end) const {
  const Cycle bank = bank_free_[static_cast<std::size_t>(s.psum_banks - 1)];
  return std::max({std::max(end, complete_) + s.front, scan_free_, bank});
}

Cycle PlayPe::take(const PlayPeSettings& s, const PlayChunk& chunk, const ChunkWork& work,
                   Cycle end, Cycle first) {
  iact_port_free_ = end;
  for (int i = 0; i < work.leaving; ++i) {
    const auto at = static_cast<std::size_t>(i);
    releases_[next_release_++ % kMostEntries] = {first + work.left_at[at], chunk.counts[at]};
  }
  scan_free_ = first + work.scan;
  // Where it was free before the first slot nothing tells that from free at it.
  issue_free_ = first + work.issue;
  work_end_ = first + std::max(work.slot + 1, work.issue);
  return work_end_ + s.back;  // rule 6
}

}  // namespace uvea::mapper
