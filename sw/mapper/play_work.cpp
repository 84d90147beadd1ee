#include "sw/mapper/play_work.h"

namespace uvea::mapper {
namespace {

/// A segment of a window.
void pass_segment(const WindowSettings& settings, const PlayTile& tile, int k,
                  const PlayChunk& chunk, std::size_t segment, PlayStages& at) {
  const std::uint32_t iacts = chunk.iacts[segment];
  if (iacts == 0) return;
  const PlaySegment& under = tile.segments[k];
  const std::uint8_t* const cycles = tile.cycles + k * settings.segment_len;
  if (under.together)
    at.pass_together(iacts, chunk.counts[segment], under, cycles, settings.examines);
  else
    at.pass_each(iacts, cycles, settings.examines);
}

/// The windows behind which only their first segment leaves: all but the last one of a row.
/// `pass_first` and `pass_others` pass a window's segments, which are those from a number on.
template <typename First, typename Others>
int pass_windows(const PlayChunk& chunk, PlayStages& at, ChunkWork& out, First pass_first,
                 Others pass_others) {
  const int windows = chunk.windows - (chunk.last ? 1 : 0);
  for (int w = 0; w < windows; ++w) {
    const auto first = static_cast<std::size_t>(w);
    const Cycle begin = at.slot = at.scan;
    pass_first(first);
    // A segment without iacts leaves with the slot in which that is seen.
    out.left_at[first] = (chunk.counts[first] == 0 ? begin : at.slot) + 1;
    const bool any = pass_others(first + 1) || chunk.counts[first] > 0;
    at.scan = any ? at.scan : begin + 1;  // a window without iacts takes one slot
  }
  return windows;
}

int pass_windows(const WindowSettings& settings, const PlayTile& tile, const PlayChunk& chunk,
                 PlayStages& at, ChunkWork& out) {
  const auto others = static_cast<std::size_t>(settings.segments - 1);
  if (settings.segment_len == 1 && settings.examines)
    return pass_windows(
        chunk, at, out, [&](std::size_t first) { at.pass_one(chunk.iacts[first], tile.cycles[0]); },
        [&](std::size_t first) {
          std::uint32_t any = 0;
          for (std::size_t i = 0; i < others; ++i) {
            at.pass_one(chunk.iacts[first + i], tile.cycles[i + 1]);
            any |= chunk.iacts[first + i];
          }
          return any != 0;
        });
  if (tile.each > 0) {
    int count = 0;  // of the other segments' iacts
    for (std::size_t i = 0; i + 1 < others; ++i) count += chunk.counts[i + 1];
    return pass_windows(
        chunk, at, out,
        [&](std::size_t first) {
          at.pass_alike(chunk.counts[first], tile.each, settings.examines);
        },
        [&](std::size_t first) {
          if (others == 0) return false;
          count += chunk.counts[first + others - 1];
          const int passed = count;
          at.pass_alike(passed, tile.each, settings.examines);
          count -= chunk.counts[first];
          return passed > 0;
        });
  }
  return pass_windows(
      chunk, at, out, [&](std::size_t first) { pass_segment(settings, tile, 0, chunk, first, at); },
      [&](std::size_t first) {
        int any = 0;
        for (std::size_t i = 0; i < others; ++i) {
          pass_segment(settings, tile, static_cast<int>(i) + 1, chunk, first + i, at);
          any += chunk.counts[first + i];
        }
        return any > 0;
      });
}

/// The last window of a row: all of its segments leave.
void pass_last_window(const WindowSettings& settings, const PlayTile& tile, const PlayChunk& chunk,
                      PlayStages& at, ChunkWork& out) {
  const auto first = static_cast<std::size_t>(chunk.windows - 1);
  const auto all = static_cast<std::size_t>(settings.segments);
  Cycle* const left_at = out.left_at.data() + first;
  std::size_t known = 0;
  at.slot = at.scan;
  for (std::size_t k = 0; k < all; ++k) {
    if (chunk.counts[first + k] == 0) continue;
    while (known < k) left_at[known++] = at.scan + 1;
    pass_segment(settings, tile, static_cast<int>(k), chunk, first + k, at);
    left_at[known++] = at.slot + 1;
  }
  if (known == 0) at.scan = at.slot + 1;
  while (known < all) left_at[known++] = at.slot + 1;
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
  out.leaving = pass_windows(settings, tile, chunk, at, out);
  if (chunk.last) {
    pass_last_window(settings, tile, chunk, at, out);
    out.leaving += settings.segments;
  }
  out.slot = at.slot;
  out.scan = std::max(at.scan, at.slot + 1);
  out.issue = at.issue;
}

}  // namespace uvea::mapper
