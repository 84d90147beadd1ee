#pragma once
// A weight port's stream in DRAM, as the port reads it (hw/command/stream_format.h): what is to be
// read next, and the next tile once it is here.
//
// Order      segment by segment, each so many rounds as its tiles are used; a round begins again at
//            the segment's first tile
// Reads      what the stream has of an aligned block of control.block_bytes(); of a smaller one,
//            half of it, a quarter ..., where the buffer does not hold a block beside the longest
//            tile
// Ahead      as far as the buffer goes: port.weight_buffer_bytes asked for and not yet taken. How
//            long a segment is, is known when the one before it has come, of the first when its own
//            begin has: until then one read is under way, no longer than the longest segment
// Errors     wrong() says what cannot be in a stream; nothing is read or taken from then on
// No time and no SystemC: the port asks and tells.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "tlm/journey.h"
#include "tlm/probe.h"

namespace uvea::hw {

class WeightStream {
 public:
  struct Read {
    std::uint64_t address = 0;
    std::size_t bytes = 0;
  };
  struct Tile {
    int data_words = 0;
    std::size_t bytes = 0;                 ///< that it takes in the buffer
    std::vector<std::uint32_t> words;      ///< address words (CSC), data words
    link::Journey way;                     ///< of what came last of it
    std::vector<link::Probe::Item> reads;  ///< that brought it, where a probe watches
  };

  explicit WeightStream(const ChipConfig& config);

  /// A new layer with nothing to read.
  void begin() { *this = WeightStream(sizes_); }
  /// A new layer, of `rounds` for each segment, the longest of `longest_segment` bytes. A tile has
  /// `address_words` before its data.
  void begin(std::uint64_t address, std::uint64_t longest_segment, std::int64_t rounds,
             std::size_t address_words);

  /// What is to be asked for next, in the order of use; nothing while there is no room or the
  /// segment's length is not known, and at the end.
  std::optional<Read> next_read();
  /// The n-th read (from 0) is answered. Reads may be answered in any order.
  void arrived(std::uint64_t n, const std::vector<std::uint8_t>& bytes, const link::Journey& way,
               const link::Probe::Item& request);
  /// The next tile, which belongs to this round (counted over all segments); false while not all of
  /// it is here.
  bool take(std::int64_t round, Tile& tile);
  /// It leaves the buffer.
  void sent(const Tile& tile) { held_ -= tile.bytes; }

  std::uint64_t reads() const { return reads_; }  ///< asked for so far
  std::size_t held() const { return held_; }      ///< bytes of the buffer in use
  const std::string& wrong() const { return wrong_; }

 private:
  struct Sizes {
    std::size_t word_bytes, longest_words, buffer_bytes, read_bytes;
  };
  struct Chunk {
    std::vector<std::uint8_t> bytes;
    std::size_t size = 0;  ///< asked for
    bool here = false;
    bool begins_segment = false;
    link::Journey way;
    link::Probe::Item request;
  };

  explicit WeightStream(const Sizes& sizes) : sizes_(sizes) {}
  bool next_segment();
  void read_header(Chunk& chunk);
  bool enter(std::int64_t round);
  const std::uint8_t* front(std::size_t bytes);
  void drop(std::size_t bytes);
  void broken(const std::string& what);

  Sizes sizes_;
  std::size_t address_words_ = 0;
  std::int64_t rounds_ = 1;

  // What is asked for.
  bool reading_ = false;
  std::uint64_t reads_ = 0;
  std::uint64_t place_ = 0;                          ///< of the next byte
  std::uint64_t segment_ = 0;                        ///< where it begins
  std::optional<std::uint64_t> end_;                 ///< of the segment
  std::optional<std::uint64_t> next_segment_bytes_;  ///< 0: it is the last one
  std::uint64_t longest_segment_ = 0;
  std::int64_t rounds_left_ = 1;  ///< of the segment, this one included

  // What is here.
  std::deque<Chunk> chunks_;
  std::uint64_t first_chunk_ = 0;  ///< number of its read
  std::size_t used_ = 0;           ///< bytes of the first chunk that are taken
  std::size_t held_ = 0;
  std::size_t here_ = 0;     ///< bytes that can be taken
  std::size_t arrived_ = 0;  ///< chunks that they are in

  // What is taken.
  std::int64_t round_ = -1;
  std::uint64_t round_bytes_ = 0;  ///< of a round of the segment: its tiles
  std::uint64_t left_ = 0;         ///< of the round
  std::uint64_t coming_ = 0;       ///< bytes of the next segment
  std::vector<std::uint8_t> scratch_;
  std::string wrong_;
};

}  // namespace uvea::hw
