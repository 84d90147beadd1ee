// The psum GLB by itself: psums of one pass are those that the next one starts with, final ones go
// on; who is waited for, and how long.

#include "hw/glb/psum_glb.h"

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

using hw::Counter;
using link::Cycle;

constexpr Cycle kBegin = 100;
constexpr int kBursts = 4;  // of a pass: two rows of two chunks

/// Two reduction passes over two output rows of two windows, two channels each, in one PE column.
class PsumGlbTest : public BlockTest {
 protected:
  PsumGlbTest() {
    nn::ConvGeometry& g = layer.layer.geo;
    g.kernel_h = 6;  // on three PE rows
    g.in_h = 7;
    g.out_h = 2;
    g.in_w = g.out_w = 2;
    g.out_c = 2;
    layer.mapping.m0 = 2;
    layer.mapping.e_block = 2;
    layer.iact.pitch = layer.oact.pitch = 16;
    layer.oact.block = layer.oact.group = 2;
    for (std::size_t x = 0; x < glb.to_router.size(); ++x) {
      const std::string at = std::to_string(x);
      columns.push_back(std::make_unique<BurstSource>(("column" + at).c_str(), clock, kBegin));
      routers.push_back(std::make_unique<BurstSink>(("router" + at).c_str(), clock));
      outputs.push_back(std::make_unique<BurstSink>(("output" + at).c_str(), clock));
      columns[x]->out.bind(*glb.from_router[x]);
      glb.to_router[x]->bind(routers[x]->in);
      glb.to_output[x]->bind(outputs[x]->in);
    }
    glb.busy.bind(busy);
    takes_commands(glb);
  }
  void to(Cycle at) { sc_core::sc_start(clock.until(at)); }
  void start() {
    to(kBegin);
    give(layer);
  }
  static std::vector<std::int32_t> psums(int pass, int burst) {
    return {100 * pass + 10 * burst, 100 * pass + 10 * burst + 1};
  }
  void add(const std::vector<std::int32_t>& values) {
    link::Burst& burst = columns[0]->add();
    burst.type = link::DataType::psum;
    burst.psums = values;
    burst.beats = 1;
  }
  void add_pass(int pass) {
    for (int i = 0; i < kBursts; ++i) add(psums(pass, i));
  }

  link::BurstPool pool;
  hw::ChipConfig config;
  CommandBytes layer;
  sc_core::sc_signal<bool> busy{"busy"};
  hw::PsumGlb glb{"glb", config, clock, pool, 0, 0, 0};
  std::vector<std::unique_ptr<BurstSource>> columns;
  std::vector<std::unique_ptr<BurstSink>> routers, outputs;
};

TEST_F(PsumGlbTest, KeepsThePsumsOfAPassForTheNextAndHandsFinalOnesOn) {
  for (int pass = 1; pass <= 2; ++pass) add_pass(pass);
  start();
  to(kBegin + 2);
  EXPECT_TRUE(busy.read());
  run_out();
  ASSERT_EQ(routers[0]->taken.size(), std::size_t{kBursts});
  ASSERT_EQ(outputs[0]->taken.size(), std::size_t{kBursts});
  for (int i = 0; i < kBursts; ++i) {
    EXPECT_EQ(routers[0]->taken[static_cast<std::size_t>(i)].psums, psums(1, i));
    EXPECT_EQ(outputs[0]->taken[static_cast<std::size_t>(i)].psums, psums(2, i));
  }
  EXPECT_EQ(glb.counts()[Counter::glb_psum_writes], std::uint64_t{kBursts});
  EXPECT_EQ(glb.counts()[Counter::glb_psum_reads], std::uint64_t{kBursts});
  EXPECT_TRUE(glb.leftovers().empty());
  EXPECT_FALSE(glb.waiting_for());
  EXPECT_FALSE(busy.read());
  EXPECT_EQ(pool.outstanding(), 0U);
}

