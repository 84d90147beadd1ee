// A layer for each class of PE cycles in which that class must be the largest, and is.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "hw/block/stall.h"
#include "hw/config/chip_options.h"
#include "sw/mapper/search.h"
#include "tb/config/chip_file.h"
#include "tb/sim/hooks.h"
#include "tb/tests/chip/layer_case.h"

namespace uvea::test {
namespace {

using hw::Stall;

/// What a tensor's value is at an index of its order in memory.
using Values = std::function<int(std::size_t)>;

Values always(int value) {
  return [value](std::size_t) { return value; };
}
/// `value` where the index is a multiple of `step`, else zero.
Values every(std::size_t step, int value) {
  return [=](std::size_t i) { return i % step == 0 ? value : 0; };
}

/// A convolution without padding on a chip of one cluster with a memory that is near.
LayerCase conv(int in_c, int out_c, int height, int width, int kernel = 1) {
  LayerCase c;
  c.chip.mesh = {1, 1};
  c.chip.dram.ideal_latency_cycles = 1;
  nn::ConvGeometry& g = c.layer.geo;
  g.in_h = height;
  g.in_w = width;
  g.kernel_h = g.kernel_w = kernel;
  g.out_h = height - kernel + 1;
  g.out_w = width - kernel + 1;
  g.in_c = in_c;
  g.out_c = out_c;
  return c;
}

/// Weights in the order of ConvLayer::weights, iacts in that of the tensor.
LayerCase filled(LayerCase c, const Values& weight, const Values& iact) {
  const nn::ConvGeometry& g = c.layer.geo;
  const auto outs = static_cast<std::size_t>(g.out_c);
  const auto weights =
      outs * static_cast<std::size_t>(g.kernel_h * g.kernel_w * g.in_c_per_group());
  for (std::size_t i = 0; i < weights; ++i)
    c.layer.weights.push_back(static_cast<std::int16_t>(weight(i)));
  c.layer.bias.assign(outs, 0);
  c.layer.requant.assign(outs, {1 << 30, -4});
  c.layer.in.is_signed = c.layer.out.is_signed = false;
  c.layer.act_min = 0;
  c.layer.act_max = 255;
  c.input.shape = nn::Shape{{g.batch, g.in_h, g.in_w, g.in_c}};
  c.input.quant = c.layer.in;
  for (std::size_t i = 0; i < c.input.shape.elements(); ++i)
    c.input.bytes.push_back(static_cast<std::uint8_t>(iact(i)));
  return c;
}

/// The classes of a layer, the largest first; a fault of the run is told in their place.
std::string classes(const LayerCase& c, const std::function<void(mapper::Mapping&)>& change) {
  return in_own_process([&] {
    mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    if (change) change(mapping);
    const tb::LayerOutcome outcome =
        tb::run_layers_with({}, c.chip, {c.job(mapping)}, c.input).front();
    for (const std::string& fault : outcome.faults) return "fault: " + fault;
    std::vector<std::pair<std::uint64_t, std::string>> all;
    for (std::size_t i = 0; i < hw::kStalls; ++i)
      all.emplace_back(outcome.record.stalls.of(static_cast<Stall>(i)), hw::kStallTable[i].name);
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string text;
    for (const auto& [cycles, name] : all) text += fmt::format("{} {}, ", name, cycles);
    return text;
  });
}

/// The largest class alone.
std::string largest(const LayerCase& c, const std::function<void(mapper::Mapping&)>& change = {}) {
  const std::string all = classes(c, change);
  const std::string name = all.substr(0, all.find(' '));
  ::testing::Test::RecordProperty("classes", all);
  return name == "fault:" ? all : name;
}

TEST(StallClass, UsefulMacs) {
  EXPECT_EQ(largest(filled(conv(48, 32, 12, 12, 3), always(3), always(5))), "mac_useful");
}

TEST(StallClass, IdleLanes) {
  // One output channel: the second lane has no weight.
  EXPECT_EQ(largest(filled(conv(48, 1, 24, 24, 3), always(3), always(5))), "lane_idle");
}

TEST(StallClass, GatedMacs) {
  // A PE that skips nothing, and one iact in sixteen that is not zero.
  LayerCase c = conv(48, 32, 12, 12, 3);
  c.chip.pe.kind = hw::PeKind::dense;
  c.chip.pe.simd = 1;
  EXPECT_EQ(largest(filled(std::move(c), always(3), every(16, 5))), "mac_gated");
}

TEST(StallClass, IactsWithoutWeights) {
  // Weights of one input channel in sixteen.
  EXPECT_EQ(largest(filled(conv(64, 8, 16, 16, 3), every(16, 3), always(5))), "examine");
}

TEST(StallClass, PipelineFillAndDrain) {
  LayerCase c = conv(3, 32, 12, 12);
  c.chip.pe.pipeline_stages = static_cast<int>(hw::chip_option("pe.pipeline_stages").highest);
  EXPECT_EQ(largest(filled(std::move(c), always(3), always(5))), "pipeline");
}

TEST(StallClass, WaitForIacts) {
  LayerCase c = conv(160, 2, 12, 12);
  c.chip.cluster = {1, 1};
  c.chip.dram.ideal_latency_cycles = 5000;
  c.chip.port.iact_units_ahead = 1;
  c.chip.control.dma_outstanding = 1;
  EXPECT_EQ(largest(filled(std::move(c), always(3), always(5))), "wait_iact");
}

TEST(StallClass, WaitForWeights) {
  LayerCase c = conv(600, 60, 1, 1);
  c.layer.kind = nn::ConvKind::fully_connected;
  c.chip.cluster = {1, 1};
  c.chip.dram.ideal_latency_cycles = 1000;
  EXPECT_EQ(largest(filled(std::move(c), always(3), always(5))), "wait_weight");
}

TEST(StallClass, WaitForPsumsFromBelow) {
  // Of a column's three PEs the bottom one has all the weights but a few.
  const auto bottom = [](std::size_t i) { return i / (3 * 8) % 3 == 0 || i % 24 == 0 ? 3 : 0; };
  // One column, a filter row to each of its PEs, so that no row of iacts is shared.
  LayerCase c = conv(8, 16, 32, 32, 3);
  c.chip.cluster.pe_cols = 1;
  const auto by_filter_row = [](mapper::Mapping& mapping) {
    mapping = {};
    mapping.c0 = 4;
    mapping.m0 = 16;
  };
  EXPECT_EQ(largest(filled(std::move(c), bottom, always(5)), by_filter_row), "wait_psum_in");
}

TEST(StallClass, PsumDrain) {
  EXPECT_EQ(largest(filled(conv(3, 32, 24, 24), always(3), every(3, 5))), "wait_psum_out");
}

TEST(StallClass, Imbalance) {
  // Four clusters with an image each, of which only one is not zero.
  LayerCase c = conv(16, 32, 16, 16);
  c.chip.mesh = {4, 1};
  c.layer.geo.batch = 4;
  const auto first_image = [](std::size_t i) { return i < 16 * 16 * 16 ? 5 : 0; };
  const auto by_image = [](mapper::Mapping& mapping) { mapping.mesh_rows = {1, 4, 1, 1}; };
  EXPECT_EQ(largest(filled(std::move(c), always(3), first_image), by_image), "imbalance");
}

TEST(StallClass, PesWithoutWork) {
  // One row of one channel, and a mapping that gives it to one PE.
  LayerCase c = conv(16, 1, 1, 250);
  c.chip.mesh = {8, 2};
  const auto alone = [](mapper::Mapping& mapping) {
    mapping.mesh_rows = mapping.mesh_cols = mapping.pe_cols = {};
    mapping.e_block = mapping.chain = 1;
    mapping.iact_source = mapper::IactSource::stream;
  };
  EXPECT_EQ(largest(filled(std::move(c), always(3), always(5)), alone), "not_mapped");
}

TEST(StallClass, Reconfiguration) {
  LayerCase c = conv(1, 1, 1, 1);
  c.chip.cluster = {1, 1};
  c.chip.dram.ideal_latency_cycles = 0;
  EXPECT_EQ(largest(filled(std::move(c), always(3), always(5))), "reconfiguration");
}

}  // namespace
}  // namespace uvea::test
