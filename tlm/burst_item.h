#pragma once
// A burst as a probe sees it.

#include "tlm/burst.h"
#include "tlm/probe.h"

namespace uvea::link {

inline Probe::Item item_of(const Burst& burst) { return {burst.source, burst.serial}; }

/// The burst passes the track from its first beat to its last.
inline void tell_burst(Probe& probe, Probe::Track track, const Burst& burst, Cycle first_beat) {
  probe.item(track, item_of(burst), burst.beats, first_beat, burst.end(first_beat));
}

}  // namespace uvea::link
