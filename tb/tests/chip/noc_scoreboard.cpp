#include "tb/tests/chip/noc_scoreboard.h"

#include <utility>

namespace uvea::test {

NocScoreboard::NocScoreboard(hw::Chip& chip, const hw::ChipConfig& config,
                             const mapper::Mapping& mapping)
    : config_(config), mapping_(mapping) {
  const auto tap = [this](BurstTap::Body body) {
    taps_.push_back(std::make_unique<BurstTap>(std::move(body)));
    return taps_.back().get();
  };
  for (int r = 0; r < config.mesh.rows; ++r) {
    for (int c = 0; c < config.mesh.cols; ++c) {
      hw::Cluster& cluster = chip.cluster(r, c);
      BurstTap* source = tap([this, r, c](const link::Burst& burst) { sent(r, c, burst); });
      for (link::StreamOut* out : cluster.iact_glb.out) out->observe(source, 0);
      for (auto& out : cluster.weight_port.out) out->observe(source, 0);
      for (auto& pe : cluster.pes.pes()) {
        const int place = ledger_.add_place(pe->name());
        BurstTap* sink =
            tap([this, place](const link::Burst& burst) { ledger_.arrive(place, burst); });
        for (auto& in : pe->iact) in->observe(sink, 0);
        pe->weight.observe(sink, 0);
      }
    }
  }
}

void NocScoreboard::sent(int row, int col, const link::Burst& burst) {
  int rows = 1, cols = 1;  // of the multicast group, this cluster its north-west corner
  if (burst.type == link::DataType::iact) {
    const mapper::NocMode mode = mapping_.iact_mode;
    if (mode == mapper::NocMode::vertical || mode == mapper::NocMode::broadcast)
      rows = mapping_.mesh_rows.m;
    if (mode == mapper::NocMode::horizontal || mode == mapper::NocMode::broadcast)
      cols = mapping_.mesh_cols.m;
  } else if (mapping_.weight_mode == mapper::NocMode::horizontal) {
    cols = mapping_.mesh_cols.n * mapping_.mesh_cols.e;
  }
  const int pes = config_.cluster.pe_rows * config_.cluster.pe_cols;
  for (int r = row; r < row + rows; ++r) {
    for (int c = col; c < col + cols; ++c) {
      for (int i = 0; i < pes; ++i) {
        if (burst.pes.has(i)) ledger_.expect((r * config_.mesh.cols + c) * pes + i, burst);
      }
    }
  }
}

}  // namespace uvea::test
