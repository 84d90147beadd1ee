#pragma once
// DRAM timing `ddr4_3200`: address-interleaved DDR4 channels with banks, open rows, refresh and one
// data bus each (ddr4_channel.h), queue_depth requests held per channel.
//
// A request of any length and alignment is split into whole column accesses (64 bytes by default):
// a partial one costs a whole burst. It is answered at the first chip clock edge at which the last
// beat of its last burst has left the data bus, for reads and for writes. It holds a place in the
// queue of each channel that it touches until the last column command there has gone out.

#include <unordered_map>
#include <vector>

#include "hw/dram/ddr4_channel.h"
#include "hw/dram/timing_model.h"

namespace uvea::hw {

class Ddr4Timing : public DramTimingModel {
 public:
  Ddr4Timing(const DramConfig& config, Picoseconds clock);

  bool can_accept(const DramRequest& request) const override;
  void accept(const DramRequest& request, Picoseconds now,
              std::vector<DramCompletion>& done) override;
  std::optional<Picoseconds> next_decision() const override;
  void advance(Picoseconds now, std::vector<DramCompletion>& done) override;
  Picoseconds blocking(const DramRequest& request, Picoseconds now) override;
  Picoseconds no_access(Picoseconds now) const override;
  void count(Picoseconds now, DramCounters& counters) const override;
  std::vector<ChannelUse> use() const override;
  void observe(const Ddr4CommandObserver& observer) override;
  void catch_up(Picoseconds now) override;

 private:
  struct InFlight {
    std::uint64_t accesses_left = 0;
    Tick data_end = 0;
  };

  ColumnAccess column_access(const DramRequest& request, std::uint64_t burst_number,
                             Tick arrival) const;
  std::uint64_t first_burst(const DramRequest& r) const { return r.address / p_.burst_bytes; }
  std::uint64_t last_burst(const DramRequest& r) const {
    return (r.address + r.length - 1) / p_.burst_bytes;
  }
  Tick tick_from(Picoseconds time) const;        ///< first memory clock edge not before
  Picoseconds response_at(Tick data_end) const;  ///< first chip clock edge not before

  const Ddr4Parameters p_;
  const Picoseconds clock_;
  std::vector<Ddr4Channel> channels_;
  std::unordered_map<std::uint64_t, InFlight> in_flight_;
  std::vector<ServedAccess> served_;  // scratch
};

}  // namespace uvea::hw
