#pragma once
// The DDR4 figures of a DramConfig in whole memory clocks, and the address mapping.

#include <cstdint>

#include "hw/config/chip_config.h"
#include "hw/dram/picoseconds.h"

namespace uvea::hw {

/// Memory clocks (tCK) since the start of the simulation, or a span of them.
using Tick = std::int64_t;

/// Every time rounded up to whole clocks, as JESD79-4 asks of a controller.
struct Ddr4Parameters {
  /// Throws std::invalid_argument naming the first field that makes no sense.
  explicit Ddr4Parameters(const DramConfig& config);

  Picoseconds tck;
  Tick rcd, rp, cl, cwl, ras, faw, rrd_l, rrd_s, wr, wtr_l, wtr_s, ccd_l, rtp, rtw_gap, refi, rfc;
  Tick burst;  ///< data bus clocks of one column access, also tCCD_S
  std::uint64_t channels, groups, banks_per_group;
  std::uint64_t burst_bytes;     ///< one column access
  std::uint64_t bursts_per_row;  ///< column accesses in one row of one bank
  std::size_t queue_depth;
  int reorder_limit;
};

/// Where a burst-sized, burst-aligned piece of memory lies. From the least significant digit of the
/// burst number: channel, bank group, column, bank, row. So neighbours lie in other channels and
/// bank groups, where tCCD_L does not bind, and a stream keeps one row of each group open.
struct DramLocation {
  std::uint64_t channel, group, bank, row, column;  ///< bank: within its group; column: of bursts
};
DramLocation locate(const Ddr4Parameters& p, std::uint64_t burst_number);

}  // namespace uvea::hw
