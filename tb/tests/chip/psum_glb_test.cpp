// The psum GLB by itself: psums of one pass are those that the next one starts with, final ones go
// on; who is waited for, and how long.

#include "hw/glb/psum_glb.h"

#include "tb/testing/systemc_test.h"
#include "tb/tests/chip/glb_bench.h"

namespace uvea::test {
namespace {

using hw::Counter;
using link::Cycle;

constexpr Cycle kBegin = 100;
constexpr int kBursts = 4;  // of a pass: two rows of two chunks

/// The top PE of a column.
class Column : public sc_core::sc_module, private link::BurstSender {
 public:
  Column(const sc_core::sc_module_name& name, const link::Clock& clock, link::BurstPool& pool)
      : sc_module(name), out("out", *this, 0, clock), clock_(clock), pool_(pool) {}
  link::StreamOut out;
  Cycle end = 0;  ///< of the last burst

  void send(const std::vector<std::int32_t>& psums) {
    link::Payload& payload = pool_.take();
    link::Burst& burst = link::burst_of(payload);
    burst.type = link::DataType::psum;
    burst.psums = psums;
    burst.beats = static_cast<unsigned>((psums.size() + 1) / 2);
    if (const auto ready = out.offer(payload, std::max(end, clock_.now()))) start(payload, *ready);
  }

 private:
  void on_accept(unsigned, link::Payload& payload, Cycle ready) override { start(payload, ready); }
  void start(link::Payload& payload, Cycle ready) {
    end = link::burst_of(payload).end(ready);
    out.data(payload, ready);
    payload.release();
  }

  const link::Clock& clock_;
  link::BurstPool& pool_;
};

/// Two reduction passes over two output rows of two windows, two channels each, in one PE column.
class PsumGlbTest : public tb::SystemcTest {
 protected:
  PsumGlbTest() {
    nn::ConvGeometry& g = layer.geo;
    g.kernel_h = 6;  // on three PE rows
    g.in_h = 7;
    g.out_h = 2;
    g.in_w = g.out_w = 2;
    g.out_c = 2;
    layer.in = layer.out = {1.0, 0, true};
    mapping.csc = false;
    mapping.m0 = 2;
    mapping.e_block = 2;
    const auto columns = static_cast<std::size_t>(config.cluster.pe_cols);
    for (std::size_t x = 0; x < columns; ++x) {
      glb.to_router[x]->bind(*routers.in[x]);
      glb.to_output[x]->bind(*output.in[x]);
      if (x > 0)
        idle.push_back(std::make_unique<Column>(("idle" + std::to_string(x)).c_str(), clock, pool));
      (x == 0 ? column : *idle.back()).out.bind(*glb.from_router[x]);
    }
    glb.busy.bind(controller.busy);
    controller.commands.bind(glb.command);
  }
  void to(Cycle at) { sc_core::sc_start(clock.until(at)); }
  void start() {
    to(kBegin);
    controller.start(layer, mapping);
  }
  static std::vector<std::int32_t> psums(int pass, int burst) {
    return {100 * pass + 10 * burst, 100 * pass + 10 * burst + 1};
  }
  void send_pass(int pass) {
    for (int i = 0; i < kBursts; ++i) column.send(psums(pass, i));
  }

  const link::Clock clock{200};
  link::BurstPool pool;
  hw::ChipConfig config;
  nn::ConvLayer layer;
  mapper::Mapping mapping;
  PlantedController controller{"controller"};
  hw::PsumGlb glb{"glb", config, clock, pool, 0, 0, 0};
  Column column{"column", clock, pool};
  std::vector<std::unique_ptr<Column>> idle;
  PlantedReceiver routers{"routers", clock, 4}, output{"output", clock, 4};
};

TEST_F(PsumGlbTest, KeepsThePsumsOfAPassForTheNextAndHandsFinalOnesOn) {
  start();
  send_pass(1);
  to(kBegin + 50);
  EXPECT_TRUE(controller.busy.read());
  send_pass(2);
  run(tb::End::starved, clock.span(1000));
  ASSERT_EQ(routers.taken.size(), std::size_t{kBursts});
  ASSERT_EQ(output.taken.size(), std::size_t{kBursts});
  for (int i = 0; i < kBursts; ++i) {
    const auto n = static_cast<std::size_t>(i);
    EXPECT_EQ(routers.taken[n].burst.psums, psums(1, i));
    EXPECT_EQ(output.taken[n].burst.psums, psums(2, i));
    EXPECT_EQ(routers.taken[n].port, 0U);
  }
  hw::CounterSink counts;
  glb.count(counts);
  EXPECT_EQ(counts[Counter::glb_psum_writes], std::uint64_t{kBursts});
  EXPECT_EQ(counts[Counter::glb_psum_reads], std::uint64_t{kBursts});
  EXPECT_TRUE(glb.leftovers().empty());
  EXPECT_FALSE(glb.waiting_for());
  EXPECT_FALSE(controller.busy.read());
  EXPECT_EQ(pool.outstanding(), 0U);
}

TEST_F(PsumGlbTest, ABurstFromABankTellsWhenItWasOfferedAndReady) {
  routers.delay = 7;
  start();
  send_pass(1);
  run(tb::End::starved, clock.span(1000));
  const link::Journey way = routers.taken[0].burst.way;
  EXPECT_EQ(way.asked, 0U) << "made on the chip";
  EXPECT_EQ(way.offered, kBegin + 1) << "when it is written";
  EXPECT_EQ(way.ready, kBegin + 8);
  EXPECT_EQ(way.started, kBegin + 8);
  EXPECT_EQ(routers.taken[0].first_beat, kBegin + 8);
}

TEST_F(PsumGlbTest, NamesWhomItWaitsFor) {
  routers.holds = output.holds = true;
  start();
  EXPECT_EQ(glb.waiting_for().cause, "psums from the PEs");
  EXPECT_EQ(glb.waiting_for().peer, "column");
  EXPECT_EQ(glb.waiting_for().since, kBegin);
  send_pass(1);
  EXPECT_EQ(glb.waiting_for().cause, "its router to take psums");
  EXPECT_EQ(glb.waiting_for().peer, "routers");
  EXPECT_EQ(glb.waiting_for().since, kBegin + 1);
  to(kBegin + 30);
  routers.release();
  to(kBegin + 60);
  column.send(psums(2, 0));
  EXPECT_EQ(glb.waiting_for().cause, "the output stage to take final psums");
  EXPECT_EQ(glb.waiting_for().peer, "output");
  EXPECT_EQ(glb.waiting_for().since, kBegin + 60);
  EXPECT_FALSE(glb.leftovers().empty());
  to(kBegin + 80);
  output.release();
  for (int i = 1; i < kBursts; ++i) column.send(psums(2, i));
  run(tb::End::starved, clock.span(1000));
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
  start();
  for (int pass = 1; pass <= 2; ++pass) send_pass(pass);
  column.send(psums(3, 0));
  run(tb::End::starved, clock.span(1000));
}

TEST_F(PsumGlbTest, ALayerWhosePsumsDoNotFitABankIsRefused) {
  config.glb.psum_bank_words = 3;
  expect_report(sc_core::SC_ERROR, "layer command: ");
  start();
  EXPECT_FALSE(sc_core::sc_pending_activity());
  EXPECT_TRUE(glb.leftovers().empty());
}

}  // namespace
}  // namespace uvea::test
