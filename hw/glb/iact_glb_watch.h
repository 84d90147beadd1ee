#pragma once
// What an iact GLB tells a probe. There is one only while the GLB is watched.
//
// Tracks     for each bank (or the FIFO behind its port) at <glb>.bank<b>:
//            read    bursts sent from it, words = beats
//            nulls   bursts of null rows: they come from no bank, but pass its port
//            write   words written: an item is a row, in pieces
//            fill    words in it that have been written, or handed in, and not given up
//            state   of its port
//            pass    of the burst sent last
//            The words of read, nulls and write are the cycles in which the port is busy.
// Relations  a burst and a written row were made from the requests that brought the row.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hw/block/pass_track.h"
#include "hw/block/port_track.h"
#include "tlm/burst.h"
#include "tlm/probe.h"

namespace uvea::hw {

struct IactRow;

class IactGlbWatch {
 public:
  /// Bank b sends bursts of Burst::source first_source + b.
  IactGlbWatch(link::Probe& probe, const std::string& path, std::size_t banks,
               std::uint32_t first_source);

  /// A new layer: empty.
  void begin(link::Cycle at);
  /// A request brought a part of the row.
  void brought(const IactRow& row, const link::Probe::Item& request);
  /// Words of the row went into the bank, or were handed to its FIFO.
  void wrote(std::size_t bank, const IactRow& row, std::size_t words, link::Cycle from,
             link::Cycle to);
  void handed(std::size_t bank, std::size_t words, link::Cycle at);
  /// The row is needed no more; of so many words.
  void given_up(std::size_t bank, const IactRow& row, std::size_t words, link::Cycle at);
  /// A burst was made, of a null (no row) or from a row.
  void made(std::size_t bank, const link::Burst& burst, const IactRow* row, std::int64_t pass);
  /// It was offered, and has started.
  void sent(std::size_t bank, const link::Burst& burst, link::Cycle offered,
            link::Cycle first_beat);
  /// One is offered since `offered`, and something else moves until `at`.
  void holds(std::size_t bank, link::Cycle offered, link::Cycle at);
  void rest(link::Cycle end);

 private:
  using Item = link::Probe::Item;
  using Track = link::Probe::Track;
  struct Bank {
    Track read, nulls, write, fill;
    PassTrack pass;
    PortTrack state;
    std::uint32_t source = 0;
    std::int64_t words = 0;     ///< fill
    std::int64_t made_for = 0;  ///< pass of the burst that is offered
    bool null = false;          ///< it is one
  };
  struct Row {
    std::vector<Item> requests;
    bool written = false;
    std::uint64_t serial = 0;  ///< of its write
  };

  void add_fill(Bank& bank, std::int64_t words, link::Cycle at);

  link::Probe& probe_;
  std::vector<Bank> banks_;
  std::map<const IactRow*, Row> rows_;
  std::uint64_t writes_ = 0;
};

}  // namespace uvea::hw
