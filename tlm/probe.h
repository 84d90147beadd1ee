#pragma once
// What a block tells an observer: states as intervals, values, bursts with relations. A block that
// nobody watches holds a null pointer and asks nothing else.
//
// Order      Blocks state cycles that may lie ahead of the simulated time, or behind it (a wait is
//            known when it is over). States and values of one track come in order, items in the order
//            of their begins. Tracks are not in order among each other: a sink that needs them in
//            time orders them, complete() says how far it can go.
// Tracks     are added when a block is watched, before the simulation begins. A track that nobody
//            wants is kNone: a block need not tell it anything, and may.
// Relations  may be told before the items that they name, and after.

#include <cstdint>
#include <string>
#include <vector>

#include "tlm/cycle.h"

namespace uvea::link {

class Probe {
 public:
  virtual ~Probe() = default;

  using Track = std::uint32_t;
  static constexpr Track kNone = ~Track{0};
  /// A burst, a request or a transaction: who made it, and its number there.
  struct Item {
    std::uint32_t source = 0;
    std::uint64_t serial = 0;
    bool operator==(const Item& o) const { return source == o.source && serial == o.serial; }
    bool operator<(const Item& o) const {
      return source != o.source ? source < o.source : serial < o.serial;
    }
  };
  // Sources of items that are no bursts (those count from 0 on, Burst::source) are this and a
  // number of the kind.
  static constexpr std::uint32_t kChunks = 0x10000000;        ///< of a PE: its Burst::source
  static constexpr std::uint32_t kRequests = 0x20000000;      ///< to the DMA: its port
  static constexpr std::uint32_t kTransactions = 0x30000000;  ///< of the DMA
  static constexpr std::uint32_t kAccesses = 0x40000000;      ///< of the DRAM: its channel
  static constexpr std::uint32_t kWrites = 0x50000000;        ///< into a bank: its Burst::source
  /// A state's end that is not known: it lasts until the next one of its track.
  static constexpr Cycle kOpen = ~Cycle{0};

  /// What a track is about: people choose tracks by it.
  enum class Group : std::uint8_t {
    state,    ///< what a block does
    stall,    ///< class of each PE cycle (docs/stalls.md)
    window,   ///< windows and epochs of a PE
    spad,     ///< fill of SPads, banks and FIFOs
    mac,      ///< lanes of a MAC array
    psum,     ///< psums in and out, with their values
    links,    ///< ports and links of the NoC
    banks,    ///< reads and writes of GLB banks
    dma,      ///< requests of the blocks and transactions
    dram,     ///< commands and banks of the DRAM
    control,  ///< layer, pass, configuration, interrupt
    rtl,      ///< pins of RTL beside the model or in its place, and where the two differ
    inside,   ///< signals inside of such RTL
  };

  /// Something of the block at `path` that is in one state at a time, numbered as in `states`.
  virtual Track add_states(const std::string& path, const std::string& name, Group group,
                           const std::vector<std::string>& states) = 0;
  /// Something that has a value, in `unit`.
  virtual Track add_values(const std::string& path, const std::string& name, Group group,
                           const std::string& unit) = 0;
  /// A signal of so many bits, 1 to 64; its values are those of value(), without a sign. Who does not
  /// care for widths takes it as a value.
  virtual Track add_bits(const std::string& path, const std::string& name, Group group,
                         unsigned /*bits*/) {
    return add_values(path, name, group, "");
  }
  /// Something that items pass, one after another or several at once.
  virtual Track add_items(const std::string& path, const std::string& name, Group group) = 0;
  /// Items of this source are made by the block, or the port of it, at `path`.
  virtual void name_source(std::uint32_t /*source*/, const std::string& /*path*/) {}

  /// In `state` during [from, to); nothing is said of the time between two intervals.
  virtual void state(Track track, unsigned state, Cycle from, Cycle to) = 0;
  /// From `at` on.
  virtual void value(Track track, Cycle at, std::int64_t value) = 0;
  /// An item with so many words (or bytes) passed during [from, to).
  virtual void item(Track track, const Item& item, std::uint64_t words, Cycle from, Cycle to) = 0;
  /// `carrier` carries, or was made from, what `cargo` brought.
  virtual void carries(const Item& carrier, const Item& cargo) = 0;
  /// A layer is over: what begins before this cycle has been told, on every track.
  virtual void complete(Cycle /*before*/) {}
};

}  // namespace uvea::link
