#pragma once
// Which iact rows a cluster's PEs need at a step, and who shares them.

#include <cstdint>
#include <tuple>
#include <vector>

#include "hw/command/schedule.h"
#include "tlm/pe_set.h"

namespace uvea::hw {

/// One row of C0 channels as a row tile and a tile of filter columns need it: image n, group g,
/// reduction tile u = ct * ST + st (channel tile, tile of filter columns), input row h (outside the
/// image for padding that is not all zero), tile of the output row.
struct RowKey {
  int n = 0, g = 0, u = 0, h = 0, tile = 0;
  bool operator<(const RowKey& o) const {
    return std::tie(n, g, u, h, tile) < std::tie(o.n, o.g, o.u, o.h, o.tile);
  }
  bool operator==(const RowKey& o) const {
    return std::tie(n, g, u, h, tile) == std::tie(o.n, o.g, o.u, o.h, o.tile);
  }
  /// The bank that it belongs to.
  int bank(int banks) const { return ((n + g + u + h + tile) % banks + banks) % banks; }
};

/// A row and the PEs that take it at this step.
struct RowUse {
  bool null = false;  ///< nothing to add: padding, or past the last row tile or image
  RowKey key;         ///< of a null only the tile counts
  int bank = 0;       ///< nulls go by the first one
  link::PeSet pes;
};

/// The uses of one step in the order in which they are sent, chunk by chunk.
std::vector<RowUse> plan_step(const Schedule& schedule, const ChipConfig& config, const Pass& pass,
                              int step);

}  // namespace uvea::hw
