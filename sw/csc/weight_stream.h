#pragma once
// Weight tiles as the PEs take them: compressed sparse columns, or raw.
//
// A tile is `columns` columns of `m0` weights. CSC keeps the non-zeros of a column as (weight,
// count) pairs, count being the zeros in front of it since the previous stored one; a run longer
// than the count can say is cut by a stored zero. Two pairs to a word, every column from a new word
// on, end address of each column (in words) in front with a flag: whether the second half of the
// column's last word is empty. Raw: three weights to a word, every column from a new word on. Word
// layout: docs/memory_map.md.

#include <cstdint>
#include <vector>

namespace uvea::csc {

struct Widths {
  int value_bits = 8;
  int count_bits = 4;
};

/// Encodes a tile, `weights[column * m0 + row]`. Returns address words (CSC) and data words.
std::vector<std::uint32_t> encode_weights(const std::vector<std::int16_t>& weights, int columns,
                                          int m0, bool compressed, const Widths& widths);

/// The inverse, for checking. `words` as encode_weights returns them. Throws std::invalid_argument
/// on a malformed tile.
std::vector<std::int16_t> decode_weights(const std::vector<std::uint32_t>& words, int columns,
                                         int m0, bool compressed, const Widths& widths);

/// Bytes of one word in DRAM: the port word rounded up.
int word_bytes(const Widths& widths);

}  // namespace uvea::csc
