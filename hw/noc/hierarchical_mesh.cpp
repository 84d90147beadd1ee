#include "hw/noc/hierarchical_mesh.h"

namespace uvea::hw {

using link::DataType;

namespace {

std::vector<std::unique_ptr<Router>> make_routers(const std::string& prefix, DataType type,
                                                  int count, const ChipConfig& config,
                                                  const link::Clock& clock, int row, int col) {
  std::vector<std::unique_ptr<Router>> routers;
  for (int i = 0; i < count; ++i)
    routers.push_back(std::make_unique<Router>((prefix + std::to_string(i)).c_str(), type, config,
                                               clock, row, col));
  return routers;
}

using Routers = std::vector<std::unique_ptr<Router>>;

/// Each router of one cluster to the one of the same number in another.
void wire(const Routers& from, RouterPort out, const Routers& to, RouterPort in) {
  for (std::size_t i = 0; i < from.size(); ++i) from[i]->out(out).bind(to[i]->in(in));
}

}  // namespace

RouterCluster::RouterCluster(const ChipConfig& config, const link::Clock& clock, int row, int col)
    : iact(make_routers("iact_router_", DataType::iact, config.glb.iact_banks, config, clock, row,
                        col)),
      weight(make_routers("weight_router_", DataType::weight, config.cluster.pe_rows, config, clock,
                          row, col)),
      psum(make_routers("psum_router_", DataType::psum, config.cluster.pe_cols, config, clock, row,
                        col)) {}

std::vector<LayerBlock*> RouterCluster::blocks() {
  std::vector<LayerBlock*> all;
  for (const auto* routers : {&iact, &weight, &psum}) {
    for (const auto& router : *routers) all.push_back(router.get());
  }
  return all;
}

HierarchicalMesh::HierarchicalMesh(const ChipConfig& config, const link::Clock& clock)
    : config_(config), clock_(clock) {
  nodes_.resize(static_cast<std::size_t>(config.mesh.rows * config.mesh.cols));
}

NocNode& HierarchicalMesh::add_node(int row, int col) {
  auto& place = nodes_[static_cast<std::size_t>(row * config_.mesh.cols + col)];
  place = std::make_unique<RouterCluster>(config_, clock_, row, col);
  return *place;
}

void HierarchicalMesh::connect() {
  for (int r = 0; r < config_.mesh.rows; ++r) {
    for (int c = 0; c < config_.mesh.cols; ++c) {
      RouterCluster& here = node(r, c);
      if (r + 1 < config_.mesh.rows) {
        RouterCluster& south = node(r + 1, c);
        wire(here.iact, RouterPort::south, south.iact, RouterPort::north);
        wire(south.iact, RouterPort::north, here.iact, RouterPort::south);
        wire(here.psum, RouterPort::south, south.psum, RouterPort::north);
      }
      if (c + 1 < config_.mesh.cols) {
        RouterCluster& east = node(r, c + 1);
        wire(here.iact, RouterPort::east, east.iact, RouterPort::west);
        wire(east.iact, RouterPort::west, here.iact, RouterPort::east);
        wire(here.weight, RouterPort::east, east.weight, RouterPort::west);
        wire(east.weight, RouterPort::west, here.weight, RouterPort::east);
      }
    }
  }
}

NocFactory hierarchical_mesh() {
  return [](const ChipConfig& config, const link::Clock& clock) -> std::unique_ptr<Noc> {
    return std::make_unique<HierarchicalMesh>(config, clock);
  };
}

}  // namespace uvea::hw
