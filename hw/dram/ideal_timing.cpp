#include "hw/dram/ideal_timing.h"

#include <stdexcept>

namespace uvea::hw {

IdealTiming::IdealTiming(const DramConfig& config, Picoseconds clock)
    : latency_(clock * config.ideal_latency_cycles) {
  if (config.ideal_latency_cycles < 0) {
    throw std::invalid_argument("dram.ideal_latency_cycles must not be negative");
  }
}

void IdealTiming::accept(const DramRequest& request, Picoseconds now,
                         std::vector<DramCompletion>& done) {
  done.push_back({request.id, blocking(request, now)});
}

Picoseconds IdealTiming::blocking(const DramRequest& request, Picoseconds now) {
  bytes_ += request.length;
  return now + latency_;
}

void IdealTiming::count(Picoseconds, DramCounters& counters) const {
  counters.bytes_on_bus = bytes_;
}

}  // namespace uvea::hw
