#pragma once
// What a PE does with a chunk (docs/pe_timing.md, rules 3 to 5), counted from the chunk's first slot
// on. It is the same for all PEs that have the chunk, the same weights and as much left to issue, so
// it is worked out once for them. Inside the mapper only.

#include <algorithm>
#include <array>
#include <cstdint>

namespace uvea::mapper {

using Cycle = std::int64_t;

/// Bits that are set; in line, where the compiler's own would be a call.
constexpr int count_bits(std::uint32_t bits) {
  bits -= (bits >> 1) & 0x55555555U;
  bits = (bits & 0x33333333U) + ((bits >> 2) & 0x33333333U);
  return static_cast<int>((((bits + (bits >> 4)) & 0x0F0F0F0FU) * 0x01010101U) >> 24);
}

/// A chunk of a row: for each segment which of its iacts are there, a bit each.
struct PlayChunk {
  static constexpr int kMostSegments = 16;
  /// Those that windows of the row's chunks before have left behind, then the chunk's own.
  std::array<std::uint32_t, 2 * kMostSegments> iacts;
  std::array<std::uint8_t, 2 * kMostSegments> counts;  ///< of their bits
  int left = 0;                                        ///< the former ones
  int segments = 0, windows = 0;                       ///< its own
  int entries = 0;                                     ///< iacts of its own segments
  bool last = false;                                   ///< of its row

  void set(int segment, std::uint32_t mask) {
    const auto at = static_cast<std::size_t>(left + segment);
    iacts[at] = mask;
    const int bits = count_bits(mask);
    counts[at] = static_cast<std::uint8_t>(bits);
    entries += bits;
  }
};

/// The weight columns under one segment of a window.
struct PlaySegment {
  std::uint32_t filled = 0;  ///< columns that have weights, a bit each
  std::uint32_t unlike = 0;  ///< those of them that do not take `each` issue cycles
  int each = 0;
  /// PlayStages::pass_together() holds: none that is filled is behind an empty one, and all take the
  /// same issue cycles or all take two at least.
  bool together = false;
};

/// What such columns, at most 31, have in common; `cycles`: issue cycles of each, 0 for an empty one.
PlaySegment segment_of(const std::uint8_t* cycles, int columns);

/// A tile's columns in the order of docs/pe_timing.md.
struct PlayTile {
  const std::uint8_t* cycles = nullptr;  ///< issue cycles of each (rule 4), 0 for an empty one
  const PlaySegment* segments = nullptr;
  int each = 0;  ///< every column of it takes so many; 0: no such number
};

/// How a layer's PEs look at their windows.
struct WindowSettings {
  int segments = 1;  ///< of a window: K
  int segment_len = 1;
  bool examines = true;  ///< an iact takes a slot, then its MACs; a dense PE's slots are its MACs
};

/// Where the examine stage and the issue stage are.
struct PlayStages {
  Cycle scan = 0;   ///< the next slot
  Cycle issue = 0;  ///< the issue stage is free from here on
  Cycle slot = 0;   ///< the last slot that was taken

  /// One after another, iact by iact (rules 3 and 4).
  void pass_each(std::uint32_t iacts, const std::uint8_t* cycles, bool examines) {
    for (; iacts != 0; iacts &= iacts - 1) {
      const int length = cycles[__builtin_ctz(iacts)];
      if (length == 0 && !examines) continue;
      slot = scan++;
      // Rule 4: the issue stage is at work for the column's pairs; an empty column ends here.
      if (length == 0) continue;
      const Cycle begin = std::max(slot, issue);
      issue = begin + length;
      scan = std::max(scan, begin);
      if (examines) continue;
      slot = issue - 1;  // the last of its MACs, each of which is a slot
      scan = issue;
    }
  }

  /// The same for one column, with an iact (1) or none (0), where the PE examines.
  void pass_one(std::uint32_t there, int length) {
    const Cycle taken = -static_cast<Cycle>(there);
    const Cycle issued = length > 0 ? taken : 0;
    const Cycle begin = std::max(scan, issue);
    slot += taken & (scan - slot);
    scan += taken & 1;
    scan = std::max(scan, issued & begin);
    issue += issued & (begin + length - issue);
  }

  /// The same for `full` iacts on columns of `each` cycles.
  void pass_alike(int full, int each, bool examines) {
    if (full > 0) pass(full, Cycle{full} * each, each, each, examines);
  }

  /// The same for iacts on a segment that is looked at as a whole.
  void pass_together(std::uint32_t iacts, int count, const PlaySegment& segment,
                     const std::uint8_t* cycles, bool examines) {
    const std::uint32_t on_weights = iacts & segment.filled;
    const int full = on_weights == iacts ? count : count_bits(on_weights);
    std::uint32_t unlike = on_weights & segment.unlike;
    if (unlike == 0) {
      pass_alike(full, segment.each, examines);
    } else {
      Cycle all = Cycle{full} * segment.each;
      for (; unlike != 0; unlike &= unlike - 1) all += cycles[__builtin_ctz(unlike)] - segment.each;
      const int last = 31 - __builtin_clz(on_weights);
      const std::uint32_t others = on_weights ^ (1U << last);
      const int before = others == 0 ? 0 : cycles[31 - __builtin_clz(others)];
      pass(full, all, before, cycles[last], examines);
    }
    if (count == full || !examines) return;
    scan += count - full;
    slot = scan - 1;
  }

 private:
  /// `full` iacts, one at least, that take `all` cycles, the last two of them `before` and `last`. The
  /// first one begins when the stage is free; the others follow without a gap, since a slot is free
  /// no later than the one before has begun to issue and one cycle more.
  void pass(int full, Cycle all, int before, int last, bool examines) {
    const Cycle begin = std::max(scan, issue), second = std::max(scan + 1, begin);
    issue = begin + all;
    if (!examines) {
      slot = issue - 1;
      scan = issue;
      return;
    }
    // Choices, not branches: how many iacts there are nobody can foretell.
    const bool of_one = last == 1;  // then all are
    const Cycle behind = of_one ? second + full - 1 : issue - last;
    const Cycle last_slot = of_one ? behind - 1 : full == 2 ? second : behind - before;
    slot = full == 1 ? scan : last_slot;
    scan = full == 1 ? second : behind;
  }
};

/// Counted from the chunk's first slot on.
struct ChunkWork {
  Cycle slot = 0;   ///< the last one
  Cycle scan = 0;   ///< the next chunk's first one, at the earliest
  Cycle issue = 0;  ///< the issue stage is free from here on
  int leaving = 0;  ///< segments that leave the SPad, in order
  std::array<Cycle, 2 * PlayChunk::kMostSegments> left_at;  ///< and when (rule 5)
};

/// `busy`: for so long the issue stage still is; 0 when it is free.
void work_out(const WindowSettings& settings, const PlayTile& tile, const PlayChunk& chunk,
              Cycle busy, ChunkWork& out);

}  // namespace uvea::mapper
