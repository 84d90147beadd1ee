#pragma once
// Events of a chip's tracks, a few bytes each, as they are told: each track by itself in order. What
// is too much for the memory goes to a file; or only the last cycles are kept.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "tb/trace/track.h"

namespace uvea::trace {

/// Some events of one track, in one piece: the head, then its bytes. Numbers are varint.h's.
///   states  cycles since the last end, length, state
///   values  cycles since the last one, difference of the values (zigzag)
///   items   cycles since the last begin, length, words, source, difference of the serials (zigzag)
struct ChunkHead {
  std::uint32_t track = 0, bytes = 0;
  Cycle first = 0, last = 0;  ///< first begin, last end
  // What the first event's differences are from.
  Cycle base = 0;
  std::uint64_t value = 0;  ///< before the first event: of values the value, of items the serial
  std::uint8_t any = 0;     ///< values: there was one before
};

class EventLog {
 public:
  struct Options {
    int file = -1;  ///< what does not fit into memory is appended here; none: all stays in memory
    std::size_t memory = std::size_t{48} << 20;  ///< bytes before it goes to the file, about
    Cycle keep = 0;              ///< only so many last cycles, all in memory; 0: all cycles
    std::function<Cycle()> now;  ///< with `keep`: a cycle that the end will not lie before
    /// With `keep`: the last cycles before this one; what begins from there on is not kept.
    Cycle until = ~Cycle{0};
  };
  explicit EventLog(Options options);

  /// `each`: a value that is told again is an event of its own.
  std::uint32_t add(TrackKind kind, bool each = false);

  /// Of one track in order; what begins before the last one ended (states) or began is not kept, and
  /// counted as disordered(). Consecutive equal states are one, as are equal values (but see add()).
  void state(std::uint32_t track, unsigned state, Cycle from, Cycle to);
  void value(std::uint32_t track, Cycle at, std::int64_t value);
  void item(std::uint32_t track, const Probe::Item& item, std::uint64_t words, Cycle from,
            Cycle to);

  /// The end: open states end here. Everything that was kept goes to the file, chunks of each track
  /// in order. Returns the file's length.
  std::uint64_t finish(Cycle end);
  /// Without a file: all chunks, after finish().
  std::vector<std::uint8_t> take() { return std::move(out_); }

  std::uint64_t disordered() const { return disordered_; }
  std::uint64_t bytes_held() const { return held_; }
  /// Why the file could not be written (errno), or 0. From then on nothing is kept.
  int error() const { return error_; }

 private:
  struct Chunk {
    ChunkHead head;
    std::vector<std::uint8_t> bytes;
  };
  struct Track {
    TrackKind kind = TrackKind::states;
    bool each = false;         ///< values: equal ones in a row, too
    bool any = false;          ///< values: `value` was told
    bool pending = false;      ///< told, not yet in a chunk: state, or value from `from` on
    Cycle base = 0;            ///< end of the last state; begin of the last value or item
    std::uint64_t value = 0;   ///< the last value, or the last serial
    Cycle from = 0, to = 0;    ///< pending
    std::uint64_t number = 0;  ///< pending: state or value
    std::deque<Chunk> chunks;
  };

  Chunk& open_chunk(std::uint32_t track, Cycle from);
  void close_event(Chunk& chunk, std::size_t before, Cycle to);
  void put_state(std::uint32_t track, Cycle to);
  void put_value(std::uint32_t track);
  void make_room();
  void prune(Cycle now);
  void spill();
  void flush();
  void write(const void* data, std::size_t size);

  const Options options_;
  const std::size_t chunk_bytes_;
  std::vector<Track> tracks_;
  std::vector<std::uint8_t> out_;
  std::uint64_t held_ = 0, room_at_ = 0, written_ = 0, disordered_ = 0;
  int error_ = 0;
};

}  // namespace uvea::trace
