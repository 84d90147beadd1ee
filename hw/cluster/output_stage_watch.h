#pragma once
// What the output stage of a cluster tells a probe. There is one only while it is watched.
//
// Tracks     for each PE column at <output stage>.lane<x>:
//            psums   final psums taken, words = beats
//            state   of the port; held: it waits for parameters or writes in DRAM
//            writes  of oacts, not yet answered

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
  /// A write is given to the DMA (+1) or answered (-1).
  void writes(std::size_t lane, int change, link::Cycle at);
  void rest(link::Cycle end);

 private:
  struct Lane {
    link::Probe::Track psums, writes;
    PortTrack state;
    int open = 0;  ///< writes
  };

  link::Probe& probe_;
  std::vector<Lane> lanes_;
};

}  // namespace uvea::hw
