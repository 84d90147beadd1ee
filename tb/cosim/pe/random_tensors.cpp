#include "tb/cosim/pe/random_tensors.h"

#include <algorithm>

#include "sw/csc/weight_stream.h"

namespace uvea::cosim {

std::vector<std::uint32_t> RandomTensors::weights(std::vector<std::int16_t>& weights) {
  const int columns = shape_.columns();
  const csc::Widths widths{pe_.weight_bits, pe_.count_bits};
  const int low = -(1 << (pe_.weight_bits - 1));
  const int density = dice_.of({0, 5, 20, 50, 80, 100, 100});
  const int empty_columns = dice_.of({0, 0, 20, 60});
  weights.assign(index(columns * shape_.m0), 0);
  for (int col = 0; col < columns; ++col) {
    if (dice_.chance(empty_columns)) continue;
    const bool at_the_end = dice_.chance(10);  // long runs of zeros
    for (int m = 0; m < shape_.m0; ++m) {
      if (at_the_end ? m + 1 < shape_.m0 : !dice_.chance(density)) continue;
      int w = dice_.in(low, -low - 1);
      if (extreme_) w = dice_.chance(80) ? low : -low - 1;
      weights[index(col * shape_.m0 + m)] = static_cast<std::int16_t>(w);
    }
  }
  // Thin it out until it fits: what is dense fills the SPad to the last word. A zero more saves a
  // word at most.
  const int address_words = shape_.csc ? (columns + 2) / 3 : 0;
  while (true) {
    auto words = csc::encode_weights(weights, columns, shape_.m0, shape_.csc, widths);
    const int excess = static_cast<int>(words.size()) - address_words - shape_.weight_words(pe_);
    if (excess <= 0) return words;
    for (int i = 0; i < excess; ++i) weights[index(dice_.in(0, columns * shape_.m0 - 1))] = 0;
  }
}

std::vector<std::int16_t> RandomTensors::row() {
  const int segments = shape_.segments() - 1 + shape_.row;
  const int len = shape_.seg_len();
  std::vector<std::int16_t> row(index(segments * len), 0);
  const int density = dice_.of({0, 10, 30, 50, 80, 100, 100});
  const int empty_segments = dice_.of({0, 0, 20, 60});
  const int low = shape_.iact_signed ? -128 : 0;
  for (int s = 0; s < segments; ++s) {
    if (dice_.chance(empty_segments)) continue;
    for (int i = 0; i < len; ++i) {
      if (!dice_.chance(density)) continue;
      int v = dice_.in(low, low + 255);
      if (extreme_) v = dice_.chance(80) ? (shape_.iact_signed ? -128 : 255) : low + 255;
      row[index(s * len + i)] = static_cast<std::int16_t>(v);
    }
  }
  return row;
}

std::vector<std::int32_t> RandomTensors::psums(std::size_t count) {
  const std::int32_t half = std::int32_t{1} << (pe_.psum_bits - 1);
  std::vector<std::int32_t> psums(count);
  for (auto& p : psums) {
    p = dice_.in(-half, half - 1);
    if (dice_.chance(50)) p /= 1 << std::min(12, pe_.psum_bits - 2);
    if (extreme_ && dice_.chance(50)) p = dice_.chance(50) ? half - 1 : -half;
  }
  return psums;
}

}  // namespace uvea::cosim
