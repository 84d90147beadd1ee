#pragma once
// Ways to deal groups, batch, output rows and output channels to one physical axis.

#include <vector>

#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// Trip counts that can be split: a factor beyond one of these would only be idle.
struct SplitLimits {
  int g = 1, n = 1, e = 1, m = 1;
};

/// All splits with product at most `places`. With `maximal_only`, those in which no factor can
/// grow. Deterministic order.
std::vector<AxisSplit> axis_splits(int places, const SplitLimits& limits, bool maximal_only);

/// One split of the mesh over both axes.
struct MeshSplit {
  AxisSplit rows, cols;
};

/// Mesh splits of `rows` x `cols` places, one for each distinct set of totals: the one with the
/// largest multicast groups (iacts down mesh rows that differ in m, weights along columns in n, e).
std::vector<MeshSplit> mesh_splits(int rows, int cols, const SplitLimits& limits);

/// The widest iact multicast that is legal.
NocMode best_iact_mode(const Mapping& mapping);
/// The widest weight multicast that is legal.
NocMode best_weight_mode(const Mapping& mapping);

}  // namespace uvea::mapper
