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

void append(std::vector<std::string>& all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
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
      dma("dma", config,
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

ChipCounters Chip::counters() const {
  ChipCounters sum;
  for (const auto& cluster : clusters_) {
    for (const auto& pe : cluster->pes.pes()) {
      const PeCounters& c = pe->counters();
      sum.pe.effectual_macs += c.effectual_macs;
      sum.pe.issue_slots += c.issue_slots;
      sum.pe.overflows += c.overflows;
      sum.pe.iact_reads += c.iact_reads;
      sum.pe.iact_writes += c.iact_writes;
      sum.pe.weight_reads += c.weight_reads;
      sum.pe.weight_writes += c.weight_writes;
      sum.pe.psum_reads += c.psum_reads;
      sum.pe.psum_writes += c.psum_writes;
      if (c.issue_slots > 0) ++sum.active_pes;
    }
    const std::vector<std::unique_ptr<Router>>* routers[3] = {
        &cluster->iact_routers, &cluster->weight_routers, &cluster->psum_routers};
    for (std::size_t type = 0; type < 3; ++type) {
      for (const auto& router : *routers[type]) {
        sum.noc_words[type] += router->words_injected();
        sum.noc_word_hops[type] += router->word_hops();
      }
    }
    sum.glb_iact_reads += cluster->iact_glb.reads();
    sum.glb_iact_writes += cluster->iact_glb.writes();
    sum.glb_psum_reads += cluster->psum_glb.reads();
    sum.glb_psum_writes += cluster->psum_glb.writes();
    sum.oacts += cluster->output.oacts();
  }
  sum.dram_read_bytes = dma.read_bytes();
  sum.dram_write_bytes = dma.write_bytes();
  sum.dram_transactions = dma.transactions();
  return sum;
}

std::vector<std::uint64_t> Chip::progress() const {
  const ChipCounters c = counters();
  std::uint64_t words = 0;
  for (const std::uint64_t injected : c.noc_words) words += injected;
  return {dma.dram.steps(),
          words,
          c.pe.issue_slots,
          c.pe.iact_writes + c.pe.weight_writes,
          c.pe.psum_reads + c.pe.psum_writes,
          c.glb_iact_reads + c.glb_iact_writes,
          c.glb_psum_reads + c.glb_psum_writes,
          c.oacts};
}

std::vector<Waiting> Chip::waiting_for() const {
  std::vector<Waiting> all;
  const auto ask = [&all](const auto& block) {
    const std::string what = block.waiting_for();
    if (!what.empty()) all.push_back({block.name(), what});
  };
  ask(controller);
  ask(dma);
  for (const auto& cluster : clusters_) {
    ask(cluster->iact_glb);
    ask(cluster->weight_port);
    for (const auto* routers :
         {&cluster->iact_routers, &cluster->weight_routers, &cluster->psum_routers}) {
      for (const auto& router : *routers) ask(*router);
    }
    for (const auto& pe : cluster->pes.pes()) {
      if (!pe->leftovers().empty()) ask(*pe);
    }
    ask(cluster->psum_glb);
    ask(cluster->output);
  }
  return all;
}

std::vector<std::string> Chip::leftovers() const {
  std::vector<std::string> all;
  append(all, controller.leftovers());
  append(all, dma.leftovers());
  for (const auto& cluster : clusters_) {
    append(all, cluster->iact_glb.leftovers());
    append(all, cluster->weight_port.leftovers());
    append(all, cluster->pes.leftovers());
    append(all, cluster->psum_glb.leftovers());
    append(all, cluster->output.leftovers());
    for (const auto* routers :
         {&cluster->iact_routers, &cluster->weight_routers, &cluster->psum_routers}) {
      for (const auto& router : *routers) append(all, router->leftovers());
    }
  }
  if (pool_.outstanding() > 0)
    all.push_back(std::string(name()) + ": " + std::to_string(pool_.outstanding()) +
                  " burst payloads not back in their pool");
  return all;
}

}  // namespace uvea::hw
