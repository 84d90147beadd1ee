#include "sw/mapper/play_work.h"

namespace uvea::mapper {
namespace {

/// The windows of a chunk on a tile whose columns all take `each` cycles, but for the last one of a
/// row: of a window only its first segment leaves, so the others are passed at once.
int pass_whole_windows(const WindowSettings& settings, int each, const PlayChunk& chunk,
                       PlayStages& at, ChunkWork& out) {
  const int windows = chunk.windows - (chunk.last ? 1 : 0);
  int others = 0;
  for (int k = 1; k < settings.segments; ++k) others += chunk.counts[static_cast<std::size_t>(k)];
  for (int w = 0; w < windows; ++w) {
    const auto first = static_cast<std::size_t>(w);
    const int of_first = chunk.counts[first];
    at.slot = at.scan;
    Cycle free = at.scan + 1;
    if (of_first > 0) {
      at.pass_alike(of_first, each, settings.examines);
      free = at.slot + 1;
    }
    at.pass_alike(others, each, settings.examines);
    if (of_first + others == 0) at.scan = at.slot + 1;  // a window without iacts takes one slot
    out.left_at[first] = free;
    if (settings.segments > 1)
      others += chunk.counts[first + static_cast<std::size_t>(settings.segments)] -
                chunk.counts[first + 1];
  }
  return windows;
}

}  // namespace

PlaySegment segment_of(const std::uint8_t* cycles, int columns) {
  PlaySegment segment;
  std::array<int, 256> times{};
  bool ordered = true;
  int least = 0;
  for (int c = 0; c < columns; ++c) {
    const int length = cycles[c];
    if (length == 0) continue;
    ordered = ordered && segment.filled == (1U << c) - 1U;
    segment.filled |= 1U << c;
    least = least == 0 ? length : std::min(least, length);
    if (++times[static_cast<std::size_t>(length)] > times[static_cast<std::size_t>(segment.each)])
      segment.each = length;
  }
  for (int c = 0; c < columns; ++c)
    if (cycles[c] != 0 && cycles[c] != segment.each) segment.unlike |= 1U << c;
  segment.together = ordered && (segment.unlike == 0 || least >= 2);
  return segment;
}

void work_out(const WindowSettings& settings, const PlayTile& tile, const PlayChunk& chunk,
              Cycle busy, ChunkWork& out) {
  PlayStages at;
  at.issue = busy;
  const int k_all = settings.segments;
  const int whole =
      tile.each > 0 ? pass_whole_windows(settings, tile.each, chunk, at, out) : 0;
  out.leaving = whole;
  for (int w = whole; w < chunk.windows; ++w) {
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
      const std::uint8_t* const cycles = tile.cycles + k * settings.segment_len;
      if (under.together)
        at.pass_together(iacts, chunk.counts[segment], under, cycles, settings.examines);
      else
        at.pass_each(iacts, cycles, settings.examines);
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
