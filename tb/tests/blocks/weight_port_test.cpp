// The weight ports of a cluster: the tiles of each PE row, read along its stream and sent.

#include "hw/cluster/weight_port.h"

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

using hw::Counter;

constexpr std::uint64_t kBase = 0x2000, kPitch = 64;
// Of two tiles of four words of three bytes.
constexpr std::uint32_t kSegment = 4 + 2 * (1 + 12);

class WeightPortTest : public BlockTest {
 protected:
  WeightPortTest() {
    // Six channels of a raw 1 x 1 layer, two to a PE: three tiles, one for each PE row, of two
    // columns of four weights, two words a column.
    layer.layer.geo.in_c = 6;
    layer.layer.geo.out_c = 8;
    layer.mapping.c0 = 2;
    layer.mapping.m0 = 4;
    layer.mapping.pe_cols.m = 2;
    layer.iact.pitch = layer.oact.pitch = 16;
    layer.iact.block = 2;
    layer.iact.group = 6;
    layer.oact.block = 4;
    layer.oact.group = 8;
    layer.addresses.weight_base = kBase;
    layer.addresses.weight_pitch = kPitch;
    layer.addresses.weight_segment = kSegment;
    for (std::uint32_t row = 0; row < 3; ++row) {
      std::uint64_t at = kBase + row * kPitch;
      memory.store32(at, kSegment);
      memory.store32(at + 4, 0);
      at += 8;
      for (const std::uint32_t tile : {row, 3 + row}) {
        memory.bytes[at++] = 4;
        for (std::uint32_t b = 0; b < 12; ++b)
          memory.bytes[at++] = static_cast<std::uint8_t>(16 * tile + b);
      }
    }
  }
  void build() {
    port = std::make_unique<hw::WeightPort>("port", config, clock, pool, 0, 0, 40);
    takes_commands(*port);
    memory.serve(port->memory);
    for (std::size_t v = 0; v < port->out.size(); ++v) {
      sinks.push_back(std::make_unique<BurstSink>(("row" + std::to_string(v)).c_str(), clock));
      port->out[v]->bind(sinks.back()->in);
    }
  }
  /// What lies in DRAM as tile `tile`, in words of three bytes.
  static std::vector<std::uint32_t> words_of(std::uint32_t tile) {
    std::vector<std::uint32_t> words;
    for (std::uint32_t b = 16 * tile; b < 16 * tile + 12; b += 3)
      words.push_back(b | (b + 1) << 8 | (b + 2) << 16);
    return words;
  }

  hw::ChipConfig config;  // 3 x 4 PEs
  link::BurstPool pool;
  std::unique_ptr<hw::WeightPort> port;
  BlockMemory memory{"memory", clock, 20, 3};
  std::vector<std::unique_ptr<BurstSink>> sinks;
  CommandBytes layer;
};

TEST_F(WeightPortTest, EachPeRowIsSentItsTiles) {
  build();
  give(layer);
  run_out();
  for (std::uint32_t v = 0; v < 3; ++v) {
    const auto& taken = sinks[v]->taken;
    ASSERT_EQ(taken.size(), 2U) << "one burst for each of the two columns' M tiles";
    for (std::uint32_t mt = 0; mt < 2; ++mt) {
      const hw::WeightHeader h = hw::unpack_weight_header(taken[mt].words);
      EXPECT_EQ(h.columns, 2);
      EXPECT_EQ(h.data_words, 4);
      EXPECT_EQ(h.chunks, 1U);
      EXPECT_EQ(h.psum_in, v > 0) << "psums come from below, but for the bottom PE";
      EXPECT_FALSE(h.null);
      const std::vector<std::uint32_t> data(taken[mt].words.begin() + hw::kWeightHeaderWords,
                                            taken[mt].words.end());
      EXPECT_EQ(data, words_of(3 * mt + v));
      for (int pe = 0; pe < 12; ++pe)
        EXPECT_EQ(taken[mt].pes.has(pe), pe == static_cast<int>(4 * v + mt)) << pe;
    }
    // One answer of the memory brings the whole stream; the second burst follows the first word by
    // word.
    EXPECT_EQ(taken[0].at, 20U);
    EXPECT_EQ(taken[1].at, 26U);
    EXPECT_EQ(memory.reads.at(v).port, v);
    EXPECT_EQ(memory.reads.at(v).address, kBase + v * kPitch);
  }
  const hw::CounterSink& counts = port->counts();
  EXPECT_EQ(counts[Counter::port_weight_words], 36U);
  EXPECT_EQ(memory.requests, 3U);
  EXPECT_EQ(counts[Counter::port_weight_bytes], 3U * (4U + kSegment));
  EXPECT_EQ(counts[Counter::port_weight_bytes], memory.read_bytes);
  std::vector<hw::Resource> used;
  port->use(used);
  ASSERT_EQ(used.size(), 3U);
  EXPECT_EQ(used[1].path, "port.out1");
  EXPECT_EQ(used[1].busy, 12U);
  EXPECT_EQ(used[1].held, 0U);
  EXPECT_TRUE(port->leftovers().empty());
  EXPECT_EQ(pool.outstanding(), 0U);
}

