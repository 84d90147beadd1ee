// map_layer() on random layers and chips, judged by the brute-force checker.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sw/mapper/mapping.h"
#include "sw/mapper/mapping_file.h"
#include "sw/user_error.h"
#include "tb/tests/mapper/brute_force.h"
#include "tb/tests/mapper/random.h"

namespace uvea::tb {
namespace {

using mapper::ChipSizes;
using mapper::Mapping;

nn::ConvLayer random_layer(Random& rnd, int max_kernel) {
  LayerShape s{};
  s.batch = rnd.in(1, 3);
  const int kind = rnd.in(0, 3);
  s.groups = kind == 0 ? rnd.in(2, 24) : kind == 1 ? rnd.in(1, 3) : 1;
  s.in_c = s.groups * (kind == 0 ? 1 : rnd.in(1, 40));
  s.out_c = s.groups * (kind == 0 ? rnd.in(1, 2) : rnd.in(1, 40));
  s.kernel_h = rnd.in(1, max_kernel);
  s.kernel_w = rnd.in(1, max_kernel);
  if (rnd.in(0, 2) == 0) s.kernel_h = s.kernel_w = 1;
  s.stride_h = rnd.in(1, 5);
  s.stride_w = rnd.in(1, 5);
  if (rnd.in(0, 3) == 0) s.dilation_h = rnd.in(1, 3);
  if (rnd.in(0, 3) == 0) s.dilation_w = rnd.in(1, 4);
  s.in_h = (s.kernel_h - 1) * s.dilation_h + 1 + rnd.in(0, 14);
  s.in_w = (s.kernel_w - 1) * s.dilation_w + 1 + rnd.in(0, 14);
  s.pad_top = rnd.in(0, s.kernel_h);
  s.pad_bottom = rnd.in(0, s.kernel_h);
  s.pad_left = rnd.in(0, s.kernel_w);
  s.pad_right = rnd.in(0, s.kernel_w);
  const double density = rnd.in(0, 3) == 0 ? 1.0 : rnd.share();
  return make_layer(s, density, rnd.bits());
}

ChipSizes random_chip(Random& rnd) {
  ChipSizes c;
  c.mesh_rows = rnd.in(1, 4);
  c.mesh_cols = rnd.in(1, 4);
  c.pe_rows = rnd.in(1, 4);
  c.pe_cols = rnd.in(1, 4);
  c.iact_data_entries = rnd.in(12, 24);
  c.iact_addr_entries = rnd.in(3, 16);
  c.weight_addr_entries = rnd.in(8, 24);
  c.weight_data_words = rnd.in(24, 96);
  c.psum_entries = rnd.in(8, 32);
  c.weight_buffers = rnd.in(1, 2);
  c.iact_banks = rnd.in(1, 4);
  c.iact_bank_words = rnd.in(64, 1024);
  c.psum_bank_words = rnd.in(32, 384);
  c.io_fifo_words = rnd.in(16, 256);
  c.count_bits = rnd.in(2, 5);
  c.simd = rnd.in(1, 2);
  c.sparse = rnd.in(0, 4) != 0;
  if (rnd.in(0, 3) == 0) {
    c.serial_io = true;
    c.io_link_bits = rnd.in(0, 64);
  }
  return c;
}

std::string text(const Mapping& mp) { return mapper::to_text({{"layer", mp}}); }

TEST(MapLayer, RandomLayersOnTheDefaultChipAreLegal) {
  constexpr unsigned kSeed = 101;
  Random rnd(kSeed);
  for (int i = 0; i < 150; ++i) {
    const nn::ConvLayer layer = random_layer(rnd, 11);
    const Mapping mp = mapper::map_layer(layer, ChipSizes{}, rnd.share());
    const std::string where = "seed " + std::to_string(kSeed) + " case " + std::to_string(i) +
                              ": " + print(layer.geo) + "\n" + text(mp);
    ASSERT_EQ(overrun(layer, mp, ChipSizes{}), "") << where;
    ASSERT_EQ(mapper::why_illegal(layer, mp, ChipSizes{}), "") << where;
  }
}

/// The text of some legal mapping on a single PE column, empty when there is none. Wider splits,
/// larger blocks and double buffers only need more room.
std::string any_legal(const nn::ConvLayer& layer, const ChipSizes& chip) {
  Mapping mp;
  for (const bool csc : {false, true}) {
    mp.csc = csc;
    for (mp.c0 = 1; mp.c0 <= std::min(layer.geo.in_c_per_group(), 24); ++mp.c0)
      for (mp.m0 = 1; mp.m0 <= std::min(layer.geo.out_c_per_group(), chip.psum_entries); ++mp.m0)
        for (mp.windows = 1; mp.windows <= std::min(15, chip.psum_entries / mp.m0); ++mp.windows)
          for (mp.chain = 1; mp.chain <= chip.mesh_rows; ++mp.chain)
            for (const auto source : {mapper::IactSource::through, mapper::IactSource::stream})
              for (mp.s0 = 0; mp.s0 <= 1; ++mp.s0)
                for (mp.f0 = 0; mp.f0 <= 1; ++mp.f0) {
                  mp.iact_source = source;
                  if (overrun(layer, mp, chip).empty()) return text(mp);
                }
  }
  return {};
}

TEST(MapLayer, RandomLayersOnRandomChipsAreLegal) {
  constexpr unsigned kSeed = 202;
  Random rnd(kSeed);
  int mapped = 0, refused = 0;
  for (int i = 0; i < 400; ++i) {
    const nn::ConvLayer layer = random_layer(rnd, 11);
    const ChipSizes chip = random_chip(rnd);
    const std::string where = "seed " + std::to_string(kSeed) + " case " + std::to_string(i) +
                              ": " + print(layer.geo) + " on " + print(chip) + "\n";
    try {
      const Mapping mp = mapper::map_layer(layer, chip, rnd.share());
      ASSERT_EQ(overrun(layer, mp, chip), "") << where << text(mp);
      ASSERT_EQ(mapper::why_illegal(layer, mp, chip), "") << where << text(mp);
      ++mapped;
    } catch (const UserError& e) {
      ++refused;
      EXPECT_EQ(any_legal(layer, chip), "") << where << e.what();
    }
  }
  EXPECT_GE(mapped, 380) << refused << " refused";
}

/// Storage so small that only a few tiles fit, or none: whatever is refused must have no mapping.
TEST(MapLayer, OnTightChipsAMappingIsFoundExactlyWhenThereIsOne) {
  constexpr unsigned kSeed = 505;
  Random rnd(kSeed);
  int mapped = 0, refused = 0;
  for (int i = 0; i < 120; ++i) {
    const nn::ConvLayer layer = random_layer(rnd, 7);
    ChipSizes chip = random_chip(rnd);
    chip.iact_bank_words = rnd.in(1, 8);
    chip.io_fifo_words = rnd.in(1, 8);
    chip.psum_bank_words = rnd.in(1, 20);
    chip.weight_data_words = rnd.in(2, 24);
    chip.iact_data_entries = rnd.in(4, 14);
    const std::string where = "seed " + std::to_string(kSeed) + " case " + std::to_string(i) +
                              ": " + print(layer.geo) + " on " + print(chip) + "\n";
    try {
      const Mapping mp = mapper::map_layer(layer, chip, rnd.share());
      ASSERT_EQ(overrun(layer, mp, chip), "") << where << text(mp);
      ++mapped;
    } catch (const UserError& e) {
      ++refused;
      ASSERT_EQ(any_legal(layer, chip), "") << where << e.what();
    }
  }
  EXPECT_GT(mapped, 50);
  EXPECT_GT(refused, 10);
}

/// overrun() and why_illegal() must agree on mappings nobody searched for. (windows and e_block
/// beyond the layer are left out: the rules take them at their word, the checker plays what is
/// left.)
TEST(MapLayer, TheCheckerAndTheRulesAgreeOnArbitraryMappings) {
  constexpr unsigned kSeed = 303;
  Random rnd(kSeed);
  int legal = 0, illegal = 0;
  for (int i = 0; i < 1500; ++i) {
    const nn::ConvLayer layer = random_layer(rnd, 5);
    const ChipSizes chip = random_chip(rnd);
    Mapping mp;
    mp.csc = rnd.in(0, 1) == 0;
    mp.c0 = rnd.in(1, 6);
    mp.m0 = rnd.in(1, 10);
    mp.turned = rnd.in(0, 3) == 0;
    const int kernel_w = mp.turned ? layer.geo.kernel_h : layer.geo.kernel_w;
    const int out_w = mp.turned ? layer.geo.out_h : layer.geo.out_w;
    if (rnd.in(0, 1) == 0) mp.s0 = rnd.in(1, kernel_w);
    if (rnd.in(0, 1) == 0) mp.f0 = rnd.in(1, out_w);
    mp.windows = rnd.in(1, std::min(4, mp.f0 == 0 ? out_w : mp.f0));
    mp.weight_double_buffer = rnd.in(0, 3) == 0;
    mp.chain = rnd.in(0, 3) == 0 ? rnd.in(1, 3) : 1;
    mp.e_block = rnd.in(1, 3);
    for (mapper::AxisSplit* axis : {&mp.mesh_rows, &mp.mesh_cols, &mp.pe_cols}) {
      const int which = rnd.in(0, 4);
      int* const factors[] = {&axis->g, &axis->n, &axis->e, &axis->m, &axis->e};
      *factors[which] = rnd.in(1, 3);
    }
    mp.e_block = std::min(mp.e_block, mapper::derive(layer.geo, mp, chip).te);
    mp.m_block = rnd.in(1, 4);
    mp.iact_source = static_cast<mapper::IactSource>(rnd.in(0, 2));
    if (rnd.in(0, 2) == 0) mp.iact_mode = static_cast<mapper::NocMode>(rnd.in(0, 3));
    if (rnd.in(0, 2) == 0) mp.weight_mode = static_cast<mapper::NocMode>(rnd.in(0, 3));
    const std::string rules = mapper::why_illegal(layer, mp, chip);
    const std::string brute = overrun(layer, mp, chip);
    ASSERT_EQ(rules.empty(), brute.empty()) << "seed " << kSeed << " case " << i << ": rules '"
                                            << rules << "' checker '" << brute << "'\n"
                                            << print(layer.geo) << " on " << print(chip) << "\n"
                                            << text(mp);
    (brute.empty() ? legal : illegal)++;
  }
  EXPECT_GT(legal, 100);
  EXPECT_GT(illegal, 100);
}

TEST(MapLayer, IsDeterministic) {
  Random rnd(404);
  for (int i = 0; i < 20; ++i) {
    const nn::ConvLayer layer = random_layer(rnd, 7);
    const ChipSizes chip = random_chip(rnd);
    std::string first, second;
    try {
      first = text(mapper::map_layer(layer, chip));
      second = text(mapper::map_layer(layer, chip));
    } catch (const UserError&) {
      continue;
    }
    EXPECT_EQ(first, second) << "case " << i;
  }
}

TEST(MapLayer, DescribesWhatItFound) {
  const nn::ConvLayer layer = make_layer({1, 1, 8, 8, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1}, 0.5, 5);
  const Mapping mp = mapper::map_layer(layer, ChipSizes{});
  const std::string text_of_it = mapper::describe(layer.geo, mp, ChipSizes{});
  for (const char* level : {"DRAM", "GLB", "NoC", "PEs", "SPad"})
    EXPECT_NE(text_of_it.find(level), std::string::npos) << text_of_it;
  EXPECT_LE(std::count(text_of_it.begin(), text_of_it.end(), '\n'), 6);
}

std::string refusal(const LayerShape& shape, const ChipSizes& chip) {
  try {
    mapper::map_layer(make_layer(shape, 1.0, 1), chip);
  } catch (const UserError& e) {
    return e.what();
  }
  return {};
}

TEST(MapLayer, ALayerThatCannotFitIsRefusedWithTheLimit) {
  // Not even one window of one iact, a word and its header, fits a bank.
  ChipSizes thin;
  thin.iact_bank_words = 1;
  thin.io_fifo_words = 0;
  const std::string rows = refusal({1, 1, 8, 1000, 4, 4, 1, 1, 1, 1, 0, 0, 0, 0}, thin);
  EXPECT_NE(rows.find("glb.iact_bank_words"), std::string::npos) << rows;
  EXPECT_EQ(rows.find('\n'), std::string::npos);
}

struct Shaped {
  const char* name;
  LayerShape shape;
};

/// The same signal along the height and along the width takes as long: the same mapping, one of them
/// turned, whichever way round is the better one.
TEST(MapLayer, ASignalIsMappedAlikeAlongEitherAxis) {
  const nn::ConvLayer row = make_layer({1, 1, 1, 600, 8, 8, 1, 9, 1, 1, 0, 4, 0, 4}, 0.6, 3);
  const nn::ConvLayer column = make_layer({1, 1, 600, 1, 8, 8, 9, 1, 1, 1, 4, 0, 4, 0}, 0.6, 3);
  Mapping along_column = mapper::map_layer(column, ChipSizes{});
  Mapping along_row = mapper::map_layer(row, ChipSizes{});
  EXPECT_NE(along_column.turned, along_row.turned);
  EXPECT_EQ(overrun(column, along_column, ChipSizes{}), "");
  EXPECT_EQ(overrun(row, along_row, ChipSizes{}), "");
  const nn::ConvGeometry& turned_geo = along_column.turned ? column.geo : row.geo;
  EXPECT_NE(
      mapper::describe(turned_geo, along_column.turned ? along_column : along_row, ChipSizes{})
          .find("turned"),
      std::string::npos);
  along_column.turned = along_row.turned = false;
  EXPECT_EQ(text(along_column), text(along_row));
}

/// What does not fit a PE or a bank as a whole is cut: the limit that remains is the chip's.
TEST(MapLayer, LongThinAndWideLayersFitTheDefaultChip) {
  const std::vector<Shaped> layers = {
      {"kernel 48 along the width", {1, 1, 1, 130, 10, 4, 1, 48, 1, 1, 0, 0, 0, 0}},
      {"kernel 256 along the width", {1, 1, 1, 300, 2, 3, 1, 256, 1, 1, 0, 0, 0, 0}},
      {"kernel 256 along the height", {1, 1, 300, 1, 2, 3, 256, 1, 1, 1, 0, 0, 0, 0}},
      {"speech: 16000 samples, 80 taps", {1, 1, 1, 16000, 1, 8, 1, 80, 4, 4, 0, 0, 0, 0}},
      {"keyword spotting", {1, 1, 49, 10, 1, 64, 10, 4, 2, 2, 4, 1, 5, 1}},
      {"rows of 3000 with many channels", {1, 1, 4, 3000, 64, 16, 3, 3, 1, 1, 1, 1, 1, 1}},
      {"a prime row", {1, 1, 1, 3001, 32, 33, 1, 1, 1, 1, 0, 0, 0, 0}},
      {"depthwise along the width", {1, 24, 1, 500, 24, 24, 1, 65, 1, 1, 0, 32, 0, 32}},
      {"17 x 17", {1, 1, 20, 20, 1, 1, 17, 17, 1, 1, 0, 0, 0, 0}},
      {"dilation 12", {1, 1, 33, 33, 8, 8, 3, 3, 1, 1, 12, 12, 12, 12, 12, 12}},
  };
  for (const Shaped& l : layers) {
    const nn::ConvLayer layer = make_layer(l.shape, 0.7, 9);
    const Mapping mp = mapper::map_layer(layer, ChipSizes{});
    EXPECT_EQ(mapper::why_illegal(layer, mp, ChipSizes{}), "") << l.name << "\n" << text(mp);
    EXPECT_EQ(overrun(layer, mp, ChipSizes{}), "") << l.name << "\n" << text(mp);
  }
}

TEST(MapLayer, BadArgumentsAreUserErrors) {
  nn::ConvLayer layer = make_layer({1, 1, 4, 4, 4, 4, 1, 1, 1, 1, 0, 0, 0, 0}, 1.0, 1);
  EXPECT_THROW(mapper::map_layer(layer, ChipSizes{}, 1.5), UserError);
  EXPECT_THROW(mapper::map_layer(layer, ChipSizes{}, -0.1), UserError);
  layer.geo.groups = 3;
  EXPECT_THROW(mapper::map_layer(layer, ChipSizes{}), UserError);
}

TEST(MapLayer, TheModeFollowsFromWhatTheZeroPointLetsSkip) {
  const LayerShape shape = {1, 1, 16, 16, 32, 32, 3, 3, 1, 1, 1, 1, 1, 1};
  const auto mode = [&](double weight_density, int zero_point) {
    nn::ConvLayer layer = make_layer(shape, weight_density, 5);
    layer.in = {1.0, zero_point, true};
    return mapper::map_layer(layer, ChipSizes{}).csc;
  };
  for (const int real_zeros : {-128, 0}) EXPECT_TRUE(mode(1.0, real_zeros)) << real_zeros;
  for (const int none : {-127, -4, 1, 83, 127}) {
    EXPECT_FALSE(mode(1.0, none)) << none << ": nothing to skip, and pairs are longer";
    EXPECT_TRUE(mode(0.3, none)) << none << ": zero weights are still skipped";
  }
}

}  // namespace
}  // namespace uvea::tb
