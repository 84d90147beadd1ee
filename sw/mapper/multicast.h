#pragma once
// How many clusters a burst of a mapping goes to (hw/noc/router_settings.h): a group is fed from its
// north-west corner, along one mesh row, then down.

#include "sw/mapper/mapping.h"

namespace uvea::mapper {

struct MulticastGroups {
  int iact_rows = 1, iact_cols = 1;  ///< clusters that share a burst of iacts
  int weight_cols = 1;               ///< and of weights

  /// Links between the corner and the farthest cluster.
  int iact_links() const { return iact_rows - 1 + iact_cols - 1; }
  int weight_links() const { return weight_cols - 1; }
};

inline MulticastGroups multicast_groups(const Mapping& mp) {
  const bool both = mp.iact_mode == NocMode::broadcast;
  MulticastGroups groups;
  if (both || mp.iact_mode == NocMode::vertical) groups.iact_rows = mp.mesh_rows.m;
  if (both || mp.iact_mode == NocMode::horizontal) groups.iact_cols = mp.mesh_cols.m;
  if (mp.weight_mode == NocMode::horizontal) groups.weight_cols = mp.mesh_cols.n * mp.mesh_cols.e;
  return groups;
}

}  // namespace uvea::mapper
