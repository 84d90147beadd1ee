#pragma once
// What a PE computes in one chunk and how many cycles it takes: window, MAC array, cycle count. No
// SystemC: the block around it (model_pe.h) supplies the moments. Here is what all kinds have in
// common; how a window is worked on is a kind's own (sparse_pe.h, dense_pe.h).
//
// Timing contract: rules 3 to 7 of docs/pe_timing.md.

#include <cstdint>
#include <memory>
#include <vector>

#include "hw/block/counters.h"
#include "hw/block/stall_account.h"
#include "hw/pe/iact_window.h"
#include "hw/pe/pe_settings.h"
#include "hw/pe/weight_tile.h"

namespace uvea::hw {

/// A segment leaves the iact SPads (rule 5).
struct SegmentRelease {
  std::uint64_t at = 0;  ///< its space is free from this cycle on
  int entries = 0;
};

/// A multiply-accumulate with neither operand zero.
struct PeMac {
  std::uint64_t cycle = 0;  ///< in which it is in the MAC stage
  unsigned psum = 0;        ///< of the chunk: window * M0 + output channel
  std::int32_t iact = 0, weight = 0;
  std::int32_t sum = 0;  ///< the psum with it
  bool wrapped = false;  ///< it left the psum's width
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
  bool ask_macs = false;
  std::vector<PeMac> macs;  ///< only when asked, in the order in which they are done
  std::vector<std::uint64_t> window_slots;  ///< last slot of each window
  std::vector<SegmentRelease> releases;     ///< in the order of their moments
};

/// Cycles that a kind's pipeline adds.
struct PeStages {
  std::uint64_t front = 0;  ///< from the end of iacts and weights to a chunk's first slot (rule 3)
  std::uint64_t macs = 0;   ///< from an issue slot to its MACs
  std::uint64_t back = 0;   ///< from the end of a chunk's work until it is done (rule 6)
  std::uint64_t weights = 0;  ///< from there until its weights are free (rule 7)
};

/// The window and the MAC array.
class PeCore {
 public:
  virtual ~PeCore() = default;

  virtual PeStages stages() const = 0;
  void configure(const PeSettings& settings);

  /// Takes the chunk's segments into the window and computes its windows: first slot in cycle
  /// `start`, issue stage free from `issue_free` on. `psums` become windows * M0 sums.
  void run_chunk(const IactChunk& chunk, const WeightTile& tile, std::uint64_t start,
                 std::uint64_t issue_free, std::vector<std::int32_t>& psums, ChunkTiming& timing,
                 CounterSink& counters);
  bool window_empty() const { return window_.empty(); }

  /// Adds in the psum width: wraps, and tells whether it overflowed.
  std::int32_t add(std::int32_t a, std::int32_t b, std::uint64_t& overflows) const;

 protected:
  explicit PeCore(const PeConfig& config) : config_(config) {}

  /// Computes the next window and moves timing.scan_free and timing.issue_free; returns its last
  /// slot. Sets segment_free_. `first`: psum of the chunk that psums[0] is.
  virtual std::uint64_t run_window(const WeightTile& tile, std::int32_t* psums, unsigned first,
                                   ChunkTiming& timing, CounterSink& counters) = 0;

  std::uint64_t lanes() const {
    return static_cast<std::uint64_t>(settings_.single_lane ? 1 : config_.simd);
  }
  /// Whether a sum of a window may leave the psum width.
  bool may_overflow(const WeightTile& tile) const;
  /// An iact times a column, into sums of kMaxTileChannels + 1 places.
  void add_column(const WeightTile& tile, int column, std::int32_t value, bool may_overflow,
                  std::int32_t* acc, CounterSink& counters) const;
  /// Notes the issue slots of an iact at a column.
  void tell_order(const WeightTile& tile, int column, bool zero, std::uint64_t begin,
                  ChunkTiming& timing) const;
  /// The MACs of an iact at a column, which are issued from `begin` on; as they are summed up in
  /// `acc`. `first`: psum of the chunk that acc[0] is.
  void tell_macs(const WeightTile& tile, int column, std::int32_t value, std::uint64_t begin,
                 const std::int32_t* acc, unsigned first, ChunkTiming& timing) const;
  /// Notes an interval, as a part of the last one when that goes on.
  static void append(std::vector<ChunkTiming::Interval>& order, Stall stall, std::uint64_t from,
                     std::uint64_t to);

  const PeConfig config_;
  PeSettings settings_;
  IactWindow window_;
  std::vector<std::uint64_t> segment_free_;  ///< of the window's segments, if they leave
};

/// The core of a chip's kind of PE.
std::unique_ptr<PeCore> make_pe_core(const PeConfig& config);

}  // namespace uvea::hw
