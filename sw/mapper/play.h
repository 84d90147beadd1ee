#pragma once
// Plays a mapping's bursts through the rules of docs/pe_timing.md and docs/timing.md, chunk by
// chunk: one cluster (or chain of clusters) that stands for all, and of the loop nest a sample in
// its order, from which the rest follows: it repeats. What a run could not repeat for its values it
// draws from the densities, always the same ones. No events, no values: a recurrence over moments.
// Inside the mapper only.

#include <cstdint>
#include <memory>
#include <vector>

#include "sw/mapper/known_iacts.h"
#include "sw/mapper/mapping.h"
#include "sw/mapper/tile_sample.h"
#include "sw/nn/layer.h"

namespace uvea::mapper {

/// Bits of which a given share is set, always the same.
class IactDraws {
 public:
  explicit IactDraws(double density);
  /// The next `count` bits, at most 31.
  std::uint32_t take(int count) {
    const std::uint64_t at = next_;
    next_ += static_cast<std::uint64_t>(count);
    const std::uint64_t word = at / 64 % kWords, shift = at % 64;
    std::uint64_t bits = words_[word] >> shift;
    if (shift > 0) bits |= words_[(word + 1) % kWords] << (64 - shift);
    return static_cast<std::uint32_t>(bits) & ((1U << count) - 1U);
  }
  void rewind() { next_ = 0; }

 private:
  static constexpr std::uint64_t kWords = 1024;
  std::vector<std::uint64_t> words_;
  std::uint64_t next_ = 0;
};

/// What of a layer a play looks at.
struct PlayLayer {
  const nn::ConvGeometry& geo;
  bool padding_skipped = true;          ///< padding has the value 0
  double density = 1;                   ///< of what the PEs are sent
  bool compressed = false;              ///< iacts come compressed from DRAM: their length first
  double row_cycles = 0;                ///< that a port's DMA takes for an iact row
  std::vector<std::int64_t> unit_rows;  ///< of a unit larger than a step, by bank
  /// Where iacts are zero, when that is known: then more of the nest is played, with these instead of
  /// draws, for the cluster that has most to do.
  const KnownIacts* known = nullptr;
  /// With ChipSizes::serial_io: cycles of the chip's off-chip data for one load and for one dump, and
  /// of channel parameters before the first one.
  double load_cycles = 0, dump_cycles = 0, first_cycles = 0;
};

/// What plays one after another use again: their lists' memory.
struct PlayBuffers;

/// Plays mappings; for many of them keep one.
class Plays {
 public:
  Plays();
  ~Plays();
  Plays(const Plays&) = delete;
  Plays& operator=(const Plays&) = delete;

  /// Cycles from the layer's start to its last oact in DRAM.
  double play(const PlayLayer& layer, const Mapping& mapping, const Derived& derived,
              const ChipSizes& sizes, const TileSample& tiles, IactDraws& draws);

 private:
  std::unique_ptr<PlayBuffers> buffers_;
};

}  // namespace uvea::mapper
