#include "sw/csc/weight_stream.h"

#include <algorithm>
#include <stdexcept>

#include "sw/csc/word_format.h"

namespace uvea::csc {
namespace {

constexpr int kAddressBits = 7;
constexpr int kOddFlags = 21;  // first of the three bits above the addresses

std::uint32_t ones(int bits) { return (std::uint32_t{1} << bits) - 1; }

std::int16_t to_signed(std::uint32_t field, int bits) {
  const int value = static_cast<int>(field & ones(bits));
  return static_cast<std::int16_t>(value >= (1 << (bits - 1)) ? value - (1 << bits) : value);
}

}  // namespace

int word_bytes(const Widths& w) {
  const int bits =
      std::max({24, kPairsPerWord * (w.value_bits + w.count_bits), kRawPerWord * w.value_bits});
  return (bits + 7) / 8;
}

std::vector<std::uint32_t> encode_weights(const std::vector<std::int16_t>& weights, int columns,
                                          int m0, bool compressed, const Widths& widths) {
  std::vector<std::uint32_t> data;
  std::vector<std::uint32_t> ends;
  std::vector<bool> odd;
  const int pair_bits = widths.value_bits + widths.count_bits;
  for (int col = 0; col < columns; ++col) {
    const std::int16_t* column =
        &weights[static_cast<std::size_t>(col) * static_cast<std::size_t>(m0)];
    if (!compressed) {
      for (int m = 0; m < m0; ++m) {
        if (m % kRawPerWord == 0) data.push_back(0);
        data.back() |= (static_cast<std::uint32_t>(column[m]) & ones(widths.value_bits))
                       << (widths.value_bits * (m % kRawPerWord));
      }
      continue;
    }
    std::vector<std::uint32_t> pairs;
    int last_stored = -1;
    for (int m = 0; m < m0; ++m) {
      if (column[m] == 0) continue;
      // Stored zeros wherever the distance is more than a count can say.
      while (m - last_stored - 1 > static_cast<int>(ones(widths.count_bits))) {
        pairs.push_back(ones(widths.count_bits) << widths.value_bits);
        last_stored += static_cast<int>(ones(widths.count_bits)) + 1;
      }
      pairs.push_back((static_cast<std::uint32_t>(column[m]) & ones(widths.value_bits)) |
                      (static_cast<std::uint32_t>(m - last_stored - 1) << widths.value_bits));
      last_stored = m;
    }
    for (std::size_t i = 0; i < pairs.size(); i += 2)
      data.push_back(pairs[i] | (i + 1 < pairs.size() ? pairs[i + 1] << pair_bits : 0U));
    ends.push_back(static_cast<std::uint32_t>(data.size()));
    odd.push_back(pairs.size() % 2 != 0);
  }
  std::vector<std::uint32_t> words;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (i % kColumnEndsPerWord == 0) words.push_back(0);
    const int place = static_cast<int>(i % kColumnEndsPerWord);
    words.back() |= ends[i] << (kAddressBits * place);
    if (odd[i]) words.back() |= std::uint32_t{1} << (kOddFlags + place);
  }
  words.insert(words.end(), data.begin(), data.end());
  return words;
}

std::vector<std::int16_t> decode_weights(const std::vector<std::uint32_t>& words, int columns,
                                         int m0, bool compressed, const Widths& widths) {
  std::vector<std::int16_t> weights(
      static_cast<std::size_t>(columns) * static_cast<std::size_t>(m0), 0);
  const int pair_bits = widths.value_bits + widths.count_bits;
  const std::size_t address_words =
      compressed ? static_cast<std::size_t>(column_end_words(columns)) : 0;
  std::size_t begin = 0;
  for (int col = 0; col < columns; ++col) {
    std::int16_t* column = &weights[static_cast<std::size_t>(col) * static_cast<std::size_t>(m0)];
    if (!compressed) {
      const int per_column = (m0 + kRawPerWord - 1) / kRawPerWord;
      for (int m = 0; m < m0; ++m) {
        const std::uint32_t word =
            words[static_cast<std::size_t>(col * per_column + m / kRawPerWord)];
        column[m] = to_signed(word >> (widths.value_bits * (m % kRawPerWord)), widths.value_bits);
      }
      continue;
    }
    const std::uint32_t address_word = words[static_cast<std::size_t>(col / kColumnEndsPerWord)];
    const int place = col % kColumnEndsPerWord;
    const std::size_t end = (address_word >> (kAddressBits * place)) & ones(kAddressBits);
    const bool odd = ((address_word >> (kOddFlags + place)) & 1U) != 0;
    if (end < begin || address_words + end > words.size())
      throw std::invalid_argument("weight column addresses run backward or past the tile");
    if (odd && (end == begin || words[address_words + end - 1] >> pair_bits != 0))
      throw std::invalid_argument("odd flag of a weight column that is not odd");
    int row = -1;
    for (std::size_t i = begin; i < end; ++i) {
      for (int half = 0; half < 2; ++half) {
        const std::uint32_t pair =
            (words[address_words + i] >> (half * pair_bits)) & ones(pair_bits);
        if (half == 1 && i + 1 == end && odd) break;
        row += static_cast<int>(pair >> widths.value_bits) + 1;
        if (row >= m0) throw std::invalid_argument("weight column runs past its rows");
        column[row] = to_signed(pair, widths.value_bits);
      }
    }
    begin = end;
  }
  return weights;
}

}  // namespace uvea::csc
