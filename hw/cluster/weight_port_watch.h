#pragma once
// What the weight ports of a cluster tell a probe. There is one only while they are watched.
//
// Tracks     for each port at <weight port>.port<v>:
//            bursts  sent, words = beats
//            state   of the port
//            pass    of the burst sent last
// Relations  a burst was made from the requests that brought its table entry and its tile.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

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
  /// The port's index-th tile of the layer is for this pass.
  void planned(std::size_t port, std::uint64_t index, std::int64_t pass) {
    tiles_[{port, index}].pass = pass;
  }
  /// A request brought a part of the port's index-th tile of the layer.
  void brought(std::size_t port, std::uint64_t index, const link::Probe::Item& request) {
    tiles_[{port, index}].requests.push_back(request);
  }
  /// The tile was offered, and starts.
  void sent(std::size_t port, std::uint64_t index, const link::Burst& burst, link::Cycle offered,
            link::Cycle first_beat);
  void rest(link::Cycle end);

 private:
  struct Port {
    link::Probe::Track bursts, pass;
    PortTrack state;
  };
  struct Tile {
    std::int64_t pass = 0;
    std::vector<link::Probe::Item> requests;
  };

  link::Probe& probe_;
  std::vector<Port> ports_;
  std::map<std::pair<std::size_t, std::uint64_t>, Tile> tiles_;  ///< not sent yet
};

}  // namespace uvea::hw
