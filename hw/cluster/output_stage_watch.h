#pragma once
// What the output stage of a cluster tells a probe. There is one only while it is watched.
//
// Tracks     for each PE column at <output stage>.lane<x>:
//            psums   final psums taken, words = beats
//            state   of the port; held: it waits for parameters or writes in DRAM
//            writes  of oacts, not yet answered
// Relations  a write's request carries the bursts of psums whose oacts it has

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hw/block/port_track.h"
#include "tlm/burst.h"
#include "tlm/probe.h"

namespace uvea::hw {

class OutputStageWatch {
 public:
  OutputStageWatch(link::Probe& probe, const std::string& path, std::size_t lanes);

  /// A burst that was offered and not taken is taken: ready from `ready` on.
  void held(std::size_t lane, link::Cycle offered, link::Cycle ready) {
    lanes_[lane].state.hold(offered, ready);
  }
  void took(std::size_t lane, const link::Burst& burst, link::Cycle first_beat);
  /// A write to this address is made of what was taken.
  void made(std::size_t lane, std::uint64_t address);
  /// All writes are made that can be. `rest`: oacts of the last burst wait for the next one.
  void made_all(std::size_t lane, bool rest);
  /// A write is given to the DMA.
  void wrote(std::size_t lane, link::Cycle at) { count(lane, 1, at); }
  /// The write to this address is answered: it was this request.
  void answered(std::size_t lane, std::uint64_t address, const link::Probe::Item& request,
                link::Cycle at);
  void rest(link::Cycle end);

 private:
  using Items = std::vector<link::Probe::Item>;
  struct Lane {
    link::Probe::Track psums, writes;
    PortTrack state;
    int open = 0;                         ///< writes
    Items taken;                          ///< bursts with oacts that are in no write yet
    std::map<std::uint64_t, Items> made;  ///< by address of the write
  };
  void count(std::size_t lane, int change, link::Cycle at);

  link::Probe& probe_;
  std::vector<Lane> lanes_;
};

}  // namespace uvea::hw
