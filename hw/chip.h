#pragma once
// The chip: a mesh of clusters (PEs, routers, GLB banks, ports), the DMA and the system controller.
//
// Ports      registers   TLM-2.0 base protocol target: control registers (hw/control/controller.h)
//            dram        TLM-2.0 base protocol initiator, AT
//            interrupt   level, high until acknowledged
// Parameters config      hw/config/chip_config.h; must outlive the chip
// Errors     std::invalid_argument when no chip can be built from it (hw/config/chip_limits.h), or
//            when the time resolution cannot hold control.clock_mhz. A run that makes no progress:
//            hw/control/watchdog.h.
// Timing     event-driven; all delays whole cycles of control.clock_mhz (docs/timing.md).

#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/cluster/pe_cluster.h"
#include "hw/control/controller.h"
#include "hw/control/dma.h"
#include "hw/control/output_stage.h"
#include "hw/control/watchdog.h"
#include "hw/control/weight_port.h"
#include "hw/glb/iact_glb.h"
#include "hw/glb/psum_glb.h"
#include "hw/noc/router.h"

namespace uvea::hw {

/// A layer that the chip has done.
struct LayerRecord {
  std::uint32_t layer = 0;             ///< in the run, from 0 on
  link::Cycle begin = 0, end = 0;      ///< fetch of its descriptor; its last oact is in DRAM
  CounterSink counters;                ///< of all blocks
  StallCounts stalls;                  ///< PE cycles; their sum is cycles() times the chip's PEs
  std::vector<Resource> resources;     ///< ports, links and banks
  std::vector<std::string> leftovers;  ///< what is not at rest; empty at a sound end

  link::Cycle cycles() const { return end - begin; }
};

/// One tile of the mesh: PE cluster, router cluster, GLB cluster and their off-chip ports.
class Cluster : public sc_core::sc_module {
 public:
  Cluster(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
          link::BurstPool& pool, int row, int col, std::uint32_t first_source_id,
          const PeFactory& make_pe);

  PeCluster pes;
  IactGlb iact_glb;
  PsumGlb psum_glb;
  WeightPort weight_port;
  OutputStage output;
  std::vector<std::unique_ptr<Router>> iact_routers, weight_routers, psum_routers;

  /// Source numbers that a cluster takes up: its PEs, iact banks, psum banks, weight ports.
  static std::uint32_t source_ids(const ChipConfig& config);
};

class Chip : public sc_core::sc_module, private WatchdogSubject {
 public:
  Chip(const sc_core::sc_module_name& name, const ChipConfig& config,
       const PeFactory& make_pe = model_pes());

  Controller controller;
  Dma dma;
  Watchdog watchdog;

  const link::Clock& clock() const { return clock_; }
  Cluster& cluster(int row, int col) {
    return *clusters_[static_cast<std::size_t>(row * config_.mesh.cols + col)];
  }
  const std::vector<std::unique_ptr<Cluster>>& clusters() const { return clusters_; }

  /// Every block of the chip.
  const std::vector<const Block*>& blocks() const { return blocks_; }
  /// Called when a layer has ended, before the next one begins.
  std::function<void(const LayerRecord&)> on_layer_done;

  /// What the blocks counted since the last layer command, summed over the chip.
  CounterSink counters() const;
  /// Everything that is not at rest, with instance path; empty at a sound end.
  std::vector<std::string> leftovers() const;
  /// The blocks that wait for something, and for what.
  std::vector<Waiting> waiting_for() const override;

 private:
  bool running() const override { return controller.running(); }
  std::vector<std::uint64_t> progress() const override;
  void wire_mesh();
  void wire_commands();
  void list_blocks();
  void layer_done(std::uint32_t layer, link::Cycle begin, link::Cycle end);

  const ChipConfig& config_;
  link::Clock clock_;
  link::BurstPool pool_;
  std::vector<std::unique_ptr<Cluster>> clusters_;
  std::vector<std::unique_ptr<sc_core::sc_signal<bool>>> busy_;
  std::vector<const Block*> blocks_;
};

}  // namespace uvea::hw
