#pragma once
// Eyeriss v2's NoC: a router for each iact bank, PE row and PE column of each cluster, and three
// meshes of them. iact routers have neighbours in all four directions, weight routers to the west
// and east, psum routers pass from north to south.
//
// Timing     hw/noc/router.h

#include "hw/noc/noc.h"
#include "hw/noc/router.h"

namespace uvea::hw {

/// The routers of one cluster.
class RouterCluster : public NocNode {
 public:
  RouterCluster(const ChipConfig& config, const link::Clock& clock, int row, int col);

  std::vector<std::unique_ptr<Router>> iact, weight, psum;

  link::StreamIn& iact_from_glb(std::size_t b) override { return iact[b]->in(RouterPort::local); }
  link::StreamOut& iact_to_pes(std::size_t b) override { return iact[b]->out(RouterPort::pe); }
  link::StreamIn& weight_from_port(std::size_t v) override {
    return weight[v]->in(RouterPort::local);
  }
  link::StreamOut& weight_to_pes(std::size_t v) override { return weight[v]->out(RouterPort::pe); }
  link::StreamIn& psum_from_glb(std::size_t x) override { return psum[x]->in(RouterPort::local); }
  link::StreamOut& psum_to_pes(std::size_t x) override { return psum[x]->out(RouterPort::pe); }
  link::StreamIn& psum_from_pes(std::size_t x) override { return psum[x]->in(RouterPort::pe); }
  link::StreamOut& psum_to_glb(std::size_t x) override { return psum[x]->out(RouterPort::local); }
  std::vector<LayerBlock*> blocks() override;
};

class HierarchicalMesh : public Noc {
 public:
  HierarchicalMesh(const ChipConfig& config, const link::Clock& clock);

  NocNode& add_node(int row, int col) override;
  void connect() override;

  RouterCluster& node(int row, int col) {
    return *nodes_[static_cast<std::size_t>(row * config_.mesh.cols + col)];
  }

 private:
  const ChipConfig& config_;
  const link::Clock& clock_;
  std::vector<std::unique_ptr<RouterCluster>> nodes_;
};

NocFactory hierarchical_mesh();

}  // namespace uvea::hw
