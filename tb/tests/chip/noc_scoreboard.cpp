#include "tb/tests/chip/noc_scoreboard.h"

#include <functional>

namespace uvea::test {

class NocScoreboard::Point : public link::BurstObserver {
 public:
  explicit Point(std::function<void(const link::Payload&)> body) : body_(std::move(body)) {}
  void on_data(unsigned, const link::Payload& payload, link::Cycle) override { body_(payload); }

 private:
  std::function<void(const link::Payload&)> body_;
};

NocScoreboard::NocScoreboard(hw::Chip& chip, const hw::ChipConfig& config,
                             const mapper::Mapping& mapping)
    : config_(config), mapping_(mapping) {
  const auto point = [this](std::function<void(const link::Payload&)> body) {
    points_.push_back(std::make_unique<Point>(std::move(body)));
    return points_.back().get();
  };
  const int pes = config.cluster.pe_rows * config.cluster.pe_cols;
  for (int r = 0; r < config.mesh.rows; ++r) {
    for (int c = 0; c < config.mesh.cols; ++c) {
      hw::Cluster& cluster = chip.cluster(r, c);
      Point* source = point([this, r, c](const link::Payload& p) { sent(r, c, p); });
      for (auto& out : cluster.iact_glb.out) out->observe(source, 0);
      for (auto& out : cluster.weight_port.out) out->observe(source, 0);
      for (int i = 0; i < pes; ++i) {
        const int pe = (r * config.mesh.cols + c) * pes + i;
        Point* sink = point([this, pe](const link::Payload& p) { received(pe, p); });
        hw::Pe& block = *cluster.pes.pes()[static_cast<std::size_t>(i)];
        for (auto& in : block.iact) in->observe(sink, 0);
        block.weight.observe(sink, 0);
      }
    }
  }
}

NocScoreboard::~NocScoreboard() = default;

void NocScoreboard::sent(int row, int col, const link::Payload& payload) {
  const link::Burst& burst = link::burst_of(payload);
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
        if (((burst.pe_mask >> i) & 1U) == 0) continue;
        queues_[{(r * config_.mesh.cols + c) * pes + i, burst.type, burst.source}].push_back(
            {burst.serial, burst.words});
      }
    }
  }
}

void NocScoreboard::received(int pe, const link::Payload& payload) {
  const link::Burst& burst = link::burst_of(payload);
  auto& queue = queues_[{pe, burst.type, burst.source}];
  const std::string what = std::string(link::name_of(burst.type)) + " burst " +
                           std::to_string(burst.serial) + " of source " +
                           std::to_string(burst.source) + " at PE " + std::to_string(pe);
  if (queue.empty()) {
    faults_.push_back(what + " was not sent there");
    return;
  }
  if (queue.front().serial != burst.serial) faults_.push_back(what + " is out of order");
  if (queue.front().words != burst.words) faults_.push_back(what + " has other words");
  queue.pop_front();
  ++delivered_;
}

std::vector<std::string> NocScoreboard::faults() const {
  std::vector<std::string> all = faults_;
  for (const auto& [key, queue] : queues_) {
    if (!queue.empty())
      all.push_back(std::to_string(queue.size()) + " bursts never came to PE " +
                    std::to_string(std::get<0>(key)));
  }
  return all;
}

}  // namespace uvea::test
