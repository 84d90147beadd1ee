#include "hw/block/port_track.h"

#include <algorithm>

namespace uvea::hw {

PortTrack::PortTrack(link::Probe& probe, const std::string& path, link::Probe::Group group)
    : probe_(&probe),
      track_(probe.add_states(path, "state", group, {"free", "moving", "held", "writing"})) {}

void PortTrack::tell(State state, link::Cycle from, link::Cycle to) {
  from = std::max(from, until_);
  if (from >= to) return;
  if (track_ != link::Probe::kNone) {
    if (from > until_) probe_->state(track_, static_cast<unsigned>(State::free), until_, from);
    probe_->state(track_, static_cast<unsigned>(state), from, to);
  }
  until_ = to;
}

}  // namespace uvea::hw
