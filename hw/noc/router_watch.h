#pragma once
// What a router tells a probe. There is one only while the router is watched.
//
// Tracks     for each output that leads anywhere, at <router>.<port>:
//            mode     the source that is routed there in this layer, or off
//            bursts   bursts on it, words = beats
//            state    free, moving a burst, or held: a burst stands before it
//            held_by  while held: the output whose receiver was the last to be ready

#include <array>
#include <string>

#include "hw/block/port_track.h"
#include "hw/noc/router_settings.h"
#include "tlm/burst.h"
#include "tlm/probe.h"

namespace uvea::hw {

extern const std::array<const char*, kRouterPorts> kRouterPortNames;

class RouterWatch {
 public:
  /// `leads`: outputs that are bound.
  RouterWatch(link::Probe& probe, const std::string& path,
              const std::array<bool, kRouterPorts>& leads);

  void configured(const RouterSettings& settings, link::Cycle at);
  /// A source's burst is offered, and one of its receivers is ready from `ready` on.
  void offered(std::size_t source, link::Cycle at) { sources_[source] = {at, at, 0}; }
  void ready(std::size_t source, std::size_t output, link::Cycle ready);
  /// It passes; `first_beat`: at the outputs.
  void passed(std::size_t source, const link::Burst& burst, link::Cycle first_beat);
  /// Nothing more happens before `end`.
  void rest(link::Cycle end);

 private:
  struct Output {
    bool leads = false;
    link::Probe::Track mode = link::Probe::kNone, bursts = link::Probe::kNone,
                       held_by = link::Probe::kNone;
    PortTrack state;
  };
  struct Source {
    link::Cycle offered = 0, ready = 0;
    std::size_t slowest = 0;
  };

  link::Probe& probe_;
  std::array<Output, kRouterPorts> outputs_;
  std::array<Source, kRouterPorts> sources_;
  RouterSettings settings_;
};

}  // namespace uvea::hw
