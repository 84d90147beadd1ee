#pragma once
// The chip: a mesh of clusters (PEs, NoC nodes, GLB banks, ports), the DMA and the system controller.
//
// Ports      registers   TLM-2.0 base protocol target: control registers (hw/control/controller.h)
//            dram        TLM-2.0 base protocol initiator, AT (hw/control/dram_port.h)
//            interrupt   level, high until acknowledged
// Parameters config      hw/config/chip_config.h; must outlive the chip
//            parts       what may be another than the model's own: PEs, NoC
// Errors     std::invalid_argument when no chip can be built from the config
//            (hw/config/chip_limits.h), or when the time resolution cannot hold control.clock_mhz.
//            A run that makes no progress: hw/control/watchdog.h.
// Timing     event-driven; all delays whole cycles of control.clock_mhz (docs/timing.md).

#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/cluster/cluster.h"
#include "hw/control/controller.h"
#include "hw/control/dma.h"
#include "hw/control/io_phases.h"
#include "hw/control/watchdog.h"
#include "hw/layer_record.h"
#include "hw/noc/flat_multicast.h"

namespace uvea::hw {

/// Makers of a chip's parts.
struct ChipParts {
  PeFactory pe = model_pes();
  NocFactory noc = configured_noc();
};

class Chip : public sc_core::sc_module, private WatchdogSubject {
 private:
  const ChipConfig& config_;
  link::Clock clock_;
  link::BurstPool pool_;

 public:
  Chip(const sc_core::sc_module_name& name, const ChipConfig& config, const ChipParts& parts = {});

  ::tlm::tlm_target_socket<32> registers{"registers"};
  ::tlm::tlm_initiator_socket<32> dram{"dram"};
  sc_core::sc_out<bool> interrupt{"interrupt"};

  /// Called when a layer has ended, before the next one begins.
  std::function<void(const LayerRecord&)> on_layer_done;

  Controller controller;
  Dma dma;
  Watchdog watchdog;

  const link::Clock& clock() const { return clock_; }
  Noc& noc() { return *noc_; }
  /// Null without control.serial_io.
  IoPhases* io_phases() { return io_phases_.get(); }
  Cluster& cluster(int row, int col) {
    return *clusters_[static_cast<std::size_t>(row * config_.mesh.cols + col)];
  }
  const std::vector<std::unique_ptr<Cluster>>& clusters() const { return clusters_; }
  /// Every block of the chip.
  const std::vector<Block*>& blocks() const { return blocks_; }
  /// From now on every block tells the probe what it does; null: nobody is told. Before the
  /// simulation begins, or between two layers.
  void watch(link::Probe* probe);
  link::Probe* probe() const { return probe_; }

  /// What the blocks counted since the last layer command, summed over the chip.
  CounterSink counters() const;
  /// Everything that is not at rest, with instance path; empty at a sound end.
  std::vector<std::string> leftovers() const;
  /// The blocks that wait for something, and for what.
  std::vector<Waiting> waiting_for() const override;

 private:
  /// Adds idle blocks that others wait for, where they know what they would need for that.
  void follow_idle(std::vector<Waiting>& all) const;
  bool running() const override { return controller.running(); }
  std::vector<std::uint64_t> progress() const override;
  void build_clusters(const ChipParts& parts);
  void add_io_phases();
  void wire_clusters();
  void layer_begins(link::Cycle begin);
  void layer_done(std::uint32_t layer, link::Cycle begin, link::Cycle end);

  std::unique_ptr<IoPhases> io_phases_;  ///< null without control.serial_io
  std::unique_ptr<Noc> noc_;
  std::vector<std::unique_ptr<Cluster>> clusters_;
  std::vector<std::unique_ptr<sc_core::sc_signal<bool>>> busy_;
  std::vector<Block*> blocks_;
  std::vector<Block*> shared_;  ///< of the NoC
  link::Probe* probe_ = nullptr;
};

}  // namespace uvea::hw
