#pragma once
// The words on the iact and weight streams, as every block that makes or takes them sees them.
//
// A port word is max(24, 2 * (data + count bits), 3 * data bits) wide: two CSC pairs (data in the
// low bits, the count of zeros before it above) or three raw values, the first in the low bits.
//
// iact burst = one chunk:
//   word 0   [23] last chunk of its row  [22:16] row tag  [15] null: all its iacts are zero and
//            absent  [14] first chunk of its row  [13:10] segments  [9:5] entries of the whole
//            chunk  [4:0] of segment 0
//   CSC with more than two segments: entries of segments 1 to segments - 2, four to a word, 5 bits
//            each from bit 0 up; the last segment has what remains
//   data     CSC: the segments' pairs back to back; raw: segments * segment length values
// weight burst = one epoch of a PE row:
//   word 0   [23] psums come in from below  [22] null: no weights, psums pass through
//            [21:17] columns  [16:9] data words  [8:2] row tag of the first row  [1] idle: iacts
//            are dropped and no psums pass
//   word 1   chunks until the next weights
//   CSC: end address of each column in data words, three to a word, 7 bits each from bit 0 up; in
//            bits 21 to 23 whether that column stores an odd number of pairs
//   data     CSC: the columns' pairs, each column from a new word on, the second half of an odd
//            one's last word 0; raw: the columns' M0 values, each column from a new word on
// weight stream = what a weight port reads from DRAM in a layer (docs/memory_map.md):
//   4 bytes  of the first segment, its bytes
//   segment  4 bytes: bytes of the next segment, 0: none; then tiles back to back, each a byte
//            (data words) and the words behind a burst's two. The next one begins on a multiple of
//            4 bytes.

#include <cstdint>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::hw {

struct StreamWidths {
  int iact_bits = 8, weight_bits = 8, count_bits = 4;
  explicit StreamWidths(const PeConfig& pe)
      : iact_bits(pe.iact_bits), weight_bits(pe.weight_bits), count_bits(pe.count_bits) {}
};

struct IactHeader {
  bool last = false, null = false, first = false;
  int tag = 0;
  int segments = 0;
  int entries = 0;  ///< SPad entries of the chunk; 0 when null
  int count0 = 0;   ///< of segment 0
};
constexpr int kTagMask = 127;
std::uint32_t pack(const IactHeader& header);
IactHeader unpack_iact_header(std::uint32_t word);

struct WeightHeader {
  bool psum_in = false, null = false, idle = false;
  int columns = 0, data_words = 0, tag = 0;
  std::uint32_t chunks = 0;
};
constexpr int kWeightHeaderWords = 2;
constexpr int kWeightStreamGrain = 8;  ///< weight streams begin on multiples of so many bytes
void append(const WeightHeader& header, std::vector<std::uint32_t>& words);
WeightHeader unpack_weight_header(const std::vector<std::uint32_t>& words);

/// One non-zero (or explicit zero) iact: its place in the segment and its value.
struct IactEntry {
  std::int16_t offset = 0;
  std::int16_t value = 0;
};

/// Encodes one chunk. `values` holds segments * segment_len iact values; null chunks have none.
/// Appends the words; returns how many.
int encode_iact_chunk(IactHeader header, const std::int16_t* values, int segment_len, bool csc,
                      const StreamWidths& widths, std::vector<std::uint32_t>& words);

/// Words of a chunk in the worst case (no zero anywhere).
int iact_chunk_words(int segments, int segment_len, bool csc);

}  // namespace uvea::hw
