#include "sw/mapper/tile_sample.h"

#include <algorithm>

#include "sw/csc/word_format.h"
#include "sw/mapper/footprint.h"
#include "sw/mapper/weight_capacity.h"

namespace uvea::mapper {
namespace {

/// Tiles that stand for all of a layer's whose weights have zeros.
constexpr std::int64_t kTiles = 48;

/// CSC entries of one column: a weight for each that is not zero, and zeros stored for long runs.
int stored_entries(const nn::ConvLayer& layer, int m, int end, int r, int s, int c,
                   int count_bits) {
  int stored = 0, zeros = 0;
  const std::size_t apart = layer.weight_index(1, 0, 0, 0);
  const std::int16_t* weight = layer.weights.data() + layer.weight_index(m, r, s, c);
  for (; m < end; ++m, weight += apart) {
    if (*weight == 0) {
      ++zeros;
    } else {
      stored += 1 + (zeros >> count_bits);
      zeros = 0;
    }
  }
  return stored;
}

}  // namespace

int lanes_of(const nn::ConvLayer& layer, const ChipSizes& sizes) {
  return layer.kind == nn::ConvKind::depthwise ? 1 : sizes.simd;
}

TileSample::TileSample(const nn::ConvLayer& layer, const Mapping& mp, const Derived& d,
                       const ChipSizes& sizes, bool dense, bool every)
    : columns_(std::max(d.columns, 1)) {
  const nn::ConvGeometry& geo = layer.geo;
  const int lanes = lanes_of(layer, sizes);
  const int in_c = geo.in_c_per_group(), out_c = geo.out_c_per_group();
  const std::int64_t all = std::int64_t{geo.groups} * d.m_tiles * d.q;
  tiles_ = static_cast<std::uint64_t>(!mp.csc || dense ? 1 : every ? all : std::min(all, kTiles));
  cycles_.assign(static_cast<std::size_t>(columns_) * tiles_, 0);
  const int ends =
      mp.csc ? static_cast<int>(csc::column_end_words(std::int64_t{mp.c0} * d.span)) : 0;
  for (std::uint64_t t = 0; t < tiles_; ++t) {
    const std::int64_t index =
        all * static_cast<std::int64_t>(t) / static_cast<std::int64_t>(tiles_);
    const int q = static_cast<int>(index % d.q);
    const int first_m = static_cast<int>(index / d.q % d.m_tiles) * mp.m0;
    const int group = static_cast<int>(index / d.q / d.m_tiles) * out_c;
    const int last_m = std::min(first_m + mp.m0, out_c);
    const int u = q / geo.kernel_h, r = q % geo.kernel_h;
    const int first_c = u / d.st * mp.c0, first_s = u % d.st * d.s0;
    int words = csc::kWeightHeaderWords + ends;
    for (int span = 0; span < d.span; ++span) {
      const bool tap = span % geo.dilation_w == 0;
      const int s = first_s + span / geo.dilation_w;
      for (int ch = 0; ch < mp.c0; ++ch) {
        const int c = first_c + ch;
        int cycles = 0;
        if (!mp.csc) {
          // Rule 4, raw mode: whatever the column holds.
          cycles = static_cast<int>(ceil_div(mp.m0, lanes));
          words += static_cast<int>(ceil_div(mp.m0, csc::kRawPerWord));
        } else if (tap && s < geo.kernel_w && c < in_c) {
          const int stored = dense || layer.weights.empty()
                                 ? last_m - first_m
                                 : stored_entries(layer, group + first_m, group + last_m, r, s, c,
                                                  sizes.count_bits);
          cycles = static_cast<int>(ceil_div(stored, std::min(lanes, csc::kPairsPerWord)));
          words += pair_words(stored);
        }
        cycles_[t * static_cast<std::size_t>(columns_) +
                static_cast<std::size_t>(span * mp.c0 + ch)] = static_cast<std::uint8_t>(cycles);
        mean_cycles_ += cycles;
        mean_columns_ += cycles > 0 ? 1 : 0;
      }
    }
    words_.push_back(words);
    mean_words_ += words;
  }
  look_at_segments(std::max(d.segment_len, 1));
  const auto tiles = static_cast<double>(tiles_);
  mean_words_ /= tiles;
  mean_cycles_ /= tiles;
  mean_columns_ /= tiles;
}

void TileSample::look_at_segments(int segment_len) {
  segments_per_tile_ = static_cast<std::size_t>(ceil_div(columns_, segment_len));
  const auto columns = static_cast<std::size_t>(columns_);
  for (std::size_t t = 0; t < tiles_; ++t) {
    const std::uint8_t* const tile = &cycles_[t * columns];
    for (int first = 0; first < columns_; first += segment_len)
      // No PE takes longer ones; their tiles are looked at, too, but not played.
      segments_.push_back(segment_len < 32 ? segment_of(tile + first, segment_len) : PlaySegment{});
    const bool alike = std::count(tile, tile + columns, *tile) == columns_;
    each_.push_back(alike ? *tile : std::uint8_t{0});
  }
}

}  // namespace uvea::mapper
