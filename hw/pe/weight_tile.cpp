#include "hw/pe/weight_tile.h"

#include <algorithm>
#include <cstdlib>

#include "hw/pe/fields.h"

namespace uvea::hw {

void WeightTile::put(int column, int i, int row, int value) {
  rows_[static_cast<std::size_t>(column * stride_ + i)] = static_cast<std::uint8_t>(row);
  dense_[static_cast<std::size_t>(column * stride_ + row)] = static_cast<std::int16_t>(value);
  max_magnitude_ = std::max(max_magnitude_, std::abs(value));
}

void WeightTile::close_column(int column, int words, int stored, std::uint64_t zeros, int lanes,
                              int simd) {
  const std::size_t c = static_cast<std::size_t>(column);
  const int slots = (stored + lanes - 1) / lanes;
  gated_[c] = idle_[c] = 0;
  int useful = 0, idle = 0, gated = 0, zero = 0;
  for (int n = 0; n < slots; ++n) {
    const int fed = std::min(lanes, stored - n * lanes);
    const std::uint64_t here = std::uint64_t{1} << n;
    const std::uint64_t zeros_here = (zeros >> (n * lanes)) & mask_of(fed);
    if (zeros_here != 0) {
      zero += zeros_here == 3 ? 2 : 1;
      gated_[c] |= here;
      ++gated;
    } else if (fed < simd) {
      idle_[c] |= here;
      ++idle;
    } else {
      ++useful;
    }
  }
  work_[c].counts = Work::pack(slots, words, stored, stored - zero);
  work_[c].slots = Work::pack(useful, idle, gated, 0);
}

Stall WeightTile::slot(int i, int n) const {
  const std::size_t c = static_cast<std::size_t>(i);
  if (((gated_[c] >> n) & 1U) != 0) return Stall::mac_gated;
  return ((idle_[c] >> n) & 1U) != 0 ? Stall::lane_idle : Stall::mac_useful;
}

std::string WeightTile::load(const std::vector<std::uint32_t>& words, const PeConfig& config,
                             const PeSettings& settings) {
  header_ = unpack_weight_header(words);
  max_magnitude_ = 0;
  if (header_.idle && !header_.null) return "idle weight burst that is not null";
  if (header_.chunks == 0 && !header_.idle) return "weight burst for no chunk";
  if (header_.null) return words.size() == kWeightHeaderWords ? "" : "null weight burst with data";
  const int last_segment = (settings.segments - 1) * settings.segment_len;
  if (config.kind == PeKind::dense &&
      (header_.columns <= last_segment || header_.columns > last_segment + settings.segment_len))
    return "weight tile whose columns do not end in the window's last segment";
  stride_ = (settings.m0 + 7) / 8 * 8;
  dense_.assign(static_cast<std::size_t>(header_.columns * stride_), 0);
  rows_.resize(dense_.size());
  const int halves = settings.weight_double_buffer ? 2 : 1;
  if (header_.data_words > config.weight_data_words / halves)
    return "weight data SPad overflows: " + std::to_string(header_.data_words) + " words";
  return settings.csc ? load_csc(words, config, settings) : load_raw(words, config, settings);
}

std::string WeightTile::load_csc(const std::vector<std::uint32_t>& words, const PeConfig& config,
                                 const PeSettings& settings) {
  const int columns = header_.columns;
  const int address_words = (columns + 2) / 3;
  const std::size_t data = static_cast<std::size_t>(kWeightHeaderWords + address_words);
  if (words.size() != data + static_cast<std::size_t>(header_.data_words))
    return "weight burst has " + std::to_string(words.size()) + " words, its header says otherwise";
  const int pair_bits = config.weight_bits + config.count_bits;
  const int lanes = settings.single_lane ? 1 : config.simd;
  int begin = 0;
  for (int col = 0; col < columns; ++col) {
    const std::uint32_t address_word =
        words[static_cast<std::size_t>(kWeightHeaderWords + col / 3)];
    const int end = static_cast<int>((address_word >> (7 * (col % 3))) & 127U);
    const bool odd = ((address_word >> (21 + col % 3)) & 1U) != 0;
    if (end < begin || end > header_.data_words) return "weight column addresses run backward";
    if (odd && (end == begin || words[data + static_cast<std::size_t>(end - 1)] >> pair_bits != 0))
      return "odd flag of a weight column that is not odd";
    const int stored = 2 * (end - begin) - (odd ? 1 : 0);
    int row = -1;
    std::uint64_t zeros = 0;
    for (int i = 0; i < stored; ++i) {
      const std::uint32_t word = words[data + static_cast<std::size_t>(begin + i / 2)];
      const std::uint32_t pair = (word >> (i % 2 == 0 ? 0 : pair_bits)) & mask_of(pair_bits);
      row += static_cast<int>(pair >> config.weight_bits) + 1;
      if (row >= settings.m0) return "weight column runs past M0";
      const int value = sign_extend(pair & mask_of(config.weight_bits), config.weight_bits);
      if (value == 0) zeros |= std::uint64_t{1} << i;
      put(col, i, row, value);
    }
    close_column(col, end - begin, stored, zeros, lanes, config.simd);
    begin = end;
  }
  return {};
}

std::string WeightTile::load_raw(const std::vector<std::uint32_t>& words, const PeConfig& config,
                                 const PeSettings& settings) {
  const int column_words = (settings.m0 + 2) / 3;
  if (header_.data_words != header_.columns * column_words ||
      words.size() != static_cast<std::size_t>(kWeightHeaderWords + header_.data_words))
    return "raw weight burst of the wrong length";
  const int lanes = settings.single_lane ? 1 : config.simd;
  for (int col = 0; col < header_.columns; ++col) {
    std::uint64_t zeros = 0;
    for (int m = 0; m < settings.m0; ++m) {
      const std::uint32_t word =
          words[static_cast<std::size_t>(kWeightHeaderWords + col * column_words + m / 3)];
      const int value =
          sign_extend((word >> (config.weight_bits * (m % 3))) & mask_of(config.weight_bits),
                      config.weight_bits);
      if (value == 0) zeros |= std::uint64_t{1} << m;
      put(col, m, m, value);
    }
    close_column(col, column_words, settings.m0, zeros, lanes, config.simd);
  }
  return {};
}

}  // namespace uvea::hw
