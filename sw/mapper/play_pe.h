#pragma once
// A PE as docs/pe_timing.md has it, chunk by chunk: which moments its bursts have. Each function
// names its rule. Inside the mapper only.

#include <algorithm>
#include <array>
#include <cstdint>

#include "sw/mapper/play_work.h"

namespace uvea::mapper {

/// What all PEs of a layer have in common.
struct PlayPeSettings {
  int iact_entries = 16, iact_segments = 9;  ///< of the SPads
  WindowSettings window;
  int weight_buffers = 1;     ///< 2: weight_double_buffer
  int psum_banks = 1;         ///< that chunks of this layer use
  Cycle front = 3, back = 3;  ///< stages before the examine, behind the issue stage
};

class PlayPe {
 public:
  void begin();

  /// Rule 1: a weight burst can start.
  Cycle weight_ready(const PlayPeSettings& s, Cycle offer) const;
  /// Its beats begin in cycle `start`; the next chunks belong to it.
  void take_weights(Cycle start, int words, const PlayTile& tile);
  /// Rule 7, or 9 and 10: the epoch ends.
  void retire(Cycle at);

  /// Rule 2: takes the space of a chunk; returns from when on it is ready for the burst.
  Cycle iact_ready(const PlayPeSettings& s, Cycle offer, const PlayChunk& chunk);
  /// Rule 3: the first slot of a chunk whose burst ends at `end`: weights and iacts complete, a psum
  /// bank free.
  Cycle first_slot(const PlayPeSettings& s, Cycle end) const;
  /// For so long the issue stage is still at work behind that slot.
  Cycle busy_behind(Cycle slot) const { return issue_free_ > slot ? issue_free_ - slot : 0; }
  const PlayTile& tile() const { return tile_; }
  /// Rules 3 to 6: the chunk's burst ends at `end`, its work begins with the slot `first`. Returns
  /// when it is done.
  Cycle take(const PlayPeSettings& s, const PlayChunk& chunk, const ChunkWork& work, Cycle end,
             Cycle first);
  /// Rule 8: its psums are offered from here on, once they are done.
  Cycle psum_out_free() const { return bank_free_[0]; }
  /// Rule 8: the burst ends, its bank is free.
  void psums_left(Cycle end) {
    bank_free_[1] = bank_free_[0];
    bank_free_[0] = end;
  }

  Cycle work_end() const { return work_end_; }
  Cycle complete() const { return complete_; }
  Cycle retired() const { return retired_[0]; }

 private:
  static constexpr int kMostEntries = 64;  ///< segments whose release is to come: a power of two

  PlayTile tile_;
  Cycle known_ = 0, complete_ = 0;
  std::array<Cycle, 2> retired_{};  ///< the last epochs, the latest first
  Cycle weight_port_free_ = 0, iact_port_free_ = 0;
  Cycle scan_free_ = 0, issue_free_ = 0, work_end_ = 0;
  std::array<Cycle, 2> bank_free_{};  ///< the last bursts' ends, the latest first
  // Rule 2 and 5: segments in the SPad and those released, in order.
  unsigned first_release_ = 0, next_release_ = 0;
  int entries_ = 0, segments_ = 0;
  struct Release {
    Cycle at;
    int entries;
  };
  std::array<Release, kMostEntries> releases_;
};

// In line: they are most of what a play does.

inline Cycle PlayPe::iact_ready(const PlayPeSettings& s, Cycle offer, const PlayChunk& chunk) {
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

inline Cycle PlayPe::first_slot(const PlayPeSettings& s, Cycle end) const {
  const Cycle bank = bank_free_[static_cast<std::size_t>(s.psum_banks - 1)];
  return std::max({std::max(end, complete_) + s.front, scan_free_, bank});
}

inline Cycle PlayPe::take(const PlayPeSettings& s, const PlayChunk& chunk, const ChunkWork& work,
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
