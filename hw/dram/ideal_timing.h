#pragma once
// DRAM timing `ideal`: every response comes config.ideal_latency_cycles chip clock cycles after its
// request; any number in flight, no bandwidth limit, never full.

#include "hw/dram/timing_model.h"

namespace uvea::hw {

class IdealTiming : public DramTimingModel {
 public:
  IdealTiming(const DramConfig& config, Picoseconds clock);

  bool can_accept(const DramRequest&) const override { return true; }
  void accept(const DramRequest& request, Picoseconds now,
              std::vector<DramCompletion>& done) override;
  std::optional<Picoseconds> next_decision() const override { return std::nullopt; }
  void advance(Picoseconds, std::vector<DramCompletion>&) override {}
  Picoseconds blocking(const DramRequest& request, Picoseconds now) override;
  Picoseconds no_access(Picoseconds now) const override { return now + latency_; }
  void count(Picoseconds now, DramCounters& counters) const override;

 private:
  const Picoseconds latency_;
  std::uint64_t bytes_ = 0;
};

}  // namespace uvea::hw
