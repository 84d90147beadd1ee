#include "hw/chip.h"

#include <stdexcept>

#include "hw/config/chip_limits.h"

namespace uvea::hw {

using link::DataType;

namespace {

// DMA clients of a cluster, and busy wires.
constexpr std::size_t kClientsPerCluster = 3;  // iacts, weights, outputs
constexpr std::size_t kBusyPerCluster = 3;     // iacts, psums, outputs

std::vector<std::unique_ptr<Router>> make_routers(const std::string& prefix, DataType type,
                                                  int count, const ChipConfig& config,
                                                  const link::Clock& clock, int row, int col) {
  std::vector<std::unique_ptr<Router>> routers;
  for (int i = 0; i < count; ++i)
    routers.push_back(std::make_unique<Router>((prefix + std::to_string(i)).c_str(), type, config,
                                               clock, row, col));
  return routers;
}

/// The configuration, when a chip can be built from it.
const ChipConfig& checked(const ChipConfig& config) {
  if (const std::string bad = why_bad_chip(config); !bad.empty())
    throw std::invalid_argument("chip: " + bad);
  return config;
}

}  // namespace

std::uint32_t Cluster::source_ids(const ChipConfig& config) {
  const int pes = config.cluster.pe_rows * config.cluster.pe_cols;
  return static_cast<std::uint32_t>(pes + config.glb.iact_banks + config.cluster.pe_cols +
                                    config.cluster.pe_rows);
}

Cluster::Cluster(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                 const link::Clock& clock, link::BurstPool& pool, int row, int col,
                 std::uint32_t id, const PeFactory& make_pe)
    : sc_module(module_name),
      pes("pes", config, clock, pool, row, col, id, make_pe),
      iact_glb("iact_glb", config, clock, pool, row, col,
               id + static_cast<std::uint32_t>(config.cluster.pe_rows * config.cluster.pe_cols)),
      psum_glb("psum_glb", config, clock, pool, row, col,
               id + static_cast<std::uint32_t>(config.cluster.pe_rows * config.cluster.pe_cols +
                                               config.glb.iact_banks)),
      weight_port("weight_port", config, clock, pool, row, col,
                  id + source_ids(config) - static_cast<std::uint32_t>(config.cluster.pe_rows)),
      output("output", config, clock, row, col),
      iact_routers(make_routers("iact_router_", DataType::iact, config.glb.iact_banks, config,
                                clock, row, col)),
      weight_routers(make_routers("weight_router_", DataType::weight, config.cluster.pe_rows,
                                  config, clock, row, col)),
      psum_routers(make_routers("psum_router_", DataType::psum, config.cluster.pe_cols, config,
                                clock, row, col)) {
  for (std::size_t b = 0; b < iact_routers.size(); ++b) {
    iact_glb.out[b]->bind(iact_routers[b]->in(RouterPort::local));
    iact_routers[b]->out(RouterPort::pe).bind(pes.iact(static_cast<int>(b)));
  }
  for (std::size_t v = 0; v < weight_routers.size(); ++v) {
    weight_port.out[v]->bind(weight_routers[v]->in(RouterPort::local));
    weight_routers[v]->out(RouterPort::pe).bind(pes.weight(static_cast<int>(v)));
  }
  for (std::size_t x = 0; x < psum_routers.size(); ++x) {
    Router& router = *psum_routers[x];
    psum_glb.to_router[x]->bind(router.in(RouterPort::local));
    router.out(RouterPort::local).bind(*psum_glb.from_router[x]);
    router.out(RouterPort::pe).bind(pes.psum_in(static_cast<int>(x)));
    pes.psum_out(static_cast<int>(x)).bind(router.in(RouterPort::pe));
    psum_glb.to_output[x]->bind(*output.in[x]);
  }
}

Chip::Chip(const sc_core::sc_module_name& module_name, const ChipConfig& config,
           const PeFactory& make_pe)
    : sc_module(module_name),
      controller("controller", checked(config), clock_,
                 kBusyPerCluster * static_cast<std::size_t>(config.mesh.rows * config.mesh.cols)),
      dma("dma", config, clock_,
          1 + kClientsPerCluster * static_cast<std::size_t>(config.mesh.rows * config.mesh.cols)),
      watchdog("watchdog", *this, controller.run_changed(), config.control.watchdog_cycles, clock_),
      config_(config),
      clock_(config.control.clock_mhz) {
  for (int r = 0; r < config.mesh.rows; ++r) {
    for (int c = 0; c < config.mesh.cols; ++c) {
      const std::string cluster_name = "cluster_" + std::to_string(r) + "_" + std::to_string(c);
      clusters_.push_back(std::make_unique<Cluster>(
          cluster_name.c_str(), config, clock_, pool_, r, c,
          static_cast<std::uint32_t>(clusters_.size()) * Cluster::source_ids(config), make_pe));
    }
  }
  wire_mesh();
  wire_commands();
  list_blocks();
  controller.on_layer_done = [this](std::uint32_t layer, link::Cycle begin, link::Cycle end) {
    layer_done(layer, begin, end);
  };
}

void Chip::wire_mesh() {
  const auto link_routers = [](Router& from, RouterPort out, Router& to, RouterPort in) {
    from.out(out).bind(to.in(in));
  };
  for (int r = 0; r < config_.mesh.rows; ++r) {
    for (int c = 0; c < config_.mesh.cols; ++c) {
      Cluster& here = cluster(r, c);
      if (r + 1 < config_.mesh.rows) {
        Cluster& south = cluster(r + 1, c);
        for (std::size_t b = 0; b < here.iact_routers.size(); ++b) {
          link_routers(*here.iact_routers[b], RouterPort::south, *south.iact_routers[b],
                       RouterPort::north);
          link_routers(*south.iact_routers[b], RouterPort::north, *here.iact_routers[b],
                       RouterPort::south);
        }
        for (std::size_t x = 0; x < here.psum_routers.size(); ++x)
          link_routers(*here.psum_routers[x], RouterPort::south, *south.psum_routers[x],
                       RouterPort::north);
      }
      if (c + 1 < config_.mesh.cols) {
        Cluster& east = cluster(r, c + 1);
        for (std::size_t b = 0; b < here.iact_routers.size(); ++b) {
          link_routers(*here.iact_routers[b], RouterPort::east, *east.iact_routers[b],
                       RouterPort::west);
          link_routers(*east.iact_routers[b], RouterPort::west, *here.iact_routers[b],
                       RouterPort::east);
        }
        for (std::size_t v = 0; v < here.weight_routers.size(); ++v) {
          link_routers(*here.weight_routers[v], RouterPort::east, *east.weight_routers[v],
                       RouterPort::west);
          link_routers(*east.weight_routers[v], RouterPort::west, *here.weight_routers[v],
                       RouterPort::east);
        }
      }
    }
  }
}

void Chip::wire_commands() {
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
    cluster->iact_glb.memory.bind(dma.server(client++));
    cluster->weight_port.memory.bind(dma.server(client++));
    cluster->output.memory.bind(dma.server(client++));
    busy_wire(cluster->iact_glb.busy);
    busy_wire(cluster->psum_glb.busy);
    busy_wire(cluster->output.busy);
    // Receivers before senders: nothing is sent before its receiver knows the layer.
    for (auto& pe : cluster->pes.pes()) controller.commands.bind(pe->command);
    for (auto* routers :
         {&cluster->iact_routers, &cluster->weight_routers, &cluster->psum_routers}) {
      for (auto& router : *routers) controller.commands.bind(router->command);
    }
    controller.commands.bind(cluster->output.command);
    controller.commands.bind(cluster->psum_glb.command);
    controller.commands.bind(cluster->weight_port.command);
    controller.commands.bind(cluster->iact_glb.command);
  }
}

