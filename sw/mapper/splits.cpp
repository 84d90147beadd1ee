#include "sw/mapper/splits.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace uvea::mapper {

std::vector<AxisSplit> axis_splits(int places, const SplitLimits& limits, bool maximal_only) {
  std::vector<AxisSplit> out;
  for (int g = 1; g <= std::min(places, limits.g); ++g) {
    const int left_g = places / g;
    for (int n = 1; n <= std::min(left_g, limits.n); ++n) {
      const int left_n = left_g / n;
      for (int e = 1; e <= std::min(left_n, limits.e); ++e) {
        const int most_m = std::min(left_n / e, limits.m);
        for (int m = maximal_only ? most_m : 1; m <= most_m; ++m) {
          const auto can_grow = [&](int factor, int limit) {
            return factor < limit && g * n * e * m / factor * (factor + 1) <= places;
          };
          if (maximal_only &&
              (can_grow(g, limits.g) || can_grow(n, limits.n) || can_grow(e, limits.e)))
            continue;
          out.push_back({g, n, e, m});
        }
      }
    }
  }
  return out;
}

std::vector<MeshSplit> mesh_splits(int rows, int cols, const SplitLimits& limits) {
  const auto group = [](const MeshSplit& s) {
    const bool only_m = s.cols.g == 1 && s.cols.n == 1 && s.cols.e == 1;
    return s.rows.m * (only_m ? s.cols.m : 1) + s.cols.n * s.cols.e;
  };
  std::map<std::tuple<int, int, int, int>, MeshSplit> best;
  for (const AxisSplit& r : axis_splits(rows, limits, true)) {
    for (const AxisSplit& c : axis_splits(cols, limits, true)) {
      const MeshSplit split{r, c};
      const auto [at, fresh] =
          best.try_emplace({r.g * c.g, r.n * c.n, r.e * c.e, r.m * c.m}, split);
      if (!fresh && group(split) > group(at->second)) at->second = split;
    }
  }
  std::vector<MeshSplit> out;
  for (const auto& item : best) out.push_back(item.second);
  return out;
}

NocMode best_iact_mode(const Mapping& mp) {
  const AxisSplit& c = mp.mesh_cols;
  const bool horizontal = c.m > 1 && c.g == 1 && c.n == 1 && c.e == 1;
  const bool vertical = mp.chain == 1 && mp.mesh_rows.m > 1;
  if (horizontal && vertical) return NocMode::broadcast;
  if (horizontal) return NocMode::horizontal;
  return vertical ? NocMode::vertical : NocMode::unicast;
}

NocMode best_weight_mode(const Mapping& mp) {
  return mp.mesh_cols.n * mp.mesh_cols.e > 1 ? NocMode::horizontal : NocMode::unicast;
}

}  // namespace uvea::mapper
