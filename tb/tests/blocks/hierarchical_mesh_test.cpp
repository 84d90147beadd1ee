// The meshes of routers: who reaches whom, and after how many hops.

#include "hw/noc/hierarchical_mesh.h"

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

using link::Cycle;

constexpr Cycle kHop = 2, kFirst = 10;
constexpr int kRows = 2, kCols = 3;

/// In the place of a cluster: a node of the NoC, with senders and receivers of iacts of bank 0,
/// weights of PE row 0 and psums of PE column 0.
struct Site : sc_core::sc_module {
  Site(const sc_core::sc_module_name& module_name, hw::Noc& noc, const link::Clock& clock, int row,
       int col)
      : sc_module(module_name),
        iact("iact", clock, kFirst),
        weight("weight", clock, kFirst),
        psum("psum", clock, kFirst),
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

class HierarchicalMeshTest : public BlockTest {
 protected:
  HierarchicalMeshTest() {
    config.mesh.rows = kRows;
    config.mesh.cols = kCols;
    config.noc.hop_cycles = kHop;
    mesh = hw::hierarchical_mesh()(config, clock);
    for (int r = 0; r < kRows; ++r) {
      for (int c = 0; c < kCols; ++c) {
        const std::string name = "site_" + std::to_string(r) + "_" + std::to_string(c);
        sites.push_back(std::make_unique<Site>(name.c_str(), *mesh, clock, r, c));
        for (hw::LayerBlock* block : sites.back()->node.blocks()) takes_commands(*block);
      }
    }
    mesh->connect();
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
  static void expect(const BurstSink& sink, std::uint32_t word, Cycle at) {
    ASSERT_EQ(sink.taken.size(), 1U) << sink.name();
    EXPECT_EQ(sink.taken[0].words, std::vector<std::uint32_t>{word}) << sink.name();
    EXPECT_EQ(sink.taken[0].at, at) << sink.name();
  }

  hw::ChipConfig config;
  std::unique_ptr<hw::Noc> mesh;
  std::vector<std::unique_ptr<Site>> sites;
  CommandBytes layer;
};

TEST_F(HierarchicalMeshTest, IactsAreBroadcastFromTheGroupsCorner) {
  layer.mapping.mesh_rows.m = 2;
  layer.mapping.mesh_cols.m = 3;
  layer.mapping.iact_mode = mapper::NocMode::broadcast;
  give(layer);
  send(site(0, 0).iact, 5);
  run_out();
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kCols; ++c)
      expect(site(r, c).iact_pe, 5, kFirst + kHop * static_cast<Cycle>(r + c + 1));
}

TEST_F(HierarchicalMeshTest, VerticalGroupsAreApart) {
  layer.mapping.mesh_rows.m = 2;
  layer.mapping.mesh_cols.e = 3;
  layer.mapping.iact_mode = mapper::NocMode::vertical;
  give(layer);
  for (int c = 0; c < kCols; ++c) send(site(0, c).iact, static_cast<std::uint32_t>(c));
  run_out();
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kCols; ++c)
      expect(site(r, c).iact_pe, static_cast<std::uint32_t>(c),
             kFirst + kHop * static_cast<Cycle>(r + 1));
}

TEST_F(HierarchicalMeshTest, WeightsGoEastAlongARow) {
  layer.mapping.mesh_rows.m = 2;
  layer.mapping.mesh_cols.e = 3;
  layer.mapping.weight_mode = mapper::NocMode::horizontal;
  give(layer);
  for (int r = 0; r < kRows; ++r) send(site(r, 0).weight, static_cast<std::uint32_t>(r));
  run_out();
  for (int r = 0; r < kRows; ++r)
    for (int c = 0; c < kCols; ++c)
      expect(site(r, c).weight_pe, static_cast<std::uint32_t>(r),
             kFirst + kHop * static_cast<Cycle>(c + 1));
}

TEST_F(HierarchicalMeshTest, PsumsOfAChainGoSouthAndLeaveByTheLastCluster) {
  layer.mapping.chain = 2;
  layer.mapping.mesh_cols.e = 3;
  give(layer);
  for (int c = 0; c < kCols; ++c) {
    send(site(0, c).psum, 1);
    send(site(1, c).psum, 2);
  }
  run_out();
  for (int c = 0; c < kCols; ++c) {
    expect(site(1, c).psum_pe, 1, kFirst + 2 * kHop);
    expect(site(1, c).psum_glb, 2, kFirst + kHop);
    EXPECT_TRUE(site(0, c).psum_glb.taken.empty());
  }
  hw::CounterSink sum;
  for (const auto& at : sites)
    for (const hw::LayerBlock* block : at->node.blocks()) block->count(sum);
  EXPECT_EQ(sum[hw::Counter::noc_psum_words], 6U);
  EXPECT_EQ(sum[hw::Counter::noc_psum_word_hops], 9U);
}

}  // namespace
}  // namespace uvea::test
