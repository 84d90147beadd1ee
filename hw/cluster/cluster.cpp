#include "hw/cluster/cluster.h"

namespace uvea::hw {

namespace {

std::uint32_t pes_of(const ChipConfig& config) {
  return static_cast<std::uint32_t>(config.cluster.pe_rows * config.cluster.pe_cols);
}

}  // namespace

std::uint32_t Cluster::source_ids(const ChipConfig& config) {
  return pes_of(config) +
         static_cast<std::uint32_t>(config.glb.iact_banks + config.cluster.pe_cols +
                                    config.cluster.pe_rows);
}

Cluster::Cluster(const sc_core::sc_module_name& module_name, const ChipConfig& config,
                 const link::Clock& clock, link::BurstPool& pool, int row, int col,
                 std::uint32_t id, const PeFactory& make_pe, Noc& noc)
    : sc_module(module_name),
      pes("pes", config, clock, pool, row, col, id, make_pe),
      iact_glb("iact_glb", config, clock, pool, row, col, id + pes_of(config)),
      psum_glb("psum_glb", config, clock, pool, row, col,
               id + pes_of(config) + static_cast<std::uint32_t>(config.glb.iact_banks)),
      weight_port("weight_port", config, clock, pool, row, col,
                  id + source_ids(config) - static_cast<std::uint32_t>(config.cluster.pe_rows)),
      output("output", config, clock, row, col),
      node(noc.add_node(row, col)) {
  for (std::size_t b = 0; b < iact_glb.out.size(); ++b) {
    iact_glb.out[b]->bind(node.iact_from_glb(b));
    node.iact_to_pes(b).bind(pes.iact(static_cast<int>(b)));
  }
  for (std::size_t v = 0; v < weight_port.out.size(); ++v) {
    weight_port.out[v]->bind(node.weight_from_port(v));
    node.weight_to_pes(v).bind(pes.weight(static_cast<int>(v)));
  }
  for (std::size_t x = 0; x < psum_glb.to_router.size(); ++x) {
    psum_glb.to_router[x]->bind(node.psum_from_glb(x));
    node.psum_to_glb(x).bind(*psum_glb.from_router[x]);
    node.psum_to_pes(x).bind(pes.psum_in(static_cast<int>(x)));
    pes.psum_out(static_cast<int>(x)).bind(node.psum_from_pes(x));
    psum_glb.to_output[x]->bind(*output.in[x]);
  }
}

void Cluster::take_turns(IoGate& gate) {
  iact_glb.take_turns(gate);
  psum_glb.take_turns(gate);
  output.take_turns(gate);
}

std::vector<LayerBlock*> Cluster::blocks() {
  std::vector<LayerBlock*> all;
  for (const auto& pe : pes.pes()) all.push_back(pe.get());
  for (LayerBlock* block : node.blocks()) all.push_back(block);
  for (LayerBlock* block :
       std::initializer_list<LayerBlock*>{&output, &psum_glb, &weight_port, &iact_glb})
    all.push_back(block);
  return all;
}

}  // namespace uvea::hw
