// A router passes a burst to all that its settings enable, when the slowest of them is ready.

#include "hw/noc/router.h"

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

using hw::Counter;
using hw::RouterPort;

class RouterTest : public BlockTest {
 protected:
  void build(link::DataType type, int row, int col) {
    config.noc.hop_cycles = 3;
    router = std::make_unique<hw::Router>("router", type, config, clock, row, col);
    takes_commands(*router);
    source.out.bind(router->in(RouterPort::local));
    router->out(RouterPort::pe).bind(pe.in);
    router->out(RouterPort::south).bind(south.in);
    router->out(RouterPort::east).bind(east.in);
    link::Burst& burst = source.add();
    burst.type = type;
    burst.words = {1, 2, 3, 4};
    burst.beats = 4;
  }
  /// A layer whose two M tiles of rows and of columns take the same iacts.
  static CommandBytes broadcast() {
    CommandBytes layer;
    layer.layer.geo.out_c = 4;
    layer.mapping.mesh_rows.m = layer.mapping.mesh_cols.m = 2;
    layer.mapping.iact_mode = mapper::NocMode::broadcast;
    layer.iact.pitch = layer.oact.pitch = 16;
    return layer;
  }

  hw::ChipConfig config;
  BurstSource source{"source", clock, 10};
  BurstSink pe{"pe", clock}, south{"south", clock, 7}, east{"east", clock, 3};
  std::unique_ptr<hw::Router> router;
};

TEST_F(RouterTest, AMulticastGoesAtThePaceOfItsSlowestReceiver) {
  build(link::DataType::iact, 0, 0);
  give(broadcast());
  east.tells_late = true;
  run_out();
  EXPECT_EQ(source.started, std::vector<link::Cycle>{17});
  for (const BurstSink* sink : {&pe, &south, &east}) {
    ASSERT_EQ(sink->taken.size(), 1U) << sink->name();
    EXPECT_EQ(sink->taken[0].at, 17U + 3U) << sink->name();
    EXPECT_EQ(sink->taken[0].words, (std::vector<std::uint32_t>{1, 2, 3, 4})) << sink->name();
  }
  const hw::CounterSink& counts = router->counts();
  EXPECT_EQ(counts[Counter::noc_iact_words], 4U);
  EXPECT_EQ(counts[Counter::noc_iact_word_hops], 12U);
  EXPECT_EQ(counts[Counter::noc_bursts], 1U);
  EXPECT_EQ(counts[Counter::router_held_cycles], 7U);
  EXPECT_EQ(counts[Counter::noc_weight_words], 0U);
  std::vector<hw::Resource> used;
  router->use(used);
  ASSERT_EQ(used.size(), 3U);
  for (const hw::Resource& port : used) {
    EXPECT_EQ(port.busy, 4U) << port.path;
    EXPECT_EQ(port.held, 7U) << port.path;
  }
  EXPECT_EQ(used[0].path, "router.out_south");
  EXPECT_EQ(used[0].kind, "iact link");
  EXPECT_TRUE(router->leftovers().empty());
  EXPECT_FALSE(router->waiting_for());
}

TEST_F(RouterTest, WithoutMulticastOnlyItsOwnPesAreSent) {
  build(link::DataType::iact, 0, 0);
  CommandBytes layer = broadcast();
  layer.mapping.iact_mode = mapper::NocMode::unicast;
  give(layer);
  run_out();
  EXPECT_EQ(pe.taken.size(), 1U);
  EXPECT_TRUE(south.taken.empty());
  EXPECT_TRUE(east.taken.empty());
  EXPECT_EQ(router->counts()[Counter::noc_iact_word_hops], 4U);
}

TEST_F(RouterTest, TellsWhomItWaitsFor) {
  build(link::DataType::iact, 0, 0);
  give(broadcast());
  south.refuses = true;
  run_out();
  EXPECT_TRUE(pe.taken.empty());
  ASSERT_EQ(router->leftovers().size(), 1U);
  EXPECT_EQ(router->leftovers()[0], "a burst from local waits for 1 receivers");
  const hw::Wait wait = router->waiting_for();
  EXPECT_EQ(wait.peer, "south");
  EXPECT_EQ(wait.since, 10U);
}

TEST_F(RouterTest, ABurstThatIsRoutedNowhereIsAFault) {
  build(link::DataType::iact, 1, 1);  // its group's data come in from the north
  give(broadcast());
  expect_report(sc_core::SC_ERROR, "burst at local, which is routed nowhere");
  run_out();
}

TEST_F(RouterTest, ARefusedCommandIsAFault) {
  build(link::DataType::iact, 0, 0);
  give(broadcast());
  expect_report(sc_core::SC_ERROR, "layer command: M = 0");
  CommandBytes layer = broadcast();
  layer.layer.geo.out_c = 0;
  give(layer);
  run_out();
  EXPECT_EQ(pe.taken.size(), 1U) << "the settings are those of the layer before";
}

}  // namespace
}  // namespace uvea::test