void Chip::list_blocks() {
  blocks_ = {&controller, &dma};
  for (const auto& cluster : clusters_) {
    blocks_.push_back(&cluster->iact_glb);
    blocks_.push_back(&cluster->weight_port);
    for (const auto& pe : cluster->pes.pes()) blocks_.push_back(pe.get());
    for (const auto* routers :
         {&cluster->iact_routers, &cluster->weight_routers, &cluster->psum_routers}) {
      for (const auto& router : *routers) blocks_.push_back(router.get());
    }
    blocks_.push_back(&cluster->psum_glb);
    blocks_.push_back(&cluster->output);
  }
}

CounterSink Chip::counters() const {
  CounterSink sum;
  for (const Block* block : blocks_) block->count(sum);
  return sum;
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
      record.stalls += account.counts();
      record.stalls.at(Stall::reconfiguration) += account.begun() - begin;
      std::string wrong = account.check();
      if (wrong.empty() && account.until() != end)
        wrong = "cycles are spent up to " + std::to_string(account.until()) +
                ", the layer ended at " + std::to_string(end);
      if (!wrong.empty()) record.leftovers.push_back(std::string(pe->name()) + ": " + wrong);
    }
  }
  for (const Block* block : blocks_) block->use(record.resources);
  if (on_layer_done) on_layer_done(record);
  // The blocks that no layer command reaches.
  dma.clear_counts();
  controller.clear_counts();
}

std::vector<std::uint64_t> Chip::progress() const {
  const CounterSink counted = counters();
  std::vector<std::uint64_t> all(counted.values().begin(), counted.values().end());
  all.push_back(dma.dram.steps());
  return all;
}

std::vector<Waiting> Chip::waiting_for() const {
  std::vector<Waiting> all;
  for (const Block* block : blocks_) {
    if (Wait wait = block->waiting_for()) all.push_back({block->name(), std::move(wait)});
  }
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
