#pragma once
// What the weights of a layer need in the weight SPads. CSC words are counted from the values; the
// cost is one pass over the weights, so ask for few tile sizes on large layers.

#include <cstdint>

#include "sw/csc/word_format.h"
#include "sw/nn/layer.h"

namespace uvea::mapper {

/// Shape of a weight tile and of its encoding.
struct TileShape {
  int c0 = 1;
  int s0 = 0;  ///< filter columns, 0: all of them
  int m0 = 1;
  int count_bits = 4;
};

struct CapacityFacts {
  int words = 0;         ///< worst tile seen: sum over its columns of ceil(stored / 2)
  bool complete = true;  ///< every tile was looked at
};

/// What a CSC tile takes with no weight zero; none takes more.
int most_csc_tile_words(const nn::ConvGeometry& geo, const TileShape& shape);

/// The worst CSC tile. Stops early when a tile needs more than `stop_above` words or when about
/// `budget` weights have been read. Without weights: the dense bound.
CapacityFacts csc_tile_words(const nn::ConvLayer& layer, const TileShape& shape, int stop_above,
                             std::int64_t budget);

/// Mean number of CSC words, ceil(stored / 2), of a column of m0 weights, from a deterministic
/// sample of at most about `budget` weights. Without weights: ceil(m0 / 2).
double mean_column_words(const nn::ConvLayer& layer, int m0, int count_bits, std::int64_t budget);

/// Words of so many stored weights of a CSC column; each column begins with a new word.
constexpr int pair_words(int stored) {
  return (stored + csc::kPairsPerWord - 1) / csc::kPairsPerWord;
}

/// Words of a raw tile: three weights a word, empty columns included.
int raw_tile_words(int columns, int m0);

}  // namespace uvea::mapper
