#pragma once
// What the weights of a layer give a PE to do: issue cycles column by column, of tiles spread evenly
// over the layer, read from the real masks. Inside the mapper only.

#include <cstdint>
#include <vector>

#include "sw/mapper/mapping.h"
#include "sw/mapper/play_work.h"
#include "sw/nn/layer.h"

namespace uvea::mapper {

/// Columns in the order of docs/pe_timing.md: segment by segment, input column by input column,
/// channel by channel.
class TileSample {
 public:
  /// Of a mapping that is not turned. `dense`: no weight of the layer is zero. `every`: of all tiles,
  /// so that a number names that tile.
  TileSample(const nn::ConvLayer& layer, const Mapping& mapping, const Derived& derived,
             const ChipSizes& sizes, bool dense, bool every);

  int columns() const { return columns_; }
  /// A tile as a PE sees it. Any number names one.
  PlayTile tile(std::uint64_t number) const {
    const std::size_t at = index(number);
    return {&cycles_[at * static_cast<std::size_t>(columns_)], &segments_[at * segments_per_tile_],
            each_[at]};
  }
  /// Words of its burst: header, column ends, weights.
  int burst_words(std::uint64_t number) const { return words_[index(number)]; }
  /// Means over the sample.
  double mean_words() const { return mean_words_; }
  double mean_cycles() const { return mean_cycles_; }    ///< of all columns together
  double mean_columns() const { return mean_columns_; }  ///< that are not empty

 private:
  std::size_t index(std::uint64_t number) const { return tiles_ == 1 ? 0 : number % tiles_; }
  void look_at_segments(int segment_len);

  int columns_ = 1;
  std::uint64_t tiles_ = 1;
  std::size_t segments_per_tile_ = 1;
  std::vector<std::uint8_t> cycles_;
  std::vector<PlaySegment> segments_;
  std::vector<std::uint8_t> each_;  ///< by tile: PlayTile::each
  std::vector<int> words_;
  double mean_words_ = 0, mean_cycles_ = 0, mean_columns_ = 0;
};

/// MACs of a PE that work at a time in this layer: a depthwise layer leaves the second one off.
int lanes_of(const nn::ConvLayer& layer, const ChipSizes& sizes);

}  // namespace uvea::mapper
