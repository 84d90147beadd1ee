#pragma once
// What the weight ports of a cluster tell a probe. There is one only while they are watched.
//
// Tracks     for each port at <weight port>.port<v>:
//            bursts  sent, words = beats
//            state   of the port
//            pass    of the burst sent last
// Relations  a burst was made from the requests that brought its tile.

#include <cstdint>
#include <string>
#include <vector>

#include "hw/block/pass_track.h"
#include "hw/block/port_track.h"
#include "tlm/burst.h"
#include "tlm/probe.h"

namespace uvea::hw {

class WeightPortWatch {
 public:
  /// Port v sends bursts of Burst::source first_source + v.
  WeightPortWatch(link::Probe& probe, const std::string& path, std::size_t ports,
                  std::uint32_t first_source);

  /// A new layer.
  void begin(link::Cycle at);
  /// A tile for this pass, which these requests brought, was offered, and starts.
  void sent(std::size_t port, std::int64_t pass, const std::vector<link::Probe::Item>& requests,
            const link::Burst& burst, link::Cycle offered, link::Cycle first_beat);
  void rest(link::Cycle end);

 private:
  struct Port {
    link::Probe::Track bursts;
    PassTrack pass;
    PortTrack state;
  };

  link::Probe& probe_;
  std::vector<Port> ports_;
};

}  // namespace uvea::hw
