#pragma once
// A PE as docs/pe_timing.md has it, chunk by chunk: which moments its bursts have. Each function
// names its rule. Inside the mapper only.

#include <array>
#include <cstdint>

namespace uvea::mapper {

using Cycle = std::int64_t;

/// What all PEs of a layer have in common.
struct PlayPeSettings {
  int iact_entries = 16, iact_segments = 9;  ///< of the SPads
  int window_segments = 1;                   ///< K
  int segment_len = 1;
  int columns = 1;            ///< weight columns of a tile
  int weight_buffers = 1;     ///< 2: weight_double_buffer
  int psum_banks = 1;         ///< that chunks of this layer use
  Cycle front = 3, back = 3;  ///< stages before the examine, behind the issue stage
  bool examines = true;  ///< an iact takes a slot, then its MACs; a dense PE's slots are its MACs
};

/// A chunk of a row: for each segment which of its iacts are there, a bit each.
struct PlayChunk {
  static constexpr int kMostSegments = 16;
  std::array<std::uint32_t, kMostSegments> iacts;
  int segments = 0, windows = 0;
  int entries = 0;
  bool last = false;  ///< of its row
};

/// Bits that are set; in line, where the compiler's own would be a call.
constexpr int count_bits(std::uint32_t bits) {
  bits -= (bits >> 1) & 0x55555555U;
  bits = (bits & 0x33333333U) + ((bits >> 2) & 0x33333333U);
  return static_cast<int>((((bits + (bits >> 4)) & 0x0F0F0F0FU) * 0x01010101U) >> 24);
}

class PlayPe {
 public:
  void begin(const PlayPeSettings& settings);

  /// Rule 1: a weight burst can start.
  Cycle weight_ready(Cycle offer) const;
  /// Its beats begin in cycle `start`; the next chunks belong to it.
  void take_weights(Cycle start, int words, const std::uint8_t* cycles);
  /// Rule 7, or 9 and 10: the epoch ends.
  void retire(Cycle at);

  /// Rule 2: takes the space of a chunk; returns from when on it is ready for the burst.
  Cycle iact_ready(Cycle offer, const PlayChunk& chunk);
  /// Rules 3 to 6: works on the chunk, whose burst ends at `end`. Returns when it is done.
  Cycle work(const PlayChunk& chunk, Cycle end);
  /// Rule 8: its psums are offered from here on, once they are done.
  Cycle psum_out_free() const { return psum_out_free_; }
  /// Rule 8: the burst ends, its bank is free.
  void psums_left(Cycle end);

  Cycle work_end() const { return work_end_; }
  Cycle complete() const { return complete_; }
  Cycle retired() const { return retired_[0]; }

 private:
  static constexpr int kMostEntries = 64;  ///< segments whose release is to come: a power of two

  PlayPeSettings s_;
  const std::uint8_t* cycles_ = nullptr;
  Cycle known_ = 0, complete_ = 0;
  std::array<Cycle, 2> retired_{};  ///< the last epochs, the latest first
  Cycle weight_port_free_ = 0, iact_port_free_ = 0;
  Cycle scan_free_ = 0, issue_free_ = 0, work_end_ = 0;
  Cycle psum_out_free_ = 0;
  std::array<Cycle, 2> bank_free_{};  ///< the last bursts' ends, the latest first
  // Rule 2 and 5: segments in the SPad and those released, in order.
  struct Release {
    Cycle at;
    int entries;
  };
  std::array<Release, kMostEntries> releases_;
  unsigned first_release_ = 0, next_release_ = 0;
  int entries_ = 0, segments_ = 0;
  std::array<std::uint32_t, 32> window_;  ///< a ring of resident segments
  unsigned oldest_ = 0, newest_ = 0;
};

}  // namespace uvea::mapper
