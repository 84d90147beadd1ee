#pragma once
// Clusters' places around a NoC: senders and receivers at each node.

#include <memory>
#include <string>
#include <vector>

#include "hw/noc/noc.h"
#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {

/// In the place of a cluster: a node of the NoC, with senders and receivers of iacts of bank 0,
/// weights of PE row 0 and psums of PE column 0.
struct Site : sc_core::sc_module {
  Site(const sc_core::sc_module_name& module_name, hw::Noc& noc, const link::Clock& clock, int row,
       int col, link::Cycle first)
      : sc_module(module_name),
        iact("iact", clock, first),
        weight("weight", clock, first),
        psum("psum", clock, first),
        iact_pe("iact_pe", clock),
        weight_pe("weight_pe", clock),
        psum_pe("psum_pe", clock),
        psum_glb("psum_glb", clock),
        node(noc.add_node(row, col)) {
    iact.out.bind(node.iact_from_glb(0));
    weight.out.bind(node.weight_from_port(0));
    psum.out.bind(node.psum_from_pes(0));
    node.iact_to_pes(0).bind(iact_pe.in);
    node.weight_to_pes(0).bind(weight_pe.in);
    node.psum_to_pes(0).bind(psum_pe.in);
    node.psum_to_glb(0).bind(psum_glb.in);
  }
  BurstSource iact, weight, psum;
  BurstSink iact_pe, weight_pe, psum_pe, psum_glb;
  hw::NocNode& node;
};

/// A NoC of 2 x 3 clusters. Senders begin in cycle kFirst.
class NocTest : public BlockTest {
 protected:
  static constexpr link::Cycle kFirst = 10;
  static constexpr int kRows = 2, kCols = 3;

  void build(const hw::NocFactory& make) {
    config.mesh.rows = kRows;
    config.mesh.cols = kCols;
    noc = make(config, clock);
    for (int r = 0; r < kRows; ++r) {
      for (int c = 0; c < kCols; ++c) {
        const std::string name = "site_" + std::to_string(r) + "_" + std::to_string(c);
        sites.push_back(std::make_unique<Site>(name.c_str(), *noc, clock, r, c, kFirst));
        for (hw::LayerBlock* block : sites.back()->node.blocks()) takes_commands(*block);
      }
    }
    noc->connect();
    layer.layer.geo.out_c = 8;
    layer.layer.geo.in_h = layer.layer.geo.out_h = 6;
    layer.iact.pitch = layer.oact.pitch = 16;
    layer.oact.group = 8;
  }
  Site& site(int r, int c) { return *sites[static_cast<std::size_t>(r * kCols + c)]; }
  static void send(BurstSource& source, std::uint32_t word) {
    link::Burst& burst = source.add();
    burst.words = {word};
    burst.beats = 1;
  }
  /// Exactly one burst, with that word, at that cycle.
  static void expect(const BurstSink& sink, std::uint32_t word, link::Cycle at) {
    ASSERT_EQ(sink.taken.size(), 1U) << sink.name();
    EXPECT_EQ(sink.taken[0].words, std::vector<std::uint32_t>{word}) << sink.name();
    EXPECT_EQ(sink.taken[0].at, at) << sink.name();
  }

  hw::ChipConfig config;
  std::unique_ptr<hw::Noc> noc;
  std::vector<std::unique_ptr<Site>> sites;
  CommandBytes layer;
};

}  // namespace uvea::test
