// The iact GLB by itself: order of bursts, room, and where a burst's time went.

#include "hw/glb/iact_glb.h"

#include <algorithm>

#include "hw/command/stream_format.h"
#include "tb/testing/systemc_test.h"
#include "tb/tests/chip/glb_bench.h"

namespace uvea::test {
namespace {

using hw::Counter;
using link::Cycle;
using Delays = PlantedMemory::Delays;

constexpr Cycle kBegin = 100;  // of the layer
constexpr int kRows = 6;

/// Rows of 4 iacts under a filter of 1 x 1, two to a pass; a row is a burst of 3 words.
class IactGlbTest : public tb::SystemcTest {
 protected:
  IactGlbTest() {
    nn::ConvGeometry& g = layer.geo;
    g.in_h = g.out_h = kRows;
    g.in_w = g.out_w = 4;
    layer.in = {1.0, 0, true};
    layer.out = {1.0, 0, true};
    mapping.csc = false;
    mapping.windows = 4;
    mapping.e_block = 2;
  }
  void build(int mesh_row = 0) {
    glb = std::make_unique<hw::IactGlb>("glb", config, clock, pool, mesh_row, 0, 0);
    routers = std::make_unique<PlantedReceiver>("routers", clock, glb->out.size());
    for (std::size_t b = 0; b < glb->out.size(); ++b) glb->out[b]->bind(*routers->in[b]);
    glb->memory.bind(memory.server);
    glb->busy.bind(controller.busy);
    controller.commands.bind(glb->command);
    for (std::size_t i = 0; i < memory.bytes.size(); ++i)
      memory.bytes[i] = static_cast<std::uint8_t>(i % 251 + i / kSlotPitch);
  }
  void to(Cycle at) { sc_core::sc_start(clock.until(at)); }
  void start(bool csc_in_dram = false, int iact_block = 0) {
    to(kBegin);
    controller.start(layer, mapping, csc_in_dram, iact_block);
  }
  void finish() {
    run(tb::End::starved, clock.span(100000));
    EXPECT_TRUE(glb->leftovers().empty());
    EXPECT_EQ(pool.outstanding(), 0U);
    EXPECT_FALSE(controller.busy.read());
    EXPECT_FALSE(glb->waiting_for());
  }
  static int tag(const PlantedReceiver::Taken& taken) {
    return hw::unpack_iact_header(taken.burst.words[0]).tag;
  }
  const PlantedReceiver::Taken& burst_of_row(int row) const {
    const auto found = std::find_if(routers->taken.begin(), routers->taken.end(),
                                    [row](const auto& t) { return tag(t) == row; });
    EXPECT_NE(found, routers->taken.end()) << "row " << row;
    return *found;
  }

