#include "hw/block/stall_account.h"

#include <algorithm>

namespace uvea::hw {

using link::Cycle;

void StallAccount::begin(Cycle at) {
  begin_ = until_ = at;
  counts_ = StallCounts{};
}

void StallAccount::spend(Stall stall, Cycle to, const link::Journey& way, Cycle first_beat) {
  const auto up_to = [&](Cycle moment, Place place) { spend(stall, std::min(moment, to), place); };
  if (way.asked > 0) {
    up_to(way.asked, Place::fifo);
    up_to(way.issued - way.queued, Place::dma);
    up_to(way.issued, Place::dram_latency);
    up_to(std::min(way.answered, way.issued + way.latency), Place::dram_latency);
    up_to(std::min(way.answered, way.issued + way.latency + way.between), Place::dma);
    up_to(way.answered, Place::dram_bandwidth);
  }
  up_to(way.offered, Place::port);
  up_to(way.ready, Place::router);
  up_to(way.started, Place::port);
  up_to(first_beat, Place::hop);
  up_to(to, Place::port);
}

void StallAccount::spend(const SlotMix& mix, Cycle to) {
  counts_.at(Stall::mac_useful) += mix.useful;
  counts_.at(Stall::lane_idle) += mix.idle;
  counts_.at(Stall::mac_gated) += mix.gated;
  counts_.at(Stall::examine) += mix.examine;
  until_ = to;
}

std::string StallAccount::check() const {
  const std::uint64_t spent = counts_.total(), passed = until_ - begin_;
  if (spent == passed) return "";
  return std::to_string(spent) + " cycles are in a class, " + std::to_string(passed) +
         " have passed since the layer command";
}

}  // namespace uvea::hw
