// What the chip's run itself promises: two chained layers, and comparators that can fail.

#include <gtest/gtest.h>
#include <unistd.h>

#include "hw/chip.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/arithmetic/reference.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/layer_case.h"

namespace uvea::test {
namespace {

/// The first case from `seed` on whose mapping leaves rows whole, so that oacts can be compressed, and
/// upright as a 1x1 layer behind it runs.
LayerCase whole_rows_case(std::uint64_t seed) {
  while (true) {
    LayerCase c = random_case_on_default_chip(seed++);
    const auto mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    const bool square = c.layer.geo.out_h == c.layer.geo.out_w;
    if (square && !mapping.turned && !mapper::cuts_rows(c.layer.geo, mapping)) return c;
  }
}

TEST(ChipRun, TwoLayersInOneRunPassOactsThroughDram) {
  // The second layer reads what the first one wrote, once raw, once compressed.
  for (const auto& [csc, zero_point] :
       {std::pair(false, -128), {true, -128}, {true, 0}, {false, -7}, {true, -7}, {true, 127}}) {
    const std::string wrong = in_own_process([csc = csc, zero_point = zero_point]() -> std::string {
      LayerCase first = whole_rows_case(8);
      first.layer.out = {1.0, zero_point, true};
      first.layer.act_min = -128;
      first.layer.act_max = 127;
      LayerCase second = random_case_on_default_chip(9);
      nn::ConvGeometry& g = second.layer.geo;
      g = nn::ConvGeometry{};
      g.batch = first.layer.geo.batch;
      g.in_h = g.out_h = first.layer.geo.out_h;
      g.in_w = g.out_w = first.layer.geo.out_w;
      g.in_c = first.layer.geo.out_c;
      g.out_c = 7;
      second.layer.kind = nn::ConvKind::conv;
      second.layer.in = first.layer.out;
      second.layer.weights.assign(static_cast<std::size_t>(g.out_c * g.in_c), 3);
      second.layer.bias.assign(7, 100);
      second.layer.requant.assign(7, {1 << 30, -4});
      std::vector<tb::LayerJob> jobs(2);
      jobs[0].layer = &first.layer;
      jobs[1].layer = &second.layer;
      for (auto& job : jobs) job.mapping = mapper::map_layer(*job.layer, tb::sizes_of(first.chip));
      jobs[0].mapping.f0 = 0;  // whole rows can be compressed
      jobs[0].tensors = driver::plan_alone(first.layer, jobs[0].mapping, false, csc);
      jobs[1].tensors.iact = {jobs[0].mapping.m0, first.layer.geo.out_c_per_group(), csc};
      const auto outcomes = tb::run_layers(first.chip, jobs, first.input);
      const nn::Tensor middle = nn::conv_reference(first.layer, first.input);
      const nn::Tensor last = nn::conv_reference(second.layer, middle);
      std::string all;
      for (const auto& outcome : outcomes)
        for (const auto& fault : outcome.faults) all += fault + "\n";
      if (outcomes[0].output.bytes != middle.bytes) all += "first layer differs\n";
      if (outcomes[1].output.bytes != last.bytes) all += "second layer differs\n";
      return all;
    });
    EXPECT_EQ(wrong, "") << "compressed: " << csc << ", zero point " << zero_point;
  }
}

TEST(ChipRun, AClusterOfMoreThan64PesReachesThemAll) {
  for (const auto& [pe_rows, pe_cols] : {std::pair(10, 8), {16, 16}}) {
    LayerCase c = random_case_on_default_chip(3);
    c.chip.mesh.rows = c.chip.mesh.cols = 1;
    c.chip.cluster.pe_rows = pe_rows;
    c.chip.cluster.pe_cols = pe_cols;
    nn::ConvGeometry& g = c.layer.geo;
    g = nn::ConvGeometry{};
    g.in_h = g.out_h = 16;
    g.in_w = g.out_w = 6;
    g.in_c = 16 * pe_rows;
    g.out_c = 8;
    c.layer.kind = nn::ConvKind::conv;
    c.layer.weights.resize(static_cast<std::size_t>(g.out_c * g.in_c));
    for (std::size_t i = 0; i < c.layer.weights.size(); ++i)
      c.layer.weights[i] = static_cast<std::int16_t>(static_cast<int>(i * 37 % 61) - 30);
    c.layer.bias.assign(8, 5);
    c.layer.requant.assign(8, {1 << 30, -5});
    c.input.shape = {1, g.in_h, g.in_w, g.in_c};
    c.input.bytes.resize(static_cast<std::size_t>(g.in_h * g.in_w * g.in_c));
    for (std::size_t i = 0; i < c.input.bytes.size(); ++i)
      c.input.bytes[i] = static_cast<std::uint8_t>(i * 101 % 251);
    // All PE columns, and at least as many channel tiles as PE rows: the last PE has work.
    const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    const mapper::AxisSplit& split = mapping.pe_cols;
    EXPECT_EQ(split.g * split.n * split.e * split.m, pe_cols);
    EXPECT_GE((g.in_c + mapping.c0 - 1) / mapping.c0, pe_rows);
    EXPECT_EQ(run_case(c, mapping), "") << pe_rows << " x " << pe_cols;
  }
}

TEST(ChipRun, OverflowIsCountedAndAFaultInStrictMode) {
  LayerCase c = random_case_on_default_chip(1);
  nn::ConvGeometry& g = c.layer.geo;
  g = nn::ConvGeometry{};
  g.in_c = 64;
  g.out_c = 4;
  c.layer.kind = nn::ConvKind::conv;
  c.layer.in = {1.0, -128, true};
  c.layer.weights.assign(256, 127);
  c.layer.bias.assign(4, 0);
  c.layer.requant.assign(4, {1 << 30, -20});
  c.input.shape = {1, 1, 1, 64};
  c.input.quant = c.layer.in;
  c.input.bytes.assign(64, 127);
  c.iact_csc_in_dram = c.oact_csc_in_dram = false;
  c.chip.control.strict = true;
  const std::string wrong = run_case(c);
  EXPECT_NE(wrong.find("psum overflows by"), std::string::npos) << wrong;
}

TEST(ChipRun, ATornGlbCapacityIsAModelFault) {
  LayerCase c = random_case_on_default_chip(3);
  mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
  mapping.iact_source = mapper::IactSource::through;
  c.chip.glb.io_fifo_words = 1;
  const std::string wrong = run_case(c, mapping);
  EXPECT_NE(wrong.find("words of bank"), std::string::npos) << wrong;
}

TEST(ChipRun, HardwareRefusesAChipThatCannotBeBuilt) {
  using Chip = hw::ChipConfig;
  const std::pair<const char*, void (*)(Chip&)> bad[] = {
      {"pe.psum_entries = 128", [](Chip& c) { c.pe.psum_entries = 128; }},
      {"mesh.rows = 0", [](Chip& c) { c.mesh.rows = 0; }},
      {"cluster.pe_rows = -1", [](Chip& c) { c.cluster.pe_rows = -1; }},
      {"control.clock_mhz = 0", [](Chip& c) { c.control.clock_mhz = 0; }},
      {"control.dma_burst_bytes = 24", [](Chip& c) { c.control.dma_burst_bytes = 24; }},
      {"pe.weight_bits + pe.count_bits",
       [](Chip& c) { c.pe.weight_bits = 9, c.pe.count_bits = 8; }},
      {"cluster.pe_cols = 17", [](Chip& c) { c.cluster.pe_cols = 17; }}};
  for (const auto& [words, spoil] : bad) {
    Chip config;
    spoil(config);
    const std::string said = in_own_process([&]() -> std::string {
      const hw::Chip chip("chip", config);
      return "was built";
    });
    EXPECT_NE(said.find(words), std::string::npos) << said;
    EXPECT_EQ(said.find("thrown: chip: option"), 0U) << said;
  }
}

TEST(ChipRun, AProcessThatDiesIsTold) {
  EXPECT_NE(in_own_process([]() -> std::string { _exit(3); }), "");
}

}  // namespace
}  // namespace uvea::test
