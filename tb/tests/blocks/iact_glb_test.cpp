// The iact GLB by itself: order of bursts, room, and where a burst's time went.

#include "hw/glb/iact_glb.h"

#include <algorithm>

#include "hw/command/stream_format.h"
#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

using hw::Counter;
using link::Cycle;
using Delays = BlockMemory::Delays;

constexpr Cycle kBegin = 100;  // of the layer
constexpr int kRows = 6;
constexpr std::uint32_t kPitch = 256;  // of a slot

/// A client that asks for nothing.
struct Spare : sc_core::sc_module, link::MemResponseHandler {
  explicit Spare(const sc_core::sc_module_name& name) : sc_module(name), memory("memory", *this) {}
  void on_response(link::Payload&) override {}
  link::MemClient memory;
};

/// Rows of 4 iacts under a filter of 1 x 1, two to a pass; a row is a burst of 3 words.
class IactGlbTest : public BlockTest {
 protected:
  IactGlbTest() {
    nn::ConvGeometry& g = layer.layer.geo;
    g.in_h = g.out_h = kRows;
    g.in_w = g.out_w = 4;
    layer.mapping.windows = 4;
    layer.mapping.e_block = 2;
    layer.iact.pitch = layer.oact.pitch = kPitch;
  }
  void build(int mesh_row = 0) {
    glb = std::make_unique<hw::IactGlb>("glb", config, clock, pool, mesh_row, 0, 0);
    for (std::size_t b = 0; b < glb->out.size(); ++b) {
      routers.push_back(std::make_unique<BurstSink>(("router" + std::to_string(b)).c_str(), clock));
      glb->out[b]->bind(routers[b]->in);
    }
    memory.serve(glb->memory);
    for (std::size_t b = glb->memory.size(); b < 3; ++b) {
      spare.push_back(std::make_unique<Spare>(("spare" + std::to_string(b)).c_str()));
      memory.serve(spare.back()->memory);
    }
    glb->busy.bind(busy);
    takes_commands(*glb);
    for (std::uint32_t i = 0; i < 2 * kRows * kPitch; ++i)
      memory.bytes[i] = static_cast<std::uint8_t>(i % 251 + i / kPitch);
  }
  void to(Cycle at) { sc_core::sc_start(clock.until(at)); }
  void start() {
    to(kBegin);
    give(layer);
  }
  void finish() {
    run_out();
    EXPECT_TRUE(glb->leftovers().empty());
    EXPECT_EQ(pool.outstanding(), 0U);
    EXPECT_FALSE(busy.read());
    EXPECT_FALSE(glb->waiting_for());
  }
  /// By the row tag.
  const BurstSink::Taken& burst_of_row(int row) const {
    const auto& taken = routers[static_cast<std::size_t>(row) % 3]->taken;
    const auto found = std::find_if(taken.begin(), taken.end(), [row](const auto& t) {
      return hw::unpack_iact_header(t.words[0]).tag == row;
    });
    EXPECT_NE(found, taken.end()) << "row " << row << " is not sent from its bank";
    return *found;
  }
  std::size_t bursts() const {
    std::size_t sum = 0;
    for (const auto& router : routers) sum += router->taken.size();
    return sum;
  }
  hw::CounterSink counts() const {
    hw::CounterSink sum;
    glb->count(sum);
    return sum;
  }

  link::BurstPool pool;
  hw::ChipConfig config;
  CommandBytes layer;
  BlockMemory memory{"memory", clock, 0, 3};
  sc_core::sc_signal<bool> busy{"busy"};
  std::unique_ptr<hw::IactGlb> glb;
  std::vector<std::unique_ptr<BurstSink>> routers;
  std::vector<std::unique_ptr<Spare>> spare;  ///< of ports that no bank has
};

