#pragma once
// The NoC as the rest of the chip sees it: whatever carries iacts, weights and psums between the
// clusters' ports. HierarchicalMesh is Eyeriss v2's,
// FlatMulticast v1's; another one takes its place by a factory.
//
// Use        One node for each cluster, made inside the cluster's constructor (so that its blocks
//            lie under the cluster's instance path). The cluster binds its ports to the node; then
//            the chip has the nodes connected.

#include <functional>
#include <memory>
#include <vector>

#include "hw/block/block.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

/// The NoC's ports at one cluster. Numbers: iact b = GLB bank b, weight v = PE row v, psum x = PE
/// column x. "From" is where the NoC takes bursts, "to" where it hands them out.
class NocNode {
 public:
  virtual ~NocNode() = default;

  virtual link::StreamIn& iact_from_glb(std::size_t b) = 0;
  virtual link::StreamOut& iact_to_pes(std::size_t b) = 0;
  virtual link::StreamIn& weight_from_port(std::size_t v) = 0;
  virtual link::StreamOut& weight_to_pes(std::size_t v) = 0;
  virtual link::StreamIn& psum_from_glb(std::size_t x) = 0;
  virtual link::StreamOut& psum_to_pes(std::size_t x) = 0;
  virtual link::StreamIn& psum_from_pes(std::size_t x) = 0;
  virtual link::StreamOut& psum_to_glb(std::size_t x) = 0;

  /// What takes the layer command, and is counted and asked, of this node.
  virtual std::vector<LayerBlock*> blocks() = 0;
};

class Noc {
 public:
  virtual ~Noc() = default;
  /// The node of the cluster at (row, col) of the mesh; once each. The NoC keeps it.
  virtual NocNode& add_node(int row, int col) = 0;
  /// Wires between the nodes, when all are there.
  virtual void connect() = 0;
  /// What belongs to no node; counted and asked like them.
  virtual std::vector<Block*> shared_blocks() { return {}; }
};

/// Makes a chip's NoC.
using NocFactory =
    std::function<std::unique_ptr<Noc>(const ChipConfig& config, const link::Clock& clock)>;

}  // namespace uvea::hw
