#pragma once
// Which iact rows a cluster's PEs need at a step, and who shares them.

#include <cstdint>
#include <vector>

#include "hw/command/schedule.h"

namespace uvea::hw {

/// One row of C0 channels: image n, group g, channel tile ct, input row h. h = kPadRow for a row of
/// padding that is not all zero.
struct RowKey {
  static constexpr int kPadRow = -1;
  int n = 0, g = 0, ct = 0, h = 0;
  bool operator<(const RowKey& o) const {
    if (n != o.n) return n < o.n;
    if (g != o.g) return g < o.g;
    if (ct != o.ct) return ct < o.ct;
    return h < o.h;
  }
  bool operator==(const RowKey& o) const { return n == o.n && g == o.g && ct == o.ct && h == o.h; }
};

/// A row and the PEs that take it at this step.
struct RowUse {
  bool null = false;  ///< nothing to add: padding, or past the last output row or image
  RowKey key;
  int bank = 0;
  std::uint64_t pe_mask = 0;
};

/// The uses of one step in the order in which they are sent, chunk by chunk.
std::vector<RowUse> plan_step(const Schedule& schedule, const ChipConfig& config, const Pass& pass,
                              int step);

}  // namespace uvea::hw
