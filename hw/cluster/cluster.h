#pragma once
// One tile of the mesh: PE cluster, GLB cluster, weight ports, output stage, and the NoC's node that
// joins them.
//
// Ports      the blocks' own: memory (DMA), busy, command; the NoC connects the clusters
// Parameters row, col           place in the mesh
//            first_source_id    the cluster's bursts are numbered from there on: source_ids() numbers

#include "hw/cluster/output_stage.h"
#include "hw/cluster/pe_cluster.h"
#include "hw/cluster/weight_port.h"
#include "hw/glb/iact_glb.h"
#include "hw/glb/psum_glb.h"
#include "hw/noc/noc.h"

namespace uvea::hw {

class Cluster : public sc_core::sc_module {
 public:
  Cluster(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
          link::BurstPool& pool, int row, int col, std::uint32_t first_source_id,
          const PeFactory& make_pe, Noc& noc);

  PeCluster pes;
  IactGlb iact_glb;
  PsumGlb psum_glb;
  WeightPort weight_port;
  OutputStage output;
  NocNode& node;

  /// During construction, where there is a gate; it outlives the cluster.
  void take_turns(IoGate& gate);

  /// All blocks, receivers before senders: in this order they take the layer command, so that
  /// nothing is sent before its receiver knows the layer.
  std::vector<LayerBlock*> blocks();

  /// Source numbers that a cluster takes up: its PEs, iact banks, psum banks, weight ports.
  static std::uint32_t source_ids(const ChipConfig& config);
};

}  // namespace uvea::hw
