#pragma once
// A scoreboard for the iact and weight meshes: a queue per (PE, data type, source), filled when a
// source sends, emptied in order when the PE receives. Which PEs a source must reach is worked out
// here from the mapping alone, not from the routers' settings.

#include <memory>
#include <string>
#include <vector>

#include "hw/chip.h"
#include "sw/mapper/mapping.h"
#include "tb/tests/chip/burst_ledger.h"
#include "tb/tests/chip/burst_tap.h"

namespace uvea::test {

class NocScoreboard {
 public:
  NocScoreboard(hw::Chip& chip, const hw::ChipConfig& config, const mapper::Mapping& mapping);

  std::vector<std::string> faults() const { return ledger_.faults(); }
  std::size_t delivered() const { return ledger_.arrived(); }

 private:
  void sent(int row, int col, const link::Burst& burst);

  const hw::ChipConfig& config_;
  const mapper::Mapping mapping_;
  std::vector<std::unique_ptr<BurstTap>> taps_;
  BurstLedger ledger_;  ///< places: PEs of the chip, cluster by cluster
};

}  // namespace uvea::test