TEST_F(WeightPortTest, ColumnsWithTheSameTileShareABurst) {
  build();
  layer.layer.geo.out_h = layer.layer.geo.in_h = 2;
  layer.layer.geo.out_c = 4;
  layer.mapping.pe_cols.m = 1;
  layer.mapping.pe_cols.e = 2;
  layer.oact.group = 4;
  give(layer);
  run_out();
  ASSERT_EQ(sinks[2]->taken.size(), 1U);
  EXPECT_TRUE(sinks[2]->taken[0].pes.has(8));
  EXPECT_TRUE(sinks[2]->taken[0].pes.has(9));
  EXPECT_FALSE(sinks[2]->taken[0].pes.has(10));
}

TEST_F(WeightPortTest, AHeldPortSaysHowLongAndByWhom) {
  build();
  sinks[0]->delay = 9;
  sinks[1]->refuses = true;
  give(layer);
  run_out();
  std::vector<hw::Resource> used;
  port->use(used);
  EXPECT_EQ(used[0].held, 18U);
  EXPECT_EQ(used[0].held_by, "the slowest receiver");
  EXPECT_EQ(port->waiting_for().peer, "row1");
  EXPECT_EQ(port->leftovers().size(), 2U);
}

TEST_F(WeightPortTest, AWayIsThatOfTheReadThatCameLast) {
  config.control.dma_burst_bytes = 16;
  build();
  // The first tile takes bytes 8 to 20, of the first two blocks of 16.
  memory.delays = [](std::uint64_t address) {
    return address % kPitch == 0    ? BlockMemory::Delays{5, 30, 20}
           : address % kPitch == 16 ? BlockMemory::Delays{2, 60, 25}
                                    : BlockMemory::Delays{1, 10, 10};
  };
  sc_core::sc_start(clock.span(10));
  give(layer);
  run_out();
  const link::Journey way = sinks[0]->taken.at(0).way;
  // How far the stream goes is known when its begin is there.
  EXPECT_EQ(way.asked, 10U + 35);
  EXPECT_EQ(way.issued, 10U + 35 + 2);
  EXPECT_EQ(way.answered, 10U + 35 + 62);
  EXPECT_EQ(way.latency, 25U);
  EXPECT_EQ(way.offered, way.answered);
}

TEST_F(WeightPortTest, AReadGoesNoFurtherThanTheLongestSegmentAndTheBufferLet) {
  config.pe.weight_data_words = 4;
  config.pe.weight_addr_entries = 3;
  config.port.weight_buffer_bytes = 1 + 5 * 3 + 8;  // room for a tile and 8 bytes
  build();
  sinks[0]->refuses = true;
  give(layer);
  run_out();
  // Reads of 8 bytes. The header is taken and the first tile waits at the router, so that of the
  // 24 bytes of the buffer 13 are its own: one more read has come behind it.
  std::uint64_t read = 0;
  for (const auto& r : memory.reads) {
    EXPECT_LE(r.bytes, 8U);
    if (r.port == 0) read += r.bytes;
  }
  EXPECT_EQ(read, 8U + 24U);
  EXPECT_EQ(port->waiting_for().peer, "row0");
  sinks[0]->release();
  run_out();
  EXPECT_EQ(sinks[0]->taken.size(), 2U);
  EXPECT_TRUE(port->leftovers().empty());
}

TEST_F(WeightPortTest, AStreamThatCannotBeIsAFault) {
  build();
  memory.bytes[kBase + kPitch + 8] = 9;  // words of a tile of four
  expect_report(sc_core::SC_ERROR,
                "weight stream: a tile of 9 data words where the segment has 26");
  give(layer);
  run_out();
  EXPECT_TRUE(sinks[1]->taken.empty());
}

TEST_F(WeightPortTest, ASegmentWithoutTilesIsAFault) {
  build();
  memory.store32(kBase, 4);
  expect_report(sc_core::SC_ERROR, "weight stream: a first segment without tiles");
  give(layer);
  run_out();
  EXPECT_TRUE(sinks[0]->taken.empty());
}

}  // namespace
}  // namespace uvea::test
