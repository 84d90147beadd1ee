// The weight ports of a cluster: the tile of each PE row, looked up, fetched and sent.

#include "hw/cluster/weight_port.h"

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

using hw::Counter;

constexpr std::uint64_t kTable = 0x1000, kBase = 0x2000;

class WeightPortTest : public BlockTest {
 protected:
  WeightPortTest() {
    takes_commands(port);
    port.memory.bind(memory.server);
    for (std::size_t v = 0; v < port.out.size(); ++v) {
      sinks.push_back(std::make_unique<BurstSink>(("row" + std::to_string(v)).c_str(), clock));
      port.out[v]->bind(sinks.back()->in);
    }
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
    layer.addresses.weight_table = kTable;
    layer.addresses.weight_base = kBase;
    for (std::uint32_t tile = 0; tile < 6; ++tile) {
      memory.store32(kTable + 8 * tile, 100 * tile);
      memory.store32(kTable + 8 * tile + 4, 4);
      for (std::uint32_t b = 0; b < 12; ++b)
        memory.bytes[kBase + 100 * tile + b] = static_cast<std::uint8_t>(16 * tile + b);
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
  hw::WeightPort port{"port", config, clock, pool, 0, 0, 40};
  BlockMemory memory{"memory", clock, 20};
  std::vector<std::unique_ptr<BurstSink>> sinks;
  CommandBytes layer;
};

TEST_F(WeightPortTest, EachPeRowIsSentItsTiles) {
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
    // Table, then tile: two answers of the memory; the second burst follows the first word by word.
    EXPECT_EQ(taken[0].at, 40U);
    EXPECT_EQ(taken[1].at, 46U);
  }
  const hw::CounterSink& counts = port.counts();
  EXPECT_EQ(counts[Counter::port_weight_words], 36U);
  EXPECT_EQ(counts[Counter::port_weight_bytes], 6U * (8U + 12U));
  EXPECT_EQ(counts[Counter::port_weight_bytes], memory.read_bytes);
  std::vector<hw::Resource> used;
  port.use(used);
  ASSERT_EQ(used.size(), 3U);
  EXPECT_EQ(used[1].path, "port.out1");
  EXPECT_EQ(used[1].busy, 12U);
  EXPECT_EQ(used[1].held, 0U);
  EXPECT_TRUE(port.leftovers().empty());
  EXPECT_EQ(pool.outstanding(), 0U);
}

TEST_F(WeightPortTest, ColumnsWithTheSameTileShareABurst) {
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
  sinks[0]->delay = 9;
  sinks[1]->refuses = true;
  give(layer);
  run_out();
  std::vector<hw::Resource> used;
  port.use(used);
  EXPECT_EQ(used[0].held, 18U);
  EXPECT_EQ(used[0].held_by, "the slowest receiver");
  EXPECT_EQ(port.waiting_for().peer, "row1");
  EXPECT_EQ(port.leftovers().size(), 2U);
}

TEST_F(WeightPortTest, AWayBeginsWithTheTableEntryAndTakesTheLatencyOfBothReads) {
  memory.delays = [](std::uint64_t address) {
    return address < kBase ? BlockMemory::Delays{5, 30, 20} : BlockMemory::Delays{2, 40, 25};
  };
  sc_core::sc_start(clock.span(10));
  give(layer);
  run_out();
  const link::Journey way = sinks[0]->taken[0].way;
  EXPECT_EQ(way.asked, 10U);
  EXPECT_EQ(way.issued, 15U);
  EXPECT_EQ(way.answered, 10U + 5 + 30 + 2 + 40);
  EXPECT_EQ(way.latency, 45U);
  EXPECT_EQ(way.offered, way.answered);
}

TEST_F(WeightPortTest, ATableEntryThatCannotBeIsAFault) {
  memory.store32(kTable + 8 + 4, 300);
  expect_report(sc_core::SC_ERROR, "weight table entry with an impossible length");
  give(layer);
  run_out();
  EXPECT_TRUE(sinks[1]->taken.empty());
}

}  // namespace
}  // namespace uvea::test
