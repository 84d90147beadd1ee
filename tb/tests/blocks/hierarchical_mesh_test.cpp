// The meshes of routers: who reaches whom, and after how many hops.

#include "hw/noc/hierarchical_mesh.h"

#include "tb/tests/blocks/noc_site.h"

namespace uvea::test {
namespace {

using link::Cycle;

constexpr Cycle kHop = 2;

class HierarchicalMeshTest : public NocTest {
 protected:
  HierarchicalMeshTest() {
    config.noc.hop_cycles = kHop;
    build(hw::hierarchical_mesh());
  }
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
