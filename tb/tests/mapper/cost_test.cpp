// The cost takes the chip's numbers from ChipSizes: each of them moves an estimate that it limits.

#include "sw/mapper/cost.h"

#include <gtest/gtest.h>

namespace uvea::mapper {
namespace {

/// A 3x3 layer with weights of no zeros, 16x16x32 -> 16x16x32.
nn::ConvLayer layer() {
  nn::ConvLayer out;
  nn::ConvGeometry& g = out.geo;
  g.in_h = g.in_w = g.out_h = g.out_w = 16;
  g.in_c = g.out_c = 32;
  g.kernel_h = g.kernel_w = 3;
  g.pad_top = g.pad_left = 1;
  out.in = out.out = {1.0, -128, true};
  out.weights.assign(32 * 9 * 32, 1);
  out.bias.assign(32, 0);
  out.requant.assign(32, {1 << 30, 0});
  return out;
}

/// Cycles of the mapping that is best on the default chip, on another chip.
double cycles(const ChipSizes& sizes) {
  const nn::ConvLayer conv = layer();
  const Mapping mapping = map_layer(conv, ChipSizes{}, 0.5);
  return estimate(conv, mapping, sizes, 0.5).cycles;
}

TEST(Cost, APipelineOfMoreStagesIsFilledLonger) {
  ChipSizes deep;
  deep.stages_behind = 26;
  EXPECT_GT(cycles(deep), cycles({}));
}

/// Rule 8: a chunk holds its bank until it has left.
TEST(Cost, ASecondPsumBankHidesTheDrain) {
  const nn::ConvLayer conv = layer();
  Mapping mapping;
  mapping.c0 = 1;
  mapping.m0 = 16;
  mapping.mesh_rows.e = 8;
  const auto with_banks = [&](int banks) {
    ChipSizes sizes;
    sizes.psum_banks = banks;
    return estimate(conv, mapping, sizes, 0.5).cycles;
  };
  EXPECT_LT(with_banks(2), with_banks(1));
  mapping.m0 = 32;  // two chunks do not fit
  EXPECT_DOUBLE_EQ(with_banks(2), with_banks(1));
}

TEST(Cost, ANarrowDramBusIsTheLimit) {
  ChipSizes narrow;
  narrow.dram_bus_limits = true;
  narrow.dram_bytes_per_cycle = 0.5;
  const nn::ConvLayer conv = layer();
  const Mapping mapping = map_layer(conv, ChipSizes{}, 0.5);
  const Estimate slow = estimate(conv, mapping, narrow, 0.5);
  EXPECT_DOUBLE_EQ(slow.cycles, slow.dram_bytes / 0.5);
}

TEST(Cost, AMemoryWithoutABusIsNeverTheLimit) {
  ChipSizes narrow;
  narrow.dram_bytes_per_cycle = 0.5;
  EXPECT_DOUBLE_EQ(cycles(narrow), cycles({}));
}

TEST(Cost, WiderWordsTakeMoreOfTheBus) {
  ChipSizes wide;
  wide.weight_bits = 9;  // 27 bits, four bytes
  const nn::ConvLayer conv = layer();
  const Mapping mapping = map_layer(conv, ChipSizes{}, 0.5);
  EXPECT_GT(estimate(conv, mapping, wide, 0.5).dram_bytes,
            estimate(conv, mapping, {}, 0.5).dram_bytes);
}

/// A chip far from its DRAM.
ChipSizes far_from_dram() {
  ChipSizes sizes;
  sizes.dram_latency_cycles = 20000;
  return sizes;
}

/// Cycles of a mapping of short passes, a row tile each, that fetches each step's iacts anew.
double short_passes(const ChipSizes& sizes) {
  Mapping mapping;
  mapping.csc = false;
  mapping.c0 = mapping.m0 = 2;
  mapping.iact_source = IactSource::stream;
  return estimate(layer(), mapping, sizes, 0.5).cycles;
}

TEST(Cost, UnitsOfIactsAskedForAheadHideTheLatency) {
  ChipSizes few = far_from_dram();
  few.iact_units_ahead = 2;
  ChipSizes more = few;
  more.iact_units_ahead = 4;
  EXPECT_LT(short_passes(more), short_passes(few));
}

TEST(Cost, ALayerOfNothingButPaddingHasAMapping) {
  nn::ConvLayer padding = layer();
  padding.geo.in_h = padding.geo.out_h = 1;
  padding.geo.kernel_h = 1;
  padding.geo.pad_top = 1;  // the only row that is read
  padding.weights.assign(32 * 3 * 32, 1);
  const Mapping mapping = map_layer(padding, ChipSizes{}, 0.5);
  EXPECT_GT(estimate(padding, mapping, ChipSizes{}, 0.5).cycles, 0);
}

/// Loads and dumps are added to what the same bursts take without a link, weights beside them are
/// not.
TEST(Cost, OnASerialChipWhatCrossesTheLinkIsAdded) {
  const nn::ConvLayer conv = layer();
  Mapping mapping;
  mapping.csc = false;
  mapping.c0 = 4;
  mapping.m0 = 4;
  mapping.e_block = 16;
  mapping.iact_source = IactSource::resident;
  ChipSizes sizes;
  sizes.serial_io = true;
  sizes.iact_bank_words = 8192;
  sizes.psum_bank_words = 1024;
  ASSERT_EQ(why_illegal(conv, mapping, sizes), "");
  const double without = estimate(conv, mapping, sizes, 0.5).cycles;
  sizes.io_link_bits = 32;
  const double with = estimate(conv, mapping, sizes, 0.5).cycles;
  const double iacts = 16.0 * 16 * 32, oacts = 16.0 * 16 * 32;
  EXPECT_GE(with - without, (iacts + oacts) / 4);
  // A single block: each weight passes once. What of them comes too late is not hidden.
  const double weights = 32.0 * 9 * 32;
  EXPECT_LT(with - without, (iacts + oacts + weights) / 4);
}

}  // namespace
}  // namespace uvea::mapper
