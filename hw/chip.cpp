#include "hw/chip.h"

#include <map>
#include <stdexcept>

#include "hw/config/chip_limits.h"

namespace uvea::hw {

namespace {

// Busy wires of a cluster.
constexpr std::size_t kBusyPerCluster = 3;  // iacts, psums, outputs

std::size_t clusters_of(const ChipConfig& config) {
  return static_cast<std::size_t>(config.mesh.rows * config.mesh.cols);
}

/// Off-chip ports: of the controller, and of each cluster's iact banks, PE rows and PE columns.
std::size_t ports_of(const ChipConfig& config) {
  return 1 + clusters_of(config) *
                 static_cast<std::size_t>(config.glb.iact_banks + config.cluster.pe_rows +
                                          config.cluster.pe_cols);
}

/// The configuration, when a chip can be built from it.
const ChipConfig& checked(const ChipConfig& config) {
  if (const std::string bad = why_bad_chip(config); !bad.empty())
    throw std::invalid_argument("chip: " + bad);
  return config;
}

}  // namespace

Chip::Chip(const sc_core::sc_module_name& module_name, const ChipConfig& config,
           const ChipParts& parts)
    : sc_module(module_name),
      config_(checked(config)),
      clock_(config.control.clock_mhz),
      controller("controller", config, clock_, kBusyPerCluster * clusters_of(config)),
      dma("dma", config, clock_, ports_of(config)),
      watchdog("watchdog", *this, controller.run_changed(), config.control.watchdog_cycles, clock_),
      noc_(parts.noc(config, clock_)) {
  registers.bind(controller.registers);
  dma.dram.bind(dram);
  controller.interrupt.bind(interrupt);
  blocks_ = {&controller, &dma};
  build_clusters(parts);
  if (config_.control.serial_io) add_io_phases();
  noc_->connect();
  shared_ = noc_->shared_blocks();
  blocks_.insert(blocks_.end(), shared_.begin(), shared_.end());
  wire_clusters();
  controller.on_layer_begin = [this](link::Cycle begin) { layer_begins(begin); };
  controller.on_layer_done = [this](std::uint32_t layer, link::Cycle begin, link::Cycle end) {
    layer_done(layer, begin, end);
  };
}

void Chip::build_clusters(const ChipParts& parts) {
  for (int r = 0; r < config_.mesh.rows; ++r) {
    for (int c = 0; c < config_.mesh.cols; ++c) {
      const std::string cluster_name = "cluster_" + std::to_string(r) + "_" + std::to_string(c);
      clusters_.push_back(std::make_unique<Cluster>(
          cluster_name.c_str(), config_, clock_, pool_, r, c,
          static_cast<std::uint32_t>(clusters_.size()) * Cluster::source_ids(config_), parts.pe,
          *noc_));
    }
  }
}

void Chip::add_io_phases() {
  io_phases_ = std::make_unique<IoPhases>("io_phases", config_, clock_);
  // Knows the layer before those who ask it.
  controller.commands.bind(io_phases_->command);
  blocks_.push_back(io_phases_.get());
  for (auto& cluster : clusters_) cluster->take_turns(*io_phases_);
}

void Chip::wire_clusters() {
  controller.memory.bind(dma.server(0));
  std::size_t client = 1;
  std::size_t wire = 0;
  const auto busy_wire = [&](sc_core::sc_out<bool>& out) {
    busy_.push_back(
        std::make_unique<sc_core::sc_signal<bool>>(("busy_wire_" + std::to_string(wire)).c_str()));
    out.bind(*busy_.back());
    controller.busy[wire++].bind(*busy_.back());
  };
  for (auto& cluster : clusters_) {
    for (const auto* ports :
         {&cluster->iact_glb.memory, &cluster->weight_port.memory, &cluster->output.memory}) {
      for (const auto& port : *ports) {
        if (config_.control.serial_io && ports == &cluster->weight_port.memory)
          dma.goes_last(client);
        port->bind(dma.server(client++));
      }
    }
    busy_wire(cluster->iact_glb.busy);
    busy_wire(cluster->psum_glb.busy);
    busy_wire(cluster->output.busy);
    for (LayerBlock* block : cluster->blocks()) {
      controller.commands.bind(block->command);
      blocks_.push_back(block);
    }
  }
}

void Chip::watch(link::Probe* probe) {
  probe_ = probe;
  for (Block* block : blocks_) block->watch(probe);
  for (auto& cluster : clusters_) cluster->pes.watch(probe);
}

CounterSink Chip::counters() const {
  CounterSink sum;
  for (const Block* block : blocks_) block->count(sum);
  return sum;
}

void Chip::layer_begins(link::Cycle begin) {
  if (probe_ == nullptr) return;
  for (const auto& cluster : clusters_) {
    for (const auto& pe : cluster->pes.pes()) pe->layer_begins(begin);
  }
}

void Chip::layer_done(std::uint32_t layer, link::Cycle begin, link::Cycle end) {
  LayerRecord record;
  record.layer = layer;
  record.begin = begin;
  record.end = end;
  record.counters = counters();
  record.leftovers = leftovers();
  for (const auto& cluster : clusters_) {
    for (const auto& pe : cluster->pes.pes()) {
      pe->close_layer(end);
      const StallAccount& account = pe->account();
      PeRecord& own = record.pes.emplace_back(PeRecord{pe->name(), account.counts()});
      own.stalls.at(Stall::reconfiguration) += account.begun() - begin;
      record.stalls += own.stalls;
      std::string wrong = account.check();
      if (wrong.empty() && account.until() != end)
        wrong = "cycles are spent up to " + std::to_string(account.until()) +
                ", the layer ended at " + std::to_string(end);
      if (!wrong.empty()) record.leftovers.push_back(std::string(pe->name()) + ": " + wrong);
    }
  }
  if (probe_ != nullptr) {
    for (Block* block : blocks_) block->tell_rest(end);
  }
  for (const Block* block : blocks_) block->use(record.resources);
  if (on_layer_done) on_layer_done(record);
  if (probe_ != nullptr) probe_->complete(end);
  // The blocks that no layer command reaches.
  dma.clear_counts();
  controller.clear_counts();
  for (Block* block : shared_) block->clear_counts();
}

std::vector<std::uint64_t> Chip::progress() const {
  const CounterSink counted = counters();
  std::vector<std::uint64_t> all(counted.values().begin(), counted.values().end());
  all.push_back(dma.dram.steps());
  return all;
}

void Chip::follow_idle(std::vector<Waiting>& all) const {
  std::map<std::string, const Block*> idle;
  for (const Block* block : blocks_) idle.emplace(block->name(), block);
  for (const Waiting& one : all) idle.erase(one.block);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto asked = idle.find(all[i].wait.peer);
    if (asked == idle.end()) continue;
    const Block& block = *asked->second;
    if (Wait wait = block.needs_for(all[i].block)) {
      all.push_back({block.name(), std::move(wait)});
      idle.erase(asked);
    }
  }
}

std::vector<Waiting> Chip::waiting_for() const {
  std::vector<Waiting> all;
  for (const Block* block : blocks_) {
    if (Wait wait = block->waiting_for()) all.push_back({block->name(), std::move(wait)});
  }
  // A router that waits for a cluster's wires waits for the PE that holds up the burst there.
  for (const auto& cluster : clusters_) {
    for (const PeCluster::HeldWire& wire : cluster->pes.held_wires()) {
      for (Waiting& one : all)
        if (one.block == wire.sender && one.wait.peer == cluster->pes.name())
          one.wait.peer = wire.holder;
    }
  }
  follow_idle(all);
  return all;
}

std::vector<std::string> Chip::leftovers() const {
  std::vector<std::string> all;
  for (const Block* block : blocks_) {
    for (const std::string& left : block->leftovers())
      all.push_back(std::string(block->name()) + ": " + left);
  }
  for (const auto& cluster : clusters_) {
    const auto wires = cluster->pes.leftovers();
    all.insert(all.end(), wires.begin(), wires.end());
  }
  if (pool_.outstanding() > 0)
    all.push_back(std::string(name()) + ": " + std::to_string(pool_.outstanding()) +
                  " burst payloads not back in their pool");
  return all;
}

}  // namespace uvea::hw
