#pragma once
// What a PE computes in one chunk and how many cycles it takes: the SPads' contents decoded, the
// MAC array, the cycle count. No SystemC: the block around it (sparse_pe.h) supplies the moments.
//
// Timing contract: rules 3 to 7 of docs/pe_timing.md.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hw/block/counters.h"
#include "hw/block/stall_account.h"
#include "hw/command/layer_command.h"
#include "hw/command/stream_format.h"
#include "hw/pe/ring.h"

namespace uvea::hw {

/// Static settings of a PE during a layer.
struct PeSettings {
  bool csc = true;
  bool iact_signed = false;
  bool single_lane = false;
  bool weight_double_buffer = false;
  int segment_len = 1;  ///< C0 * columns entering per slide
  int segments = 1;     ///< K, segments in a window
  int m0 = 1;           ///< psums per window
  int tile_psums = 1;   ///< T * M0
};
PeSettings pe_settings(const LayerCommand& command);

/// One weight tile, decoded from its burst.
class WeightTile {
 public:
  /// `words` is a whole weight burst. Returns what is wrong with it, or nothing.
  std::string load(const std::vector<std::uint32_t>& words, const PeConfig& config,
                   const PeSettings& settings);

  const WeightHeader& header() const { return header_; }
  int columns() const { return header_.columns; }
  const std::int16_t* column(int i) const { return &dense_[static_cast<std::size_t>(i * stride_)]; }
  int stride() const { return stride_; }
  /// What an iact that is not zero has done with a column, in 16-bit fields so that a window's
  /// iacts (at most kMaxChunkSegments * kMaxSegmentIacts) add up in two sums.
  struct Work {
    std::uint64_t counts = 0;  ///< issue slots, data words, stored weights, weights not zero
    std::uint64_t slots = 0;   ///< of the issue slots: useful, idle lane, gated
    static constexpr std::uint64_t field(std::uint64_t sum, int i) {
      return (sum >> (16 * i)) & 0xFFFFU;
    }
    static constexpr std::uint64_t pack(int a, int b, int c, int d) {
      const auto at = [](int value, int i) {
        return static_cast<std::uint64_t>(value) << (16 * i);
      };
      return at(a, 0) | at(b, 1) | at(c, 2) | at(d, 3);
    }
  };
  const Work& work(int i) const { return work_[static_cast<std::size_t>(i)]; }
  /// The class of one issue slot of a column.
  Stall slot(int i, int n) const;
  int max_magnitude() const { return max_magnitude_; }

 private:
  std::string load_csc(const std::vector<std::uint32_t>& words, const PeConfig& config,
                       const PeSettings& settings);
  std::string load_raw(const std::vector<std::uint32_t>& words, const PeConfig& config,
                       const PeSettings& settings);
  void put(int column, int row, int value);
  /// A column is complete: so many stored weights in so many words, those at `zeros` zero, `lanes`
  /// of `simd` fed at a time.
  void close_column(int column, int words, int stored, std::uint64_t zeros, int lanes, int simd);

  WeightHeader header_;
  int stride_ = 8;
  std::vector<std::int16_t> dense_;  ///< [column][stride], rows beyond M0 zero
  std::array<Work, 32> work_{};
  std::array<std::uint64_t, 32> gated_{}, idle_{};  ///< slots, bit = number in the column
  int max_magnitude_ = 0;
};

/// One chunk of iacts, decoded from its burst.
struct IactChunk {
  IactHeader header;
  std::vector<IactSegment> segments;
  int entries = 0;  ///< SPad entries that it fills
};
/// What is wrong with the burst, or nothing.
std::string decode_iact_chunk(const std::vector<std::uint32_t>& words, const PeConfig& config,
                              const PeSettings& settings, IactChunk& chunk);

/// A segment leaves the iact SPads (rule 5).
struct SegmentRelease {
  std::uint64_t at = 0;  ///< its space is free from this cycle on
  int entries = 0;
};

/// Moments of one chunk.
struct ChunkTiming {
  std::uint64_t scan_free = 0;   ///< the next slot can fire
  std::uint64_t issue_free = 0;  ///< issue stage free again
  std::uint64_t work_end = 0;    ///< last slot examined and all issued
  SlotMix mix;                   ///< of the cycles up to there
  /// What each of these cycles was, where somebody asks: [from, to) of one class, in order.
  struct Interval {
    Stall stall = Stall::examine;
    std::uint64_t from = 0, to = 0;
  };
  /// How many lanes were fed in each cycle of [from, to), in order.
  struct Fed {
    std::uint64_t from = 0, to = 0;
    unsigned lanes = 0;
  };
  bool ask_order = false;
  std::vector<Interval> order;  ///< only when asked
  std::vector<Fed> fed;         ///< only when asked; cycles in which none was are left out
  std::vector<std::uint64_t> window_slots;  ///< last slot of each window
  std::vector<SegmentRelease> releases;     ///< in the order of their moments
};

/// The window and the MAC array.
class PeCore {
 public:
  PeCore() = default;
  explicit PeCore(const PeConfig& config) : config_(config) {}
  void configure(const PeSettings& settings);

  /// Takes the chunk's segments into the window and computes its windows: first slot in cycle
  /// `start`, issue stage free from `issue_free` on. `psums` become windows * M0 sums.
  void run_chunk(IactChunk& chunk, const WeightTile& tile, std::uint64_t start,
                 std::uint64_t issue_free, std::vector<std::int32_t>& psums, ChunkTiming& timing,
                 CounterSink& counters);
  bool window_empty() const { return window_.empty(); }

  /// Adds in the psum width: wraps, and tells whether it overflowed.
  std::int32_t add(std::int32_t a, std::int32_t b, std::uint64_t& overflows) const;

 private:
  /// Returns the window's last slot.
  std::uint64_t run_window(const WeightTile& tile, std::int32_t* psums, ChunkTiming& timing,
                           CounterSink& counters);

  PeConfig config_;
  PeSettings settings_;
  Ring<IactSegment> window_;
  std::vector<std::uint64_t> segment_free_;
};

}  // namespace uvea::hw
