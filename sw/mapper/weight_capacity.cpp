#include "sw/mapper/weight_capacity.h"

#include <algorithm>
#include <vector>

namespace uvea::mapper {
namespace {

/// Stored CSC entries of `columns` neighbouring weight columns over the `rows` of an M tile.
class ColumnCounter {
 public:
  /// `first` is the weight of the tile's first row in the first column; rows lie `row_stride`
  /// apart.
  const std::vector<std::uint8_t>& count(const std::int16_t* first, std::size_t row_stride,
                                         int rows, std::size_t columns, int count_bits) {
    stored_.assign(columns, 0);
    next_.assign(columns, 0);
    const bool runs_fit = count_bits >= 8 || rows <= (1 << count_bits);
    std::uint8_t* const stored = stored_.data();
    std::uint8_t* const next = next_.data();
    for (int m = 0; m < rows; ++m) {
      const std::int16_t* const row = first + static_cast<std::size_t>(m) * row_stride;
      if (runs_fit) {  // no run of zeros can be too long for its count
        for (std::size_t c = 0; c < columns; ++c)
          stored[c] = static_cast<std::uint8_t>(stored[c] + (row[c] != 0 ? 1 : 0));
        continue;
      }
      for (std::size_t c = 0; c < columns; ++c) {
        const bool nonzero = row[c] != 0;
        const int zeros = m - next[c];
        // An explicit zero with the largest count stands for 2^count_bits zeros.
        const int entries = 1 + (zeros >> count_bits);
        stored[c] = static_cast<std::uint8_t>(stored[c] + (nonzero ? entries : 0));
        next[c] = nonzero ? static_cast<std::uint8_t>(m + 1) : next[c];
      }
    }
    return stored_;
  }

 private:
  std::vector<std::uint8_t> stored_, next_;
};

}  // namespace

int most_csc_tile_words(const nn::ConvGeometry& geo, const TileShape& shape) {
  const int s0 = shape.s0 == 0 ? geo.kernel_w : shape.s0;
  return std::min(shape.c0, geo.in_c_per_group()) * s0 *
         pair_words(std::min(shape.m0, geo.out_c_per_group()));
}

CapacityFacts csc_tile_words(const nn::ConvLayer& layer, const TileShape& shape, int stop_above,
                             std::int64_t budget) {
  const int groups = layer.geo.groups;
  const int out_c = layer.geo.out_c_per_group();
  const int in_c = layer.geo.in_c_per_group();
  const int kernel_h = layer.geo.kernel_h, kernel_w = layer.geo.kernel_w;
  const int s0 = shape.s0 == 0 ? kernel_w : shape.s0;
  CapacityFacts facts;
  if (layer.weights.empty()) {
    facts.words = most_csc_tile_words(layer.geo, shape);
    return facts;
  }
  const auto row_stride = static_cast<std::size_t>(kernel_h) * static_cast<std::size_t>(kernel_w) *
                          static_cast<std::size_t>(in_c);
  ColumnCounter counter;
  std::int64_t read = 0;
  for (int g = 0; g < groups; ++g) {
    for (int m = 0; m < out_c; m += shape.m0) {
      if (read >= budget) {
        facts.complete = false;
        return facts;
      }
      const int rows = std::min(shape.m0, out_c - m);
      const std::int16_t* const first =
          layer.weights.data() + row_stride * static_cast<std::size_t>(g * out_c + m);
      const auto& stored = counter.count(first, row_stride, rows, row_stride, shape.count_bits);
      read += static_cast<std::int64_t>(row_stride) * rows;
      for (int r = 0; r < kernel_h; ++r) {
        for (int c = 0; c < in_c; c += shape.c0) {
          const int width = std::min(shape.c0, in_c - c);
          int words = 0;
          for (int s = 0; s < kernel_w; ++s) {
            if (s % s0 == 0) words = 0;
            const auto* column =
                stored.data() +
                static_cast<std::size_t>(r * kernel_w + s) * static_cast<std::size_t>(in_c) +
                static_cast<std::size_t>(c);
            for (int i = 0; i < width; ++i) words += pair_words(column[i]);
            facts.words = std::max(facts.words, words);
          }
        }
      }
      if (facts.words > stop_above) {
        facts.complete = false;
        return facts;
      }
    }
  }
  return facts;
}

double mean_column_words(const nn::ConvLayer& layer, int m0, int count_bits, std::int64_t budget) {
  const int out_c = layer.geo.out_c_per_group();
  if (layer.weights.empty()) return pair_words(std::min(m0, out_c));
  const auto row_stride = static_cast<std::size_t>(layer.geo.kernel_h) *
                          static_cast<std::size_t>(layer.geo.kernel_w) *
                          static_cast<std::size_t>(layer.geo.in_c_per_group());
  const std::int64_t tiles_per_group = (out_c + m0 - 1) / m0;
  const std::int64_t tiles = tiles_per_group * layer.geo.groups;
  const std::size_t columns =
      std::min(row_stride, static_cast<std::size_t>(std::max<std::int64_t>(1, budget / 4 / m0)));
  const auto weights_per_tile = static_cast<std::int64_t>(columns) * m0;
  const std::int64_t step =
      std::max<std::int64_t>(1, (tiles * weights_per_tile + budget - 1) / budget);
  ColumnCounter counter;
  std::int64_t words = 0, counted = 0;
  for (std::int64_t t = 0; t < tiles; t += step) {
    const auto g = t / tiles_per_group;
    const auto m = t % tiles_per_group * m0;
    const int rows = static_cast<int>(std::min<std::int64_t>(m0, out_c - m));
    const std::int16_t* const first =
        layer.weights.data() + row_stride * static_cast<std::size_t>(g * out_c + m);
    for (const std::uint8_t n : counter.count(first, row_stride, rows, columns, count_bits))
      words += pair_words(n);
    counted += static_cast<std::int64_t>(columns);
  }
  return static_cast<double>(words) / static_cast<double>(counted);
}

int raw_tile_words(int columns, int m0) {
  return columns * ((m0 + csc::kRawPerWord - 1) / csc::kRawPerWord);
}

}  // namespace uvea::mapper
