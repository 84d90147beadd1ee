// The output stage of a cluster: psums of a column in, oacts of its tensor in DRAM.

#include "hw/cluster/output_stage.h"

#include "tb/tests/blocks/block_bench.h"

namespace uvea::test {
namespace {

using hw::Counter;

constexpr std::uint64_t kParams = 0x1000, kOacts = 0x4000;
constexpr int kChannels = 4, kRows = 3, kColumns = 5;

class OutputStageTest : public BlockTest {
 protected:
  OutputStageTest() {
    takes_commands(stage);
    memory.serve(stage.memory);
    stage.busy.bind(busy);
    for (std::size_t x = 0; x < stage.in.size(); ++x) {
      sources.push_back(
          std::make_unique<BurstSource>(("column" + std::to_string(x)).c_str(), clock, 5));
      sources.back()->out.bind(*stage.in[x]);
    }
    // Two PE columns with four of eight channels each; three rows of five pixels, a chunk a row.
    nn::ConvGeometry& g = layer.layer.geo;
    g.in_h = g.out_h = kRows;
    g.in_w = g.out_w = kColumns;
    g.out_c = 2 * kChannels;
    layer.layer.out = {1.0, -3, true};
    layer.mapping.m0 = kChannels;
    layer.mapping.windows = kColumns;
    layer.mapping.e_block = kRows;
    layer.mapping.pe_cols.m = 2;
    layer.iact.pitch = 16;
    layer.oact.pitch = 32;
    layer.oact.base = kOacts;
    layer.oact.block = kChannels;
    layer.oact.group = 2 * kChannels;
    layer.addresses.param_table = kParams;
    for (std::uint32_t m = 0; m < 2 * kChannels; ++m) {
      params.push_back({static_cast<std::int32_t>(10 * m), 1 << 30, -static_cast<int>(m % 3)});
      memory.store32(kParams + 12 * m, static_cast<std::uint32_t>(params[m].bias));
      memory.store32(kParams + 12 * m + 4, static_cast<std::uint32_t>(params[m].multiplier));
      memory.store32(kParams + 12 * m + 8, static_cast<std::uint32_t>(params[m].shift));
    }
  }
  static std::int32_t psum(int channel, int row, int column) {
    return 37 * channel - 50 * row + 11 * column;
  }
  void send_all() {
    for (int x = 0; x < 2; ++x) {
      for (int row = 0; row < kRows; ++row) {
        link::Burst& burst = sources[static_cast<std::size_t>(x)]->add();
        burst.type = link::DataType::psum;
        for (int f = 0; f < kColumns; ++f)
          for (int m = 0; m < kChannels; ++m)
            burst.psums.push_back(psum(x * kChannels + m, row, f));
        burst.beats = static_cast<unsigned>(burst.psums.size() / 2);
      }
    }
  }

  hw::ChipConfig config;
  hw::OutputStage stage{"stage", config, clock, 0, 0};
  BlockMemory memory{"memory", clock, 20, 4};
  sc_core::sc_signal<bool> busy{"busy_wire"};
  std::vector<std::unique_ptr<BurstSource>> sources;
  std::vector<hw::ChannelParams> params;
  CommandBytes layer;
};

TEST_F(OutputStageTest, EveryPsumBecomesTheOactAtItsPlace) {
  send_all();
  give(layer);
  run_out();
  for (int m = 0; m < 2 * kChannels; ++m) {
    for (int row = 0; row < kRows; ++row) {
      for (int f = 0; f < kColumns; ++f) {
        const std::uint64_t slot =
            static_cast<std::uint64_t>(m / kChannels * kRows + row) * layer.oact.pitch;
        const auto at = kOacts + slot + static_cast<std::uint64_t>(f * kChannels + m % kChannels);
        ASSERT_EQ(memory.bytes.count(at), 1U) << m << " " << row << " " << f;
        EXPECT_EQ(static_cast<std::int8_t>(memory.bytes[at]),
                  hw::requantize(psum(m, row, f), params[static_cast<std::size_t>(m)],
                                 {-3, -128, 127, false}))
            << m << " " << row << " " << f;
      }
    }
  }
  constexpr std::uint64_t kCodes = 2 * kChannels * kRows * kColumns;
  const hw::CounterSink& counts = stage.counts();
  EXPECT_EQ(counts[Counter::oacts], kCodes);
  EXPECT_EQ(counts[Counter::output_psum_words], kCodes / 2);
  EXPECT_EQ(counts[Counter::output_write_bytes], kCodes);
  EXPECT_EQ(memory.written_bytes, kCodes);
  EXPECT_EQ(counts[Counter::output_param_bytes], 2U * kChannels * 12U);
  EXPECT_EQ(memory.read_bytes, 2U * kChannels * 12U);
  EXPECT_TRUE(stage.leftovers().empty());
  EXPECT_FALSE(stage.waiting_for());
  EXPECT_FALSE(busy.read());
}

TEST_F(OutputStageTest, PsumsWaitForTheParameters) {
  send_all();
  give(layer);
  run_out();
  // Offered at 5, parameters at 20; then ten beats a burst, back to back.
  EXPECT_EQ(sources[0]->started, (std::vector<link::Cycle>{20, 30, 40}));
  std::vector<hw::Resource> used;
  stage.use(used);
  ASSERT_EQ(used.size(), 4U);
  EXPECT_EQ(used[0].path, "stage.in0");
  EXPECT_EQ(used[0].busy, 30U);
  EXPECT_EQ(used[0].held, 15U);
  EXPECT_EQ(used[3].busy, 0U);
}

TEST_F(OutputStageTest, StaysBusyUntilItHasAllPsums) {
  give(layer);
  run_out();
  EXPECT_TRUE(busy.read());
  EXPECT_EQ(stage.waiting_for().cause, "final psums");
  EXPECT_EQ(stage.waiting_for().peer, "column0");
  EXPECT_EQ(stage.leftovers().size(), 2U);
}

TEST_F(OutputStageTest, PsumsAfterTheLastOactAreAFault) {
  send_all();
  link::Burst& burst = sources[1]->add();
  burst.type = link::DataType::psum;
  burst.psums.resize(2);
  burst.beats = 1;
  expect_report(sc_core::SC_ERROR, "psums after the last oact of the layer");
  give(layer);
  run_out();
}

}  // namespace
}  // namespace uvea::test
