#pragma once
// A weight tile in the weight SPads: its columns, and what an iact has to do with each.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hw/block/stall.h"
#include "hw/command/stream_format.h"
#include "hw/pe/pe_settings.h"

namespace uvea::hw {

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
  /// Row of the i-th weight that is stored of a column; those are fed to the lanes in this order.
  int row(int column, int i) const { return rows_[static_cast<std::size_t>(column * stride_ + i)]; }
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
  void put(int column, int i, int row, int value);
  /// A column is complete: so many stored weights in so many words, those at `zeros` zero, `lanes`
  /// of `simd` fed at a time.
  void close_column(int column, int words, int stored, std::uint64_t zeros, int lanes, int simd);

  WeightHeader header_;
  int stride_ = 8;
  int max_magnitude_ = 0;
  std::vector<std::int16_t> dense_;  ///< [column][stride], rows beyond M0 zero
  std::vector<std::uint8_t> rows_;   ///< [column][stride], of stored weights
  std::array<Work, 32> work_{};
  std::array<std::uint64_t, 32> gated_{}, idle_{};  ///< slots, bit = number in the column
};

}  // namespace uvea::hw
