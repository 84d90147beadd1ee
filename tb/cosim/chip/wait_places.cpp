#include "tb/cosim/chip/wait_places.h"

#include <algorithm>

namespace uvea::cosim {

using hw::Place;
using hw::Stall;
using link::Cycle;

void WaitPlaces::weights(const link::Burst& burst, Cycle first_beat) {
  weights_[next_weights_++ % kWeights] = {burst.way, first_beat};
}

void WaitPlaces::iacts(const link::Burst& burst, Cycle first_beat) {
  iacts_[next_iacts_++ % kIacts] = {burst.way, first_beat};
}

void WaitPlaces::psums_offered(const link::Burst* below) {
  Drain& drain = drains_[next_drain_++ % kDrains];
  drain = Drain{};
  // Psums of a bank have been on its port, those of a PE have not.
  if (below != nullptr) drain.from = below->way.offered > 0 ? Place::port : Place::pe;
}

void WaitPlaces::psums_settled(const link::Burst& burst, Cycle first_beat) {
  Drain& drain = drains_[(next_drain_ - 1) % kDrains];
  drain.memory = burst.way.memory;
  drain.first_beat = first_beat;
}

void WaitPlaces::spend(const StallInterval& cycles, hw::StallAccount& account) const {
  const auto up_to = [&](Cycle moment, Place place) {
    account.spend(cycles.stall, std::min(moment, cycles.to), place);
  };
  const Drain& drain = drains_[cycles.burst % kDrains];
  switch (cycles.stall) {
    case Stall::wait_weight: {
      const Arrival& waited = weights_[cycles.burst % kWeights];
      return account.spend(cycles.stall, cycles.to, waited.way, waited.first_beat);
    }
    case Stall::wait_iact: {
      const Arrival& waited = iacts_[cycles.burst % kIacts];
      return account.spend(cycles.stall, cycles.to, waited.way, waited.first_beat);
    }
    case Stall::wait_psum_in:
      return up_to(cycles.to, drain.from);
    case Stall::wait_psum_out:
      up_to(std::min(drain.memory, drain.first_beat), Place::dram_latency);
      up_to(drain.first_beat, top_ ? Place::router : Place::pe);
      return up_to(cycles.to, Place::port);
    default:
      return up_to(cycles.to, Place::none);
  }
}

}  // namespace uvea::cosim
