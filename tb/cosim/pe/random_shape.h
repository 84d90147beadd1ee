#pragma once
// Mode and shape of random work for one PE (random_stimulus.h).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "hw/config/chip_config.h"
#include "tb/cosim/pe/random_dice.h"
#include "tb/cosim/pe/random_stimulus.h"

namespace uvea::cosim {

inline std::size_t index(int i) { return static_cast<std::size_t>(i); }

/// Mode and shape of a layer on the PE.
struct Shape {
  bool csc = true, iact_signed = false, single_lane = false, double_buffer = false;
  int c0 = 1, kernel = 1, stride = 1, m0 = 1, windows = 1, row = 1;  ///< windows: T; row: F

  int seg_cols() const { return std::min(stride, kernel); }
  int segments() const { return (kernel + seg_cols() - 1) / seg_cols(); }
  int seg_len() const { return c0 * seg_cols(); }
  int columns() const { return c0 * kernel; }
  int resident() const { return segments() - 1 + windows; }
  int chunks() const { return (row + windows - 1) / windows; }
  int windows_of(int chunk) const { return chunk + 1 < chunks() ? windows : row - chunk * windows; }
  int weight_words(const hw::PeConfig& pe) const {
    return std::min(csc ? 127 : 255, pe.weight_data_words / (double_buffer ? 2 : 1));
  }

  /// Whether it fits the SPads.
  bool legal(const hw::PeConfig& pe) const;
};

/// Grown within the SPads, with a liking for full ones. Throws std::invalid_argument when nothing
/// fits a PE of these sizes.
Shape random_shape(Dice& dice, const RandomLimits& limits);

/// The bytes of a layer command of this shape.
std::vector<std::uint8_t> descriptor_of(const Shape& shape);

}  // namespace uvea::cosim
