#pragma once
// What a word of the iact, weight and psum streams holds (docs/pe_timing.md), in names for those
// who count words. A word is as wide as word_bytes() of weight_stream.h says: so that this fits.

#include <cstdint>

namespace uvea::csc {

constexpr int kPairsPerWord = 2;           ///< CSC values with their counts
constexpr int kRawPerWord = 3;             ///< raw values
constexpr int kSegmentLengthsPerWord = 4;  ///< of a CSC iact burst with more than two segments
constexpr int kLengthsInHeader = 2;        ///< segments of an iact burst that need no such word
constexpr int kColumnEndsPerWord = 3;      ///< of a CSC weight burst
/// Words with the ends of so many columns.
constexpr std::int64_t column_end_words(std::int64_t columns) {
  return (columns + kColumnEndsPerWord - 1) / kColumnEndsPerWord;
}
constexpr int kIactHeaderWords = 1;
constexpr int kWeightHeaderWords = 2;
constexpr int kTileLengthBytes = 1;  ///< before a weight tile in its stream in DRAM
constexpr int kPsumsPerBeat = 2;

}  // namespace uvea::csc
