#include "sw/mapper/play_work.h"

namespace uvea::mapper {

void work_out(const WindowSettings& settings, const PlayTile& tile, const PlayChunk& chunk,
              Cycle busy, ChunkWork& out) {
  PlayStages at;
  at.issue = busy;
  const int k_all = settings.segments;
  out.leaving = 0;
  for (int w = 0; w < chunk.windows; ++w) {
    std::array<Cycle, PlayChunk::kMostSegments> free;
    int not_free = 0;
    bool any = false;
    at.slot = at.scan;
    for (int k = 0; k < k_all; ++k) {
      const auto segment = static_cast<std::size_t>(w + k);
      const std::uint32_t iacts = chunk.iacts[segment];
      if (iacts == 0) continue;
      any = true;
      while (not_free < k) free[static_cast<std::size_t>(not_free++)] = at.scan + 1;
      const PlaySegment& under = tile.segments[k];
      if (under.each > 0 || under.filled == 0) {
        const std::uint32_t on_weights = iacts & under.filled;
        const int all = chunk.counts[segment];
        const int full = on_weights == iacts ? all : count_bits(on_weights);
        at.pass_alike(full, under.each, all - full, settings.examines);
      } else {
        at.pass_each(iacts, tile.cycles + k * settings.segment_len, settings.examines);
      }
      free[static_cast<std::size_t>(k)] = at.slot + 1;
      not_free = k + 1;
    }
    if (!any) at.scan = at.slot + 1;  // a window without iacts takes one slot
    while (not_free < k_all) free[static_cast<std::size_t>(not_free++)] = at.slot + 1;
    // Rule 5: what leaves with this window.
    const int leaving = chunk.last && w + 1 == chunk.windows ? k_all : 1;
    for (int i = 0; i < leaving; ++i)
      out.left_at[static_cast<std::size_t>(out.leaving++)] = free[static_cast<std::size_t>(i)];
  }
  out.slot = at.slot;
  out.scan = std::max(at.scan, at.slot + 1);
  out.issue = at.issue;
}

}  // namespace uvea::mapper
