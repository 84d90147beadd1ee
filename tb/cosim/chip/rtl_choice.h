#pragma once
// Which PEs of a chip have RTL beside them or in their place.

#include <string>
#include <vector>

#include "hw/config/chip_config.h"

namespace uvea::cosim {

enum class RtlMode {
  none,
  shadow,  ///< the RTL sees what the TLM PE sees and is compared
  drive    ///< the RTL is the PE
};

/// Cluster (row-major number in the mesh), PE row (from the bottom), PE column.
struct PeIndex {
  int cluster = 0, row = 0, col = 0;
  bool operator==(const PeIndex& o) const {
    return cluster == o.cluster && row == o.row && col == o.col;
  }
};
std::string text_of(const PeIndex& pe);

struct RtlChoice {
  RtlMode mode = RtlMode::none;
  bool all = false;
  std::vector<PeIndex> pes;
  bool keep_going = false;  ///< do not stop at the first divergence

  bool takes(const PeIndex& pe) const;
};

/// `mode`: shadow or drive; `pes`: all, or C.R.K[,C.R.K...]. Throws UserError naming the option for
/// anything else, an index out of range of the chip, a PE named twice, sizes that no RTL was built
/// for.
RtlChoice parse_rtl_choice(const std::string& mode, const std::string& pes,
                           const hw::ChipConfig& chip);

}  // namespace uvea::cosim
