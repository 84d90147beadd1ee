#pragma once
// What the DRAM tells a probe. There is one only while it is watched. Its moments lie in memory
// clocks; they are told in cycles of the chip, begins rounded down, ends up.
//
// Tracks     transactions  from END_REQ to BEGIN_RESP, words = bytes; of who tags its payloads
//                          (tlm/item_tag.h)
//            outstanding   bytes of all transactions between the two
//            for each bank of ddr4_3200, at <dram>.channel<c>.bank_<group>_<bank>:
//            state         closed, open (a row is) or refresh
//            row           the one opened last
//            hit, miss, conflict   column accesses, words = bytes on the bus
// Relations  a transaction that reads was made from its column accesses, one that writes is carried
//            by them.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "hw/dram/ddr4_command.h"
#include "tlm/item_tag.h"
#include "tlm/item_track.h"
#include "tlm/probe.h"

namespace uvea::hw {

class DramWatch {
 public:
  DramWatch(link::Probe& probe, const std::string& path, const DramConfig& config,
            Picoseconds clock);

  /// END_REQ; `slot` names the transaction until it is answered.
  void admitted(std::uint64_t slot, const ::tlm::tlm_generic_payload& payload, Picoseconds at);
  void answered(std::uint64_t slot, Picoseconds at);
  void command(const Ddr4Command& command);

 private:
  using Track = link::Probe::Track;
  using Item = link::Probe::Item;
  enum State : unsigned { closed, open, refresh };
  struct Bank {
    Track state, row;
    std::array<Track, 3> accesses;  ///< by RowOutcome
  };
  struct Transaction {
    std::uint64_t bytes = 0;
    bool write = false;
    std::optional<Item> item;  ///< where it is tagged
  };

  link::Cycle cycle(Picoseconds at) const { return static_cast<link::Cycle>(at / clock_); }
  link::Cycle cycle(Tick at) const { return cycle(p_.tck * at); }
  link::Cycle end_cycle(Tick at) const {
    return static_cast<link::Cycle>((p_.tck * at + clock_ - Picoseconds(1)) / clock_);
  }
  void access(const Ddr4Command& command, const Bank& bank);

  link::Probe& probe_;
  const Ddr4Parameters p_;
  const Picoseconds clock_;
  link::ItemTrack transactions_;
  Track outstanding_;
  std::vector<std::vector<Bank>> channels_;    ///< none of a timing without banks
  std::vector<std::uint64_t> serials_;         ///< of accesses, by channel
  std::map<std::uint64_t, Transaction> open_;  ///< by slot
  std::int64_t bytes_ = 0;
};

}  // namespace uvea::hw