TEST_F(IactGlbTest, SendsEachRowFromItsBankPassByPass) {
  build();
  for (auto& router : routers) router->delay = 3;
  // What comes first from DRAM is not what is sent first.
  memory.delays = [](std::uint64_t address) { return Delays{0, 50 - address / kPitch * 5, 1}; };
  start();
  finish();
  ASSERT_EQ(bursts(), std::size_t{kRows});
  for (int row = 0; row < kRows; ++row) {
    const auto& taken = burst_of_row(row);
    ASSERT_EQ(taken.words.size(), 3U);
    for (int w = 0; w < 4; ++w) {
      const std::uint32_t word = taken.words[static_cast<std::size_t>(1 + w / 3)];
      EXPECT_EQ((word >> (8 * (w % 3))) & 0xFFU,
                memory.bytes[static_cast<std::size_t>(row) * kPitch + static_cast<std::size_t>(w)]);
    }
    if (row >= 2) {
      EXPECT_GT(taken.at, burst_of_row(row / 2 * 2 - 1).at)
          << "all ports end a pass before one begins the next";
    }
  }
  EXPECT_EQ(counts()[Counter::glb_iact_reads], 3U * kRows);
  EXPECT_EQ(counts()[Counter::glb_iact_writes], 3U * kRows);
  EXPECT_EQ(counts()[Counter::fifo_iact_words], 0U);
}

TEST_F(IactGlbTest, WordsHandedThroughAreNotTheBanks) {
  layer.mapping.iact_source = mapper::IactSource::through;
  build();
  start();
  finish();
  EXPECT_EQ(counts()[Counter::fifo_iact_words], 3U * kRows);
  std::vector<hw::Resource> ports;
  glb->use(ports);
  EXPECT_EQ(ports.at(0).kind, "off-chip FIFO");
  EXPECT_EQ(counts()[Counter::glb_iact_reads], 0U);
  EXPECT_EQ(counts()[Counter::glb_iact_writes], 0U);
}

TEST_F(IactGlbTest, ABurstTellsWhereItsTimeWent) {
  build();
  routers[0]->delay = 7;
  memory.delays = [](std::uint64_t) { return Delays{5, 30, 20}; };
  start();
  finish();
  const link::Journey way = burst_of_row(0).way;
  EXPECT_EQ(way.asked, kBegin);
  EXPECT_EQ(way.issued, kBegin + 5);
  EXPECT_EQ(way.answered, kBegin + 35);
  EXPECT_EQ(way.latency, 20U);
  EXPECT_EQ(way.offered, kBegin + 35 + 3) << "three words were written into the bank";
  EXPECT_EQ(way.ready, way.offered + 7);
  EXPECT_EQ(way.started, way.ready);
  EXPECT_EQ(burst_of_row(0).at, way.started);
}

TEST_F(IactGlbTest, ARowsWayIsThatOfTheSlotThatCameLast) {
  // A row of two channels that lie in two blocks needs two slots.
  layer.layer.geo.in_c = 2;
  layer.mapping.c0 = 2;
  layer.iact.group = 2;
  layer.mapping.iact_source = mapper::IactSource::resident;
  build();
  memory.delays = [](std::uint64_t address) {
    const bool second_block = address / kPitch >= kRows;
    const bool even_row = address / kPitch % 2 == 0;
    return second_block == even_row ? Delays{9, 60, 11} : Delays{5, 30, 20};
  };
  start();
  finish();
  for (int row = 0; row < kRows; ++row) {
    const link::Journey way = burst_of_row(row).way;
    EXPECT_EQ(way.issued - way.asked, 9U) << row;
    EXPECT_EQ(way.answered - way.issued, 60U) << row;
    EXPECT_EQ(way.latency, 11U) << row;
  }
}

