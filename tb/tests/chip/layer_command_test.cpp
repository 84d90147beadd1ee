// What the driver writes into a descriptor is what the chip reads, parts of filters and rows
// included; the windows of row tiles and chunks add up.

#include "hw/command/layer_command.h"

#include <gtest/gtest.h>

#include <random>

#include "sw/driver/descriptor.h"

namespace uvea::test {
namespace {

/// A 5 x 9 filter dilated by 2 x 3 on rows of 100, cut into 3 columns and tiles of 17.
struct Cut {
  nn::ConvLayer layer;
  mapper::Mapping mapping;
  driver::TensorLayout iact, oact;

  Cut() {
    nn::ConvGeometry& g = layer.geo;
    g.in_h = 20;
    g.in_w = 124;
    g.in_c = 4;
    g.out_c = 8;
    g.kernel_h = 5;
    g.kernel_w = 9;
    g.dilation_h = 2;
    g.dilation_w = 3;
    g.out_h = 12;
    g.out_w = 100;
    mapping.c0 = 1;
    mapping.m0 = 4;
    mapping.s0 = 3;
    mapping.f0 = 17;
    mapping.windows = 2;
    iact.block = mapping.c0;
    iact.group = g.in_c;
    oact.block = mapping.m0;
    oact.group = g.out_c;
    iact.pitch = oact.pitch = 1024;  // more than any row
  }
  std::string decode(hw::LayerCommand& command, const hw::ChipConfig& chip = {}) const {
    const auto bytes = driver::encode_descriptor(layer, mapping, iact, oact, {});
    return hw::decode_command(bytes.data(), chip, command);
  }
  std::string refusal() const {
    hw::LayerCommand command;
    return decode(command);
  }
};

TEST(LayerCommand, PartsOfTheFilterAndOfTheRowReachTheChip) {
  hw::LayerCommand c;
  ASSERT_EQ(Cut{}.decode(c), "");
  EXPECT_EQ(c.dilation_h, 2);
  EXPECT_EQ(c.dilation_w, 3);
  EXPECT_EQ(c.S0, 3);
  EXPECT_EQ(c.F0, 17);
  EXPECT_EQ(c.span(), 7);
  EXPECT_EQ(c.q(), 4 * 3 * 5);
  EXPECT_EQ(c.ft(), 6);
  EXPECT_EQ(c.row_tiles(), 72);
  EXPECT_EQ(c.windows_in(5), 15);
}

TEST(LayerCommand, ATurnedLayerReachesTheChipTurned) {
  Cut cut;
  cut.mapping.turned = true;
  cut.mapping.f0 = 0;
  hw::LayerCommand c;
  ASSERT_EQ(cut.decode(c), "");
  EXPECT_EQ(c.H, 124);
  EXPECT_EQ(c.W, 20);
  EXPECT_EQ(c.R, 9);
  EXPECT_EQ(c.S, 5);
  EXPECT_EQ(c.dilation_h, 3);
  EXPECT_EQ(c.F, 12);
  EXPECT_EQ(c.F0, 12);
}

TEST(LayerCommand, PartsThatCannotBeAreRefused) {
  Cut cut;
  cut.mapping.s0 = 10;
  EXPECT_NE(cut.refusal(), "");
  cut = Cut{};
  cut.mapping.f0 = 101;
  EXPECT_NE(cut.refusal(), "");
  cut = Cut{};
  cut.layer.geo.dilation_w = 9;  // 19 columns for a SPad of 16
  EXPECT_NE(cut.refusal(), "");
  cut = Cut{};
  cut.layer.geo.dilation_h = 0;
  EXPECT_NE(cut.refusal(), "");
  cut = Cut{};
  cut.mapping.windows = 1;  // 17 chunks, and 15 windows in the last tile
  EXPECT_NE(cut.refusal(), "");
  cut = Cut{};
  cut.oact.csc = true;
  EXPECT_NE(cut.refusal(), "");
}

TEST(LayerCommand, WeightBuffersThatThePesDoNotHaveAreRefused) {
  Cut cut;
  hw::ChipConfig chip;
  hw::LayerCommand command;
  cut.mapping.weight_double_buffer = true;
  EXPECT_EQ(cut.decode(command, chip), "");
  chip.pe.weight_buffers = 1;
  EXPECT_NE(cut.decode(command, chip).find("pe.weight_buffers"), std::string::npos);
  cut.mapping.weight_double_buffer = false;
  EXPECT_EQ(cut.decode(command, chip), "");
}

TEST(LayerCommand, WhatASerialChipCannotDoIsRefused) {
  Cut cut;
  hw::ChipConfig chip;
  chip.control.serial_io = true;
  hw::LayerCommand command;
  cut.mapping.iact_source = mapper::IactSource::stream;
  EXPECT_EQ(cut.decode(command, chip), "");
  cut.mapping.iact_source = mapper::IactSource::resident;
  EXPECT_EQ(cut.decode(command, chip), "");
  cut.mapping.iact_source = mapper::IactSource::through;
  EXPECT_NE(cut.decode(command, chip).find("control.serial_io"), std::string::npos);
  chip.control.serial_io = false;
  EXPECT_EQ(cut.decode(command, chip), "");
  // The oacts of a block: 17 x 4 of each of so many row tiles, in a bank of 5 bytes a word.
  chip.control.serial_io = true;
  cut.mapping.iact_source = mapper::IactSource::stream;
  cut.mapping.e_block = 5;
  cut.mapping.mesh_rows.m = 1;
  chip.glb.psum_bank_words = 67;
  const std::string refused = cut.decode(command, chip);
  EXPECT_NE(
      refused.find("oact bytes of a block in a psum bank (control.serial_io) = 340, expected at "
                   "most 335"),
      std::string::npos)
      << refused;
}

TEST(LayerCommand, WindowsOfTilesAndChunksAddUp) {
  constexpr unsigned kSeed = 5;
  std::mt19937 random(kSeed);
  int short_tiles = 0;
  for (int i = 0; i < 2000; ++i) {
    hw::LayerCommand c;
    c.F = static_cast<int>(random() % 200) + 1;
    c.F0 = static_cast<int>(random() % static_cast<unsigned>(c.F)) + 1;
    c.T = static_cast<int>(random() % 12) + 1;
    if (c.ft() > 1 && c.windows_in(c.ft() - 1) < c.chunks()) continue;
    int windows = 0;
    for (int tile = 0; tile < c.ft(); ++tile) {
      int in_tile = 0;
      for (int j = 0; j < c.chunks(); ++j) {
        const int here = c.windows_of(tile, j);
        EXPECT_GE(here, 1) << "seed " << kSeed << " case " << i;
        EXPECT_LE(here, c.T) << "seed " << kSeed << " case " << i;
        in_tile += here;
      }
      EXPECT_EQ(in_tile, c.windows_in(tile)) << "seed " << kSeed << " case " << i;
      windows += in_tile;
      if (in_tile < c.F0) ++short_tiles;
    }
    EXPECT_EQ(windows, c.F) << "seed " << kSeed << " case " << i;
  }
  EXPECT_GT(short_tiles, 100);
}

}  // namespace
}  // namespace uvea::test