  const link::Clock clock{200};
  link::BurstPool pool;
  hw::ChipConfig config;
  nn::ConvLayer layer;
  mapper::Mapping mapping;
  PlantedMemory memory{"memory", clock};
  PlantedController controller{"controller"};
  std::unique_ptr<hw::IactGlb> glb;
  std::unique_ptr<PlantedReceiver> routers;
};

TEST_F(IactGlbTest, SendsEachRowFromItsBankPassByPass) {
  build();
  routers->delay = 3;
  // What comes first from DRAM is not what is sent first.
  memory.delays = [](std::uint64_t address) { return Delays{0, 50 - address / kSlotPitch * 5, 1}; };
  start();
  finish();
  ASSERT_EQ(routers->taken.size(), std::size_t{kRows});
  for (int row = 0; row < kRows; ++row) {
    const auto& taken = burst_of_row(row);
    EXPECT_EQ(taken.port, static_cast<unsigned>(row) % 3);
    ASSERT_EQ(taken.burst.words.size(), 3U);
    for (int w = 0; w < 4; ++w) {
      const std::uint32_t word = taken.burst.words[static_cast<std::size_t>(1 + w / 3)];
      EXPECT_EQ(
          (word >> (8 * (w % 3))) & 0xFFU,
          memory.bytes[static_cast<std::size_t>(row) * kSlotPitch + static_cast<std::size_t>(w)]);
    }
    if (row >= 2) {
      EXPECT_GT(taken.first_beat, burst_of_row(row / 2 * 2 - 1).first_beat)
          << "all ports end a pass before one begins the next";
    }
  }
  hw::CounterSink counts;
  glb->count(counts);
  EXPECT_EQ(counts[Counter::glb_iact_reads], 3U * kRows);
  EXPECT_EQ(counts[Counter::glb_iact_writes], 3U * kRows);
  EXPECT_EQ(counts[Counter::fifo_iact_words], 0U);
}

TEST_F(IactGlbTest, WordsHandedThroughAreNotTheBanks) {
  mapping.iact_source = mapper::IactSource::through;
  build();
  start();
  finish();
  hw::CounterSink counts;
  glb->count(counts);
  EXPECT_EQ(counts[Counter::fifo_iact_words], 3U * kRows);
  EXPECT_EQ(counts[Counter::glb_iact_reads], 0U);
  EXPECT_EQ(counts[Counter::glb_iact_writes], 0U);
}

TEST_F(IactGlbTest, ABurstTellsWhereItsTimeWent) {
  build();
  routers->delay = 7;
  memory.delays = [](std::uint64_t) { return Delays{5, 30, 20}; };
  start();
  finish();
  const link::Journey way = burst_of_row(0).burst.way;
  EXPECT_EQ(way.asked, kBegin);
  EXPECT_EQ(way.issued, kBegin + 5);
  EXPECT_EQ(way.answered, kBegin + 35);
  EXPECT_EQ(way.latency, 20U);
  EXPECT_EQ(way.offered, kBegin + 35 + 3) << "three words were written into the bank";
  EXPECT_EQ(way.ready, way.offered + 7);
  EXPECT_EQ(way.started, way.ready);
  EXPECT_EQ(burst_of_row(0).first_beat, way.started);
  EXPECT_EQ(burst_of_row(0).offered, way.offered);
}

TEST_F(IactGlbTest, ARowsWayIsThatOfTheSlotThatCameLast) {
  // A row of two channels that lie in two blocks needs two slots.
  layer.geo.in_c = 2;
  mapping.c0 = 2;
  mapping.iact_source = mapper::IactSource::resident;
  build();
  memory.delays = [](std::uint64_t address) {
    const bool second_block = address / kSlotPitch >= kRows;
    const bool even_row = address / kSlotPitch % 2 == 0;
    return second_block == even_row ? Delays{9, 60, 11} : Delays{5, 30, 20};
  };
  start(false, 1);
  finish();
  for (int row = 0; row < kRows; ++row) {
    const link::Journey way = burst_of_row(row).burst.way;
    EXPECT_EQ(way.issued - way.asked, 9U) << row;
    EXPECT_EQ(way.answered - way.issued, 60U) << row;
    EXPECT_EQ(way.latency, 11U) << row;
  }
}

TEST_F(IactGlbTest, ACompressedSlotIsAskedForTwice) {
  layer.geo.in_w = layer.geo.out_w = 64;
  mapping.csc = true;
  build();
  // 64 pairs of 12 bits: 4 + 96 bytes, of which the first request brings 64.
  for (int row = 0; row < kRows; ++row) {
    std::uint8_t* slot = &memory.bytes[static_cast<std::size_t>(row) * kSlotPitch];
    std::fill_n(slot, kSlotPitch, std::uint8_t{0});
    slot[0] = 64;
    for (std::size_t byte = 4; byte < 100; byte += 3) {
      slot[byte] = 1;             // value 1, no zeros before it
      slot[byte + 1] = 2U << 4U;  // and 2
    }
  }
  memory.delays = [](std::uint64_t address) {
    return address % kSlotPitch == 0 ? Delays{5, 30, 20} : Delays{2, 40, 25};
  };
  start(true);
  finish();
  EXPECT_EQ(memory.requests, 2 * kRows);
  const link::Journey way = burst_of_row(0).burst.way;
  EXPECT_EQ(way.asked, kBegin);
  EXPECT_EQ(way.issued, kBegin + 5);
  EXPECT_EQ(way.answered, kBegin + 5 + 30 + 2 + 40);
  EXPECT_EQ(way.latency, 45U);
}

TEST_F(IactGlbTest, WhatHasNoRoomIsAskedForLater) {
  config.glb.iact_bank_words = 4;  // one row in a bank
  build();
  memory.delays = [](std::uint64_t) { return Delays{5, 30, 20}; };
  routers->holds = true;
  start();
  to(kBegin + 1);
  EXPECT_TRUE(controller.busy.read());
  EXPECT_EQ(glb->waiting_for().cause, "iacts from DRAM");
  EXPECT_EQ(glb->waiting_for().peer, "memory");
  EXPECT_EQ(glb->waiting_for().since, kBegin);
  const Cycle released = kBegin + 200;
  to(released);
  EXPECT_EQ(memory.requests, 3);
  EXPECT_EQ(glb->waiting_for().cause, "its router to take iacts");
  EXPECT_EQ(glb->waiting_for().peer, "routers");
  EXPECT_EQ(glb->waiting_for().since, kBegin + 38);
  EXPECT_FALSE(glb->leftovers().empty());
  routers->release();
  finish();
  EXPECT_EQ(burst_of_row(2).burst.way.asked, kBegin);
  // The bank of row 0 is free for row 3 when the row has left it.
  EXPECT_EQ(burst_of_row(3).burst.way.asked, released + 3);
  EXPECT_EQ(burst_of_row(0).burst.way.ready, released);

  std::vector<hw::Resource> ports;
  glb->use(ports);
  ASSERT_EQ(ports.size(), 3U);
  EXPECT_EQ(ports[0].path, "glb.out0");
  EXPECT_EQ(ports[0].busy, 2U * (3 + 3));
  EXPECT_EQ(ports[0].held, released - kBegin - 38);
  EXPECT_EQ(ports[0].held_by, "its iact router");
  EXPECT_EQ(ports[2].held, 0U);
  EXPECT_EQ(ports[2].held_by, "");
}

TEST_F(IactGlbTest, WhatNeverFitsIsAFault) {
  config.glb.iact_bank_words = 2;
  build();
  expect_report(sc_core::SC_ERROR, "need 3 words of bank 0, which holds 2");
  start();
  run(tb::End::starved, clock.span(1000));
  EXPECT_FALSE(glb->leftovers().empty());
}

TEST_F(IactGlbTest, AClusterThatFetchesNothingIsAtRest) {
  build(1);  // a mesh row that the mapping does not use
  start();
  finish();
  EXPECT_TRUE(routers->taken.empty());
  EXPECT_EQ(memory.requests, 0);
}

}  // namespace
}  // namespace uvea::test