TEST_F(IactGlbTest, RowsThatLieInABlockComeWithOneRead) {
  layer.iact.pitch = 8;
  layer.mapping.e_block = kRows;
  layer.mapping.iact_source = mapper::IactSource::resident;
  build();
  start();
  finish();
  ASSERT_EQ(memory.reads.size(), 1U);
  EXPECT_EQ(memory.reads[0].port, 0U);
  EXPECT_EQ(memory.reads[0].address, 0U);
  EXPECT_EQ(memory.reads[0].bytes, 5U * 8U + 4U);
  for (int row = 0; row < kRows; ++row) {
    const std::uint32_t word = burst_of_row(row).words.at(1);
    for (int w = 0; w < 3; ++w)
      EXPECT_EQ((word >> (8 * w)) & 0xFFU, memory.bytes[static_cast<std::size_t>(8 * row + w)]);
  }
}

TEST_F(IactGlbTest, ARoundsRowsAreReadOnceForItsMTiles) {
  // Three M tiles, two of them together; six input channels on three PE rows: two rounds for each M
  // block over each of three blocks of two rows.
  layer.layer.geo.in_c = 6;
  layer.layer.geo.out_c = 3;
  layer.mapping.m_block = 2;
  layer.mapping.iact_source = mapper::IactSource::stream;
  for (std::uint32_t i = 0; i < 6 * kRows * kPitch; ++i) memory.bytes[i] = 1;
  build();
  start();
  finish();
  const std::size_t slots = std::size_t{6} * kRows;
  EXPECT_EQ(bursts(), slots * 3) << "for each M tile";
  EXPECT_EQ(memory.reads.size(), slots * 2) << "for each M block";
  EXPECT_EQ(counts()[Counter::glb_iact_writes], 3U * 2 * slots);
  EXPECT_EQ(counts()[Counter::glb_iact_reads], 3U * 3 * slots);
}

TEST_F(IactGlbTest, RowsAreWrittenWhileABurstWaitsForItsReceivers) {
  // The router says at once that it takes the burst, but 100 cycles later.
  build();
  for (auto& router : routers) router->delay = 100;
  memory.delays = [](std::uint64_t address) {
    return Delays{0, address / kPitch < 3 ? Cycle{10} : Cycle{50}, 10};
  };
  start();
  const Cycle offered = kBegin + 10 + 3;
  // Row 3, the last of port.iact_units_ahead, comes behind the offer and before any burst starts.
  to(kBegin + 50 + 3);
  EXPECT_EQ(counts()[Counter::glb_iact_writes], 3U * 4);
  finish();
  std::vector<hw::Resource> ports;
  glb->use(ports);
  for (int row = 0; row < 2; ++row) {
    EXPECT_EQ(burst_of_row(row).way.offered, offered) << row;
    EXPECT_EQ(burst_of_row(row).way.started, offered + 100) << row;
    EXPECT_EQ(burst_of_row(row).at, offered + 100) << row;
  }
  // Row 3 follows in bank 0 when row 0 has left; what was written meanwhile is not held.
  EXPECT_EQ(burst_of_row(3).way.started - burst_of_row(3).way.offered, 100U);
  EXPECT_EQ(ports.at(0).busy, 2U * (3 + 3));
  EXPECT_EQ(ports.at(0).held, 100U - 3U + 100U);
}

TEST_F(IactGlbTest, AHeadThatComesWithItsNeighbourIsNotReadOn) {
  layer.layer.geo.in_w = layer.layer.geo.out_w = 64;
  layer.mapping.csc = layer.iact.csc = true;
  layer.mapping.e_block = kRows;
  layer.mapping.iact_source = mapper::IactSource::resident;
  layer.iact.pitch = 104;  // 4 + 96 bytes, all of them used
  config.glb.iact_banks = 1;
  config.port.csc_head_bytes = 16;
  build();
  for (std::uint64_t row = 0; row < kRows; ++row) {
    memory.store32(row * 104, 64);
    for (std::uint64_t at = row * 104 + 4; at < row * 104 + 100; at += 3) {
      memory.bytes[at] = 1;  // pairs of value 1 and no zeros before it
      memory.bytes[at + 1] = 1U << 4U;
      memory.bytes[at + 2] = 0;
    }
  }
  start();
  finish();
  // Slots at 0, 104, 208, 312, 416, 520. The first read brings slots 0 and 1 whole and 16 bytes of
  // slot 2, the second slot 3 and 16 bytes of slot 4, the third the head of slot 5.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> reads;
  for (const auto& read : memory.reads) reads.emplace_back(read.address, read.address + read.bytes);
  EXPECT_EQ(reads, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{0, 224},
                                                                         {312, 432},
                                                                         {520, 536},
                                                                         {224, 256},
                                                                         {256, 308},
                                                                         {432, 512},
                                                                         {512, 516},
                                                                         {536, 620}}));
}

