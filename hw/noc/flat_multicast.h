#pragma once
// Eyeriss v1's NoC: for each data type one bus (psums: one each way) that all banks and ports share
// and that all PEs hang on; tags say which of them take a burst.
//
// The layer command sets the same groups of receivers as on the mesh, so the tags are the mesh's
// settings, and the routers stand for them: a burst that has its bus is at all of its receivers at
// once. Psums go from a chain's PE to the next over wires of their own, as in v1.
//
// Timing     hw/noc/multicast_bus.h, and noc.hop_cycles behind a bus

#include "hw/noc/hierarchical_mesh.h"
#include "hw/noc/multicast_bus.h"

namespace uvea::hw {

class FlatMulticast : public HierarchicalMesh {
 public:
  FlatMulticast(const ChipConfig& config, const link::Clock& clock);

  NocNode& add_node(int row, int col) override;
  std::vector<Block*> shared_blocks() override;

  MulticastBus iact_bus, weight_bus, psum_bus_in, psum_bus_out;
};

/// The NoC that noc.kind says.
NocFactory configured_noc();

}  // namespace uvea::hw
