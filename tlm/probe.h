#pragma once
// What a block tells an observer: states as intervals, values, bursts with relations. A block that
// nobody watches holds a null pointer and asks nothing else.
//
// Order      Blocks state cycles that may lie ahead of the simulated time; those of one track come
//            in order, tracks are not in order among each other: a sink that needs them in time
//            orders them.
// Tracks     are added when a block is watched, before the first cycle is told. A track that nobody
//            wants is kNone: a block need not tell it anything, and may.

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
  };

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
  };

  /// Something of the block at `path` that is in one state at a time, numbered as in `states`.
  virtual Track add_states(const std::string& path, const std::string& name, Group group,
                           const std::vector<std::string>& states) = 0;
  /// Something that has a value, in `unit`.
  virtual Track add_values(const std::string& path, const std::string& name, Group group,
                           const std::string& unit) = 0;
  /// Something that items pass, one after another or several at once.
  virtual Track add_items(const std::string& path, const std::string& name, Group group) = 0;

  /// In `state` during [from, to).
  virtual void state(Track track, unsigned state, Cycle from, Cycle to) = 0;
  /// From `at` on.
  virtual void value(Track track, Cycle at, std::int64_t value) = 0;
  /// An item with so many words (or bytes) passed during [from, to).
  virtual void item(Track track, const Item& item, std::uint64_t words, Cycle from, Cycle to) = 0;
  /// `carrier` carries, or was made from, what `cargo` brought.
  virtual void carries(const Item& carrier, const Item& cargo) = 0;
};

}  // namespace uvea::link