TEST_F(IactGlbTest, ACompressedSlotIsAskedForTwice) {
  layer.layer.geo.in_w = layer.layer.geo.out_w = 64;
  layer.mapping.csc = layer.iact.csc = true;
  build();
  // 64 pairs of 12 bits: 4 + 96 bytes, of which the first request brings 64.
  for (int row = 0; row < kRows; ++row) {
    const std::uint64_t slot = static_cast<std::uint64_t>(row) * kPitch;
    memory.store32(slot, 64);
    for (std::uint64_t at = slot + 4; at < slot + 100; at += 3) {
      memory.bytes[at] = 1;             // value 1, no zeros before it
      memory.bytes[at + 1] = 2U << 4U;  // and 2
      memory.bytes[at + 2] = 0;
    }
  }
  memory.delays = [](std::uint64_t address) {
    return address % kPitch == 0 ? Delays{5, 30, 20} : Delays{2, 40, 25};
  };
  start();
  finish();
  EXPECT_EQ(memory.requests, 2U * kRows);
  const link::Journey way = burst_of_row(0).way;
  EXPECT_EQ(way.asked, kBegin);
  EXPECT_EQ(way.issued, kBegin + 5);
  EXPECT_EQ(way.answered, kBegin + 5 + 30 + 2 + 40);
  EXPECT_EQ(way.latency, 45U);
}

TEST_F(IactGlbTest, WhatHasNoRoomIsAskedForLater) {
  config.glb.iact_bank_words = 4;  // one row in a bank
  build();
  memory.delays = [](std::uint64_t) { return Delays{5, 30, 20}; };
  for (auto& router : routers) router->refuses = true;
  start();
  to(kBegin + 1);
  EXPECT_TRUE(busy.read());
  EXPECT_EQ(glb->waiting_for().cause, "iacts from DRAM");
  EXPECT_EQ(glb->waiting_for().peer, "memory");
  EXPECT_EQ(glb->waiting_for().since, kBegin);
  const Cycle released = kBegin + 200;
  to(released);
  EXPECT_EQ(memory.requests, 3U);
  EXPECT_EQ(glb->waiting_for().cause, "its router to take iacts");
  EXPECT_EQ(glb->waiting_for().peer, "router0");
  EXPECT_EQ(glb->waiting_for().since, kBegin + 38);
  EXPECT_FALSE(glb->leftovers().empty());
  for (auto& router : routers) router->release();
  finish();
  EXPECT_EQ(burst_of_row(2).way.asked, kBegin);
  // The bank of row 0 is free for row 3 when the row has left it.
  EXPECT_EQ(burst_of_row(3).way.asked, released + 3);
  EXPECT_EQ(burst_of_row(0).way.ready, released);

  std::vector<hw::Resource> ports;
  glb->use(ports);
  ASSERT_EQ(ports.size(), 3U);
  EXPECT_EQ(ports[0].path, "glb.out0");
  EXPECT_EQ(ports[0].kind, "iact bank");
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
  run_out();
  EXPECT_FALSE(glb->leftovers().empty());
}

TEST_F(IactGlbTest, AClusterThatFetchesNothingIsAtRest) {
  build(1);  // a mesh row that the mapping does not use
  start();
  finish();
  EXPECT_EQ(bursts(), 0U);
  EXPECT_EQ(memory.requests, 0U);
}

}  // namespace
}  // namespace uvea::test
