#include "hw/glb/iact_plan.h"

#include <algorithm>

namespace uvea::hw {
namespace {

void add_use(std::vector<RowUse>& uses, const RowUse& use) {
  const auto same = [&use](const RowUse& u) {
    return u.null == use.null && (u.null ? u.key.tile == use.key.tile : u.key == use.key);
  };
  const auto found = std::find_if(uses.begin(), uses.end(), same);
  if (found != uses.end()) {
    found->pes |= use.pes;
  } else {
    uses.push_back(use);
  }
}

}  // namespace

std::vector<RowUse> plan_step(const Schedule& schedule, const ChipConfig& config, const Pass& pass,
                              int step) {
  const LayerCommand& c = schedule.command();
  const int pe_cols = config.cluster.pe_cols;
  std::vector<RowUse> uses;
  for (int x = 0; x < c.pes.product(); ++x) {
    const ColumnWork work = schedule.column(pass, x);
    if (!work.origin_active) continue;
    const RowTile row = schedule.row_tile(pass, step, x);
    for (int v = 0; v < config.cluster.pe_rows; ++v) {
      const int q = schedule.reduction(pass, v);
      if (q < 0) continue;
      RowUse use;
      use.pes.add(v * pe_cols + x);
      use.key = {row.n, work.g, q / c.R, 0, row.tile};
      if (!row.valid()) {
        use.null = true;
      } else {
        use.key.h = schedule.input_row(row.e, q % c.R);
        use.null = (use.key.h < 0 || use.key.h >= c.H) && c.pad_value == 0;
      }
      if (!use.null) use.bank = use.key.bank(config.glb.iact_banks);
      add_use(uses, use);
    }
  }
  return uses;
}

}  // namespace uvea::hw
