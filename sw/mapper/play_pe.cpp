#include "sw/mapper/play_pe.h"

#include <algorithm>

namespace uvea::mapper {

void PlayPe::begin(const PlayPeSettings& settings) {
  *this = PlayPe{};
  s_ = settings;
}

Cycle PlayPe::weight_ready(Cycle offer) const {
  const Cycle buffer = retired_[static_cast<std::size_t>(s_.weight_buffers - 1)];
  return std::max({offer, weight_port_free_, buffer});
}

void PlayPe::take_weights(Cycle start, int words, const std::uint8_t* cycles) {
  known_ = start + std::min(words, 2);
  complete_ = weight_port_free_ = start + words;
  cycles_ = cycles;
}

void PlayPe::retire(Cycle at) {
  retired_[1] = retired_[0];
  retired_[0] = at;
}

Cycle PlayPe::iact_ready(Cycle offer, const PlayChunk& chunk) {
  Cycle ready = std::max({offer, iact_port_free_, known_});
  while ((entries_ + chunk.entries > s_.iact_entries ||
          segments_ + chunk.segments > s_.iact_segments) &&
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

Cycle PlayPe::work(const PlayChunk& chunk, Cycle end) {
  iact_port_free_ = end;
  for (int i = 0; i < chunk.segments; ++i)
    window_[newest_++ % window_.size()] = chunk.iacts[static_cast<std::size_t>(i)];
  // Rule 3: weights and iacts complete, a psum bank free.
  Cycle scan = std::max(std::max(end, complete_) + s_.front, scan_free_);
  scan = std::max(scan, bank_free_[static_cast<std::size_t>(s_.psum_banks - 1)]);
  Cycle issue = issue_free_, slot = scan;
  const auto k_all = static_cast<unsigned>(s_.window_segments);
  for (int w = 0; w < chunk.windows; ++w) {
    const bool row_ends = chunk.last && w + 1 == chunk.windows;
    std::array<Cycle, PlayChunk::kMostSegments> free;
    unsigned not_free = 0;
    bool any = false;
    slot = scan;
    for (unsigned k = 0; k < k_all; ++k) {
      std::uint32_t iacts = window_[(oldest_ + k) % window_.size()];
      if (iacts == 0) continue;
      any = true;
      while (not_free < k) free[not_free++] = scan + 1;
      const std::uint8_t* const cycles = cycles_ + static_cast<int>(k) * s_.segment_len;
      do {
        const int offset = __builtin_ctz(iacts);
        iacts &= iacts - 1;
        const int length = cycles[offset];
        if (length == 0 && !s_.examines) continue;
        slot = scan++;
        // Rule 4: the issue stage is at work for the column's pairs; an empty column ends here.
        if (length == 0) continue;
        const Cycle begin = std::max(slot, issue);
        issue = begin + length;
        scan = std::max(scan, begin);
        if (s_.examines) continue;
        slot = issue - 1;  // the last of its MACs, each of which is a slot
        scan = issue;
      } while (iacts != 0);
      free[k] = slot + 1;
      not_free = k + 1;
    }
    if (!any) scan = slot + 1;  // a window without iacts takes one slot
    while (not_free < k_all) free[not_free++] = slot + 1;
    // Rule 5: what leaves with this window.
    for (unsigned leaving = 0; leaving < (row_ends ? k_all : 1U); ++leaving) {
      const std::uint32_t iacts = window_[oldest_++ % window_.size()];
      releases_[next_release_++ % kMostEntries] = {free[leaving], count_bits(iacts)};
    }
  }
  scan_free_ = std::max(scan, slot + 1);
  issue_free_ = issue;
  work_end_ = std::max(slot + 1, issue);
  return work_end_ + s_.back;  // rule 6
}

void PlayPe::psums_left(Cycle end) {
  psum_out_free_ = end;
  bank_free_[1] = bank_free_[0];
  bank_free_[0] = end;
}

}  // namespace uvea::mapper
