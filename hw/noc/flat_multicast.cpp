#include "hw/noc/flat_multicast.h"

namespace uvea::hw {

FlatMulticast::FlatMulticast(const ChipConfig& config, const link::Clock& clock)
    : HierarchicalMesh(config, clock),
      iact_bus("iact_bus", config.noc.iact_bus_bits, clock),
      weight_bus("weight_bus", config.noc.weight_bus_bits, clock),
      psum_bus_in("psum_bus_in", config.noc.psum_bus_bits, clock),
      psum_bus_out("psum_bus_out", config.noc.psum_bus_bits, clock) {}

NocNode& FlatMulticast::add_node(int row, int col) {
  NocNode& added = HierarchicalMesh::add_node(row, col);
  RouterCluster& here = node(row, col);
  for (auto& router : here.iact) router->hangs_on(iact_bus, nullptr);
  for (auto& router : here.weight) router->hangs_on(weight_bus, nullptr);
  for (auto& router : here.psum) router->hangs_on(psum_bus_in, &psum_bus_out);
  return added;
}

std::vector<Block*> FlatMulticast::shared_blocks() {
  return {&iact_bus, &weight_bus, &psum_bus_in, &psum_bus_out};
}

NocFactory configured_noc() {
  return [](const ChipConfig& config, const link::Clock& clock) -> std::unique_ptr<Noc> {
    if (config.noc.kind == NocKind::flat) return std::make_unique<FlatMulticast>(config, clock);
    return std::make_unique<HierarchicalMesh>(config, clock);
  };
}

}  // namespace uvea::hw
