// Weight tiles in compressed sparse columns. The words are read here by a reader of the tests' own,
// written after docs/memory_map.md, so that encoder and decoder cannot agree on a wrong format.

#include "sw/csc/weight_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

namespace uvea::csc {
namespace {

constexpr std::uint32_t kAddressFields = (1U << 21) - 1;  // three addresses of 7 bits

struct Pair {
  int value = 0, count = 0;
};
using Column = std::vector<Pair>;

std::size_t address_words(int columns) { return static_cast<std::size_t>((columns + 2) / 3); }

/// End of a column, in data words.
int end_of(const std::vector<std::uint32_t>& words, int column) {
  const std::uint32_t fields = words.at(static_cast<std::size_t>(column / 3)) & kAddressFields;
  return static_cast<int>((fields >> (7 * (column % 3))) & 127U);
}

/// The stored pairs of every column, the padding of odd ones left out.
std::vector<Column> pairs_of(const std::vector<std::uint32_t>& words, int columns,
                             const Widths& widths) {
  const int pair_bits = widths.value_bits + widths.count_bits;
  std::vector<Column> all;
  int begin = 0;
  for (int col = 0; col < columns; ++col) {
    Column column;
    const int end = end_of(words, col);
    for (int i = begin; i < end; ++i) {
      const std::uint32_t word = words.at(address_words(columns) + static_cast<std::size_t>(i));
      for (int half = 0; half < 2; ++half) {
        const std::uint32_t pair = (word >> (half * pair_bits)) & ((1U << pair_bits) - 1);
        if (half == 1 && i + 1 == end && pair == 0) continue;
        int value = static_cast<int>(pair & ((1U << widths.value_bits) - 1));
        if (value >= 1 << (widths.value_bits - 1)) value -= 1 << widths.value_bits;
        column.push_back({value, static_cast<int>(pair >> widths.value_bits)});
      }
    }
    all.push_back(column);
    begin = end;
  }
  EXPECT_EQ(words.size(), address_words(columns) + static_cast<std::size_t>(begin));
  return all;
}

std::vector<int> counts_of(const std::vector<Column>& columns) {
  std::vector<int> counts;
  for (const Column& column : columns)
    for (const Pair& pair : column) counts.push_back(pair.count);
  return counts;
}

/// The addresses as the paper counts them, in stored pairs: where each column starts, and the end.
std::vector<int> pair_addresses(const std::vector<Column>& columns) {
  std::vector<int> addresses{0};
  for (const Column& column : columns)
    addresses.push_back(addresses.back() + static_cast<int>(column.size()));
  return addresses;
}

/// The same tile, from the pairs alone.
std::vector<std::int16_t> rebuilt(const std::vector<Column>& columns, int m0) {
  std::vector<std::int16_t> tile(columns.size() * static_cast<std::size_t>(m0), 0);
  for (std::size_t col = 0; col < columns.size(); ++col) {
    int row = -1;
    for (const Pair& pair : columns[col]) {
      row += pair.count + 1;
      EXPECT_LT(row, m0) << "column " << col;
      if (row < m0)
        tile[col * static_cast<std::size_t>(m0) + static_cast<std::size_t>(row)] =
            static_cast<std::int16_t>(pair.value);
    }
  }
  return tile;
}

/// Encodes, reads back by both readers, and returns the pairs.
std::vector<Column> round_trip(const std::vector<std::int16_t>& tile, int columns, int m0,
                               const Widths& widths = {}) {
  const auto words = encode_weights(tile, columns, m0, true, widths);
  EXPECT_EQ(decode_weights(words, columns, m0, true, widths), tile);
  auto pairs = pairs_of(words, columns, widths);
  EXPECT_EQ(rebuilt(pairs, m0), tile);
  return pairs;
}

TEST(WeightStream, ThePapersExample) {
  constexpr int rows = 4, columns = 8;
  const std::pair<int, int> non_zeros[] = {{1, 0}, {2, 0}, {0, 1}, {1, 1}, {3, 1}, {2, 2},
                                           {3, 4}, {1, 5}, {3, 5}, {0, 7}, {1, 7}, {2, 7}};
  std::vector<std::int16_t> tile(rows * columns, 0);
  std::int16_t value = 1;
  for (const auto& [row, col] : non_zeros)
    tile[static_cast<std::size_t>(col * rows + row)] = value++;
  const auto pairs = round_trip(tile, columns, rows);
  EXPECT_EQ(pair_addresses(pairs), (std::vector<int>{0, 2, 5, 6, 6, 7, 9, 9, 12}));
  EXPECT_EQ(counts_of(pairs), (std::vector<int>{1, 0, 0, 0, 1, 2, 3, 1, 1, 0, 0, 0}));
  // In words of two pairs, odd columns padded.
  const auto words = encode_weights(tile, columns, rows, true, {});
  std::vector<int> ends;
  for (int col = 0; col < columns; ++col) ends.push_back(end_of(words, col));
  EXPECT_EQ(ends, (std::vector<int>{1, 3, 4, 4, 5, 6, 6, 8}));
  EXPECT_EQ(words.size(), 3U + 8U);
}

TEST(WeightStream, EmptyColumnsRepeatTheAddress) {
  constexpr int m0 = 3, columns = 7;
  std::vector<std::int16_t> tile(m0 * columns, 0);
  tile[2 * m0 + 1] = -5;  // columns 0, 1 and 3 to 6 are empty: first, last, consecutive
  const auto words = encode_weights(tile, columns, m0, true, {});
  for (int col = 0; col < columns; ++col) EXPECT_EQ(end_of(words, col), col < 2 ? 0 : 1) << col;
  EXPECT_EQ(words.size(), 3U + 1U);
  EXPECT_EQ(counts_of(round_trip(tile, columns, m0)), (std::vector<int>{1}));
}

TEST(WeightStream, ATileOfZerosIsAddressesOnly) {
  for (int columns = 1; columns <= 16; ++columns) {
    const std::vector<std::int16_t> tile(static_cast<std::size_t>(columns) * 32, 0);
    const auto words = encode_weights(tile, columns, 32, true, {});
    EXPECT_EQ(words.size(), address_words(columns));
    for (int col = 0; col < columns; ++col) EXPECT_EQ(end_of(words, col), 0);
    round_trip(tile, columns, 32);
  }
}

TEST(WeightStream, OddColumnsArePaddedEachToAWord) {
  constexpr int m0 = 5, columns = 6;
  std::vector<std::int16_t> tile(m0 * columns, 0);
  for (int col = 0; col < columns; ++col)
    for (int row = 0; row < col; ++row)
      tile[static_cast<std::size_t>(col * m0 + row)] = static_cast<std::int16_t>(-col);
  const auto words = encode_weights(tile, columns, m0, true, {});
  int end = 0;
  for (int col = 0; col < columns; ++col)
    EXPECT_EQ(end_of(words, col), end += (col + 1) / 2) << "column " << col;
  // The padding half is all zeros.
  for (const int col : {1, 3, 5}) {
    const auto last = address_words(columns) + static_cast<std::size_t>(end_of(words, col) - 1);
    EXPECT_EQ((words[last] >> 12) & 0xFFFU, 0U) << "column " << col;
  }
  round_trip(tile, columns, m0);
}

TEST(WeightStream, RunsAboveFifteenAreCutByStoredZeros) {
  constexpr int m0 = 70;
  for (int zeros = 0; zeros < m0; ++zeros) {
    std::vector<std::int16_t> tile(m0, 0);
    tile[static_cast<std::size_t>(zeros)] = 9;
    const auto column = round_trip(tile, 1, m0).at(0);
    ASSERT_EQ(column.size(), static_cast<std::size_t>(zeros / 16 + 1)) << zeros;
    for (std::size_t i = 0; i + 1 < column.size(); ++i) {
      EXPECT_EQ(column[i].value, 0) << zeros;
      EXPECT_EQ(column[i].count, 15) << zeros;
    }
    EXPECT_EQ(column.back().value, 9) << zeros;
    EXPECT_EQ(column.back().count, zeros % 16) << zeros;
  }
}

TEST(WeightStream, ZerosBehindTheLastNonZeroAreNotStored) {
  std::vector<std::int16_t> tile(64, 0);
  tile[0] = 1;
  EXPECT_EQ(round_trip(tile, 1, 64).at(0).size(), 1U);
}

TEST(WeightStream, AStoredZeroAsTheSecondHalfIsNoPadding) {
  // One value, then a stored zero as the second half of a word, then the value that it leads to.
  std::vector<std::int16_t> tile(20, 0);
  tile[0] = 1;
  tile[19] = 2;
  const auto column = round_trip(tile, 1, 20).at(0);
  ASSERT_EQ(column.size(), 3U);
  EXPECT_EQ(column[1].value, 0);
  EXPECT_EQ(column[1].count, 15);
}

TEST(WeightStream, EndsOfTheValueRange) {
  for (const int bits : {8, 9}) {
    Widths widths;
    widths.value_bits = bits;
    const auto low = static_cast<std::int16_t>(-(1 << (bits - 1)));
    const auto high = static_cast<std::int16_t>((1 << (bits - 1)) - 1);
    const std::vector<std::int16_t> tile{low, high, -1, 1, 0, low, high, 0};
    for (const bool compressed : {true, false}) {
      const auto words = encode_weights(tile, 2, 4, compressed, widths);
      EXPECT_EQ(decode_weights(words, 2, 4, compressed, widths), tile) << bits << compressed;
    }
    round_trip(tile, 2, 4, widths);
    EXPECT_EQ(word_bytes(widths), bits == 8 ? 3 : 4);
  }
}

TEST(WeightStream, RawTilesTakeThreeWeightsAWord) {
  const std::vector<std::int16_t> tile{1, 2, 3, -4, 5, 6, 7, 8};  // two columns of four
  const auto words = encode_weights(tile, 2, 4, false, {});
  EXPECT_EQ(words, (std::vector<std::uint32_t>{0x030201, 0x0000FC, 0x070605, 0x000008}));
  EXPECT_EQ(decode_weights(words, 2, 4, false, {}), tile);
}

TEST(WeightStream, RandomTiles) {
  constexpr std::uint64_t seed = 20;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const auto below = [&random](int n) {
    return static_cast<int>(random() % static_cast<std::uint64_t>(n));
  };
  int stored_zeros = 0, empty = 0, odd = 0;
  for (int i = 0; i < 4000; ++i) {
    Widths widths;
    widths.value_bits = 8 + below(2);
    widths.count_bits = 2 + below(3);  // short counts cut runs often
    const int columns = 1 + below(16);
    // At most 127 words: what a column address can say.
    const int m0 = 1 + below(std::min(32, 2 * (127 / columns))), percent = below(101);
    const int highest = (1 << (widths.value_bits - 1)) - 1;
    std::vector<std::int16_t> tile(static_cast<std::size_t>(columns * m0), 0);
    for (auto& weight : tile)
      if (below(100) < percent)
        weight = static_cast<std::int16_t>(below(2 * highest + 2) - highest - 1);
    const auto pairs = round_trip(tile, columns, m0, widths);
    for (const Column& column : pairs) {
      empty += column.empty() ? 1 : 0;
      odd += column.size() % 2 == 1 ? 1 : 0;
      for (const Pair& pair : column) {
        // A stored zero only ever cuts a run that the count cannot say.
        if (pair.value != 0) continue;
        EXPECT_EQ(pair.count, (1 << widths.count_bits) - 1);
        ++stored_zeros;
      }
    }
    const auto raw = encode_weights(tile, columns, m0, false, widths);
    EXPECT_EQ(raw.size(), static_cast<std::size_t>(columns * ((m0 + 2) / 3)));
    EXPECT_EQ(decode_weights(raw, columns, m0, false, widths), tile);
    if (HasFailure()) FAIL() << "seed " << seed << ", tile " << i;
  }
  EXPECT_GT(stored_zeros, 1000);
  EXPECT_GT(empty, 1000);
  EXPECT_GT(odd, 1000);
}

}  // namespace
}  // namespace uvea::csc