TEST_F(PsumGlbTest, KeepsThePsumsOfTheMTilesThatGoTogether) {
  // Three M tiles, two of them together: a pass of each, then the next of each; the last one alone.
  layer.layer.geo.out_c = 6;
  layer.mapping.m_block = 2;
  layer.oact.group = 6;
  for (const int pass : {1, 2, 11, 12, 3, 13}) add_pass(pass);
  start();
  run_out();
  ASSERT_EQ(routers[0]->taken.size(), std::size_t{3 * kBursts});
  ASSERT_EQ(outputs[0]->taken.size(), std::size_t{3 * kBursts});
  for (int tile = 0; tile < 3; ++tile) {
    for (int i = 0; i < kBursts; ++i) {
      const auto at = static_cast<std::size_t>(tile * kBursts + i);
      EXPECT_EQ(routers[0]->taken[at].psums, psums(1 + tile, i)) << tile;
      EXPECT_EQ(outputs[0]->taken[at].psums, psums(11 + tile, i)) << tile;
    }
  }
  EXPECT_TRUE(glb.leftovers().empty());
  EXPECT_EQ(pool.outstanding(), 0U);
}

TEST_F(PsumGlbTest, ABurstFromABankTellsWhenItWasOfferedAndReady) {
  routers[0]->delay = 7;
  add_pass(1);
  start();
  run_out();
  const link::Journey way = routers[0]->taken[0].way;
  EXPECT_EQ(way.asked, 0U) << "made on the chip";
  EXPECT_EQ(way.offered, kBegin + 1) << "when it is written";
  EXPECT_EQ(way.ready, kBegin + 8);
  EXPECT_EQ(way.started, kBegin + 8);
  EXPECT_EQ(routers[0]->taken[0].at, kBegin + 8);
}

TEST_F(PsumGlbTest, NamesWhomItWaitsFor) {
  routers[0]->refuses = outputs[0]->refuses = true;
  add_pass(1);
  start();
  EXPECT_EQ(glb.waiting_for().cause, "psums from the PEs");
  EXPECT_EQ(glb.waiting_for().peer, "column0");
  EXPECT_EQ(glb.waiting_for().since, kBegin);
  to(kBegin + 30);
  EXPECT_EQ(glb.waiting_for().cause, "its router to take psums");
  EXPECT_EQ(glb.waiting_for().peer, "router0");
  EXPECT_EQ(glb.waiting_for().since, kBegin + 1);
  routers[0]->release();
  to(kBegin + 60);
  add_pass(2);
  columns[0]->resume();
  to(kBegin + 80);
  EXPECT_EQ(glb.waiting_for().cause, "the output stage to take final psums");
  EXPECT_EQ(glb.waiting_for().peer, "output0");
  EXPECT_EQ(glb.waiting_for().since, kBegin + 60);
  EXPECT_FALSE(glb.leftovers().empty());
  outputs[0]->release();
  run_out();
  EXPECT_TRUE(glb.leftovers().empty());

  std::vector<hw::Resource> ports;
  glb.use(ports);
  ASSERT_EQ(ports.size(), 8U);
  EXPECT_EQ(ports[0].path, "glb.to_router0");
  EXPECT_EQ(ports[0].busy, std::uint64_t{kBursts});
  EXPECT_EQ(ports[0].held, 29U);
  EXPECT_EQ(ports[0].held_by, "its psum router");
  EXPECT_EQ(ports[1].path, "glb.from_router0");
  EXPECT_EQ(ports[1].busy, 2U * kBursts);
  EXPECT_EQ(ports[1].held, 20U);
  EXPECT_EQ(ports[1].held_by, "the output stage");
  EXPECT_EQ(ports[2].busy + ports[2].held, 0U) << "a column without work";
}

TEST_F(PsumGlbTest, PsumsAfterTheLastAreAFault) {
  expect_report(sc_core::SC_ERROR, "psums after the last ones of the layer");
  for (int pass = 1; pass <= 2; ++pass) add_pass(pass);
  add(psums(3, 0));
  start();
  run_out();
}

TEST_F(PsumGlbTest, ALayerWhosePsumsDoNotFitABankIsRefused) {
  config.glb.psum_bank_words = 3;
  expect_report(sc_core::SC_ERROR, "layer command: ");
  start();
  EXPECT_TRUE(glb.leftovers().empty());
}

}  // namespace
}  // namespace uvea::test
