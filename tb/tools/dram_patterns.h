#pragma once
// Read patterns that show what a DRAM controller makes of its banks, each with the least time per
// access that the JEDEC rules and the queue allow. docs/timing.md derives the bounds.

#include <cstdint>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::tb {

struct DramPattern {
  std::string name;
  std::string limit;    ///< what the bound comes from
  double bound_ns = 0;  ///< per access, without refresh
  unsigned bytes = 0;   ///< of each access
  std::vector<std::uint64_t> addresses;
};

/// Share of the time that refreshes take: tRFC / tREFI.
double refresh_share(const hw::DramConfig& config);

/// For one channel. Sent as fast as they are taken, so that the queue is always full.
///   sequential     64 B each, one after another
///   random         64 B each, anywhere
///   16 streams     16 B each, of 16 streams in turn; each starts anywhere and goes on by 16 B
///   4 rows, 1 bank  64 B each, of four rows of one bank in turn, column by column
///   4 rows, 4 banks the same in one bank of each group in turn: what one row number of the address
///                  mapping is (ddr4_parameters.h)
/// "Burst" where 64 B stands; the figures are for the config's sizes.
std::vector<DramPattern> dram_patterns(const hw::DramConfig& config, std::uint64_t memory_bytes,
                                       std::size_t accesses, std::uint64_t seed);

}  // namespace uvea::tb
