#pragma once
// A scoreboard for the psum mesh. A burst of psums starts at a psum bank or in the bottom PE of a
// chain, climbs the PEs of its column, passes from cluster to cluster through the psum routers, and
// ends at the bank's port of the chain's last cluster. Its values change at every PE; source,
// serial, beats and number of psums must not, and no burst may be lost, doubled or overtaken.
//
// Each hop is checked: what is seen at one point of the way is due at the next one. The way follows
// from the mapping's chain alone, not from the routers' settings.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hw/chip.h"
#include "sw/mapper/mapping.h"
#include "tb/tests/chip/burst_ledger.h"
#include "tb/tests/chip/burst_tap.h"

namespace uvea::test {

/// The routers of a cluster in the hierarchical mesh.
hw::RouterCluster& routers_of(hw::Cluster& cluster);

class PsumScoreboard {
 public:
  PsumScoreboard(hw::Chip& chip, const hw::ChipConfig& config, const mapper::Mapping& mapping);

  std::vector<std::string> faults() const { return ledger_.faults(); }
  /// Bursts that came to the end of their way.
  std::size_t delivered() const;
  /// Arrivals over a link between clusters.
  std::size_t crossed() const;

 private:
  BurstTap* tap(BurstTap::Body body);
  void watch_column(hw::Chip& chip, int first_row, int chain, int col, std::size_t x);
  /// The point after `from`, -1: none yet.
  int add_point(link::StreamIn& in, int from);
  /// Bursts of `source` start at `out`; others pass through it when the source is `passing`.
  void start(link::StreamOut& out, std::uint32_t source, std::uint32_t passing, int next);

  const hw::ChipConfig& config_;
  std::vector<std::unique_ptr<BurstTap>> taps_;
  std::vector<int> next_;  ///< by place; -1: the end of the way
  std::vector<int> ends_, links_;
  std::map<std::uint32_t, std::uint64_t> serials_;  ///< next serial of each source
  BurstLedger ledger_;
};

}  // namespace uvea::test
