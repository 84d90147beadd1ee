// Every rule of legality, broken alone: the message must name the limit, the value and what is
// allowed.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "sw/mapper/mapping.h"

namespace uvea::mapper {
namespace {

struct Case {
  nn::ConvLayer layer;
  Mapping mapping;
  ChipSizes sizes;
};

/// A pointwise layer, 32 -> 48 channels on 8 x 8, with a mapping that is legal.
Case pointwise() {
  Case c;
  c.layer.geo.in_h = c.layer.geo.in_w = c.layer.geo.out_h = c.layer.geo.out_w = 8;
  c.layer.geo.in_c = 32;
  c.layer.geo.out_c = 48;
  c.mapping.c0 = 8;
  c.mapping.m0 = 12;
  c.mapping.windows = 2;
  c.mapping.e_block = 2;
  c.mapping.mesh_rows.m = 4;
  c.mapping.mesh_cols.e = 2;
  c.mapping.pe_cols.e = 4;
  return c;
}

struct Rule {
  const char* name;
  std::function<void(Case&)> break_it;
  std::vector<std::string> words;  ///< all of them in the message
};

std::string why(const Case& c) { return why_illegal(c.layer, c.mapping, c.sizes); }

TEST(Legality, TheStartingPointIsLegal) {
  EXPECT_EQ(why(pointwise()), "");
  Case dense = pointwise();
  dense.mapping.csc = false;
  dense.sizes.sparse = false;
  EXPECT_EQ(why(dense), "");
}

TEST(Legality, EveryRuleIsNamedWhenBroken) {
  const std::vector<Rule> rules = {
      {"c0", [](Case& c) { c.mapping.c0 = 0; }, {"c0", "0", "at least 1"}},
      {"factor", [](Case& c) { c.mapping.pe_cols.n = -3; }, {"pe_cols", "at least 1"}},
      {"huge", [](Case& c) { c.mapping.m0 = 2000000000; }, {"m0", "2000000000", "1000000"}},
      {"huge factors",
       [](Case& c) { c.mapping.mesh_cols.g = c.mapping.mesh_cols.n = 2000000000; },
       {"mesh.cols", "at most 2"}},
      {"mesh rows", [](Case& c) { c.mapping.mesh_rows.e = 3; }, {"mesh.rows", "12", "at most 8"}},
      {"mesh cols", [](Case& c) { c.mapping.mesh_cols.m = 2; }, {"mesh.cols", "4", "at most 2"}},
      {"PE columns", [](Case& c) { c.mapping.pe_cols.e = 5; }, {"cluster.pe_cols", "5", "4"}},
      {"sparse", [](Case& c) { c.sizes.sparse = false; }, {"pe.kind", "csc", "raw"}},
      {"segment",
       [](Case& c) {
         c.mapping.c0 = 32;
         c.mapping.csc = false;
       },
       {"segment length", "32", "at most 31"}},
      {"columns",
       [](Case& c) {
         c.layer.geo.kernel_w = 4;
         c.mapping.csc = false;
       },
       {"weight columns", "32", "at most 31"}},
      {"header",
       [](Case& c) {
         c.mapping.c0 = 1;
         c.mapping.m0 = 1;
         c.mapping.windows = 16;
       },
       {"chunk header", "16", "at most 15"}},
      {"iact data",
       [](Case& c) { c.mapping.windows = 3; },
       {"pe.iact_data_entries", "24", "at most 16"}},
      {"iact address",
       [](Case& c) {
         c.mapping.c0 = 1;
         c.mapping.m0 = 1;
         c.mapping.windows = 10;
       },
       {"pe.iact_addr_entries", "10", "at most 9"}},
      {"weight address",
       [](Case& c) {
         c.mapping.c0 = 16;
         c.mapping.windows = 1;
         c.mapping.weight_double_buffer = true;
       },
       {"pe.weight_addr_entries", "half", "16", "at most 8"}},
      {"M0",
       [](Case& c) {
         c.mapping.m0 = 64;
         c.sizes.psum_entries = 999;
       },
       {"m0", "64", "at most 63"}},
      {"psum", [](Case& c) { c.mapping.m0 = 17; }, {"pe.psum_entries", "34", "at most 32"}},
      {"raw weights",
       [](Case& c) {
         c.mapping.csc = false;
         c.sizes.weight_data_words = 31;
       },
       {"pe.weight_data_words", "32", "at most 31"}},
      {"raw weights, halves",
       [](Case& c) {
         c.mapping.csc = false;
         c.mapping.weight_double_buffer = true;
         c.sizes.weight_data_words = 63;
       },
       {"pe.weight_data_words", "32", "at most 31"}},
      {"CSC weights",
       [](Case& c) { c.sizes.weight_data_words = 47; },
       {"pe.weight_data_words", "48", "at most 47"}},
      {"CSC column addresses of 7 bits",
       [](Case& c) {
         c.mapping.m0 = 32;
         c.sizes.psum_entries = 999;
         c.sizes.weight_data_words = 999;
       },
       {"pe.weight_data_words", "128", "at most 127"}},
      {"load of 255 words",
       [](Case& c) {
         c.mapping.csc = false;
         c.mapping.c0 = 16;
         c.mapping.windows = 1;
         c.mapping.m0 = 48;
         c.sizes.psum_entries = 999;
         c.sizes.weight_data_words = 999;
       },
       {"pe.weight_data_words", "256", "at most 255"}},
      {"chain",
       [](Case& c) {
         c.mapping.chain = 2;
         c.mapping.c0 = 4;
       },
       {"chain", "Q = 8", "V = 6"}},
      {"filter columns",
       [](Case& c) {
         c.layer.geo.kernel_w = 3;
         c.mapping.s0 = 4;
       },
       {"s0", "4", "kernel_w = 3"}},
      {"row tile", [](Case& c) { c.mapping.f0 = 9; }, {"f0", "9", "out_w = 8"}},
      {"a chunk without a window",
       [](Case& c) {
         c.mapping.f0 = 7;
         c.mapping.windows = 1;
       },
       {"f0", "1 windows", "7 chunks"}},
      {"dilated columns",
       [](Case& c) {
         c.layer.geo.kernel_w = 3;
         c.layer.geo.dilation_w = 2;
         c.mapping.csc = false;
       },
       {"weight columns", "40", "at most 31"}},
      {"chunk counter",
       [](Case& c) {
         c.layer.geo.out_w = 1000000;
         c.mapping.e_block = 40;
       },
       {"chunk counter", "20000000", "at most 16777215"}},
      {"psum bank",
       [](Case& c) { c.mapping.e_block = 9; },
       {"glb.psum_bank_words", "432", "at most 384"}},
      {"psum bank, M tiles together",
       [](Case& c) {
         c.layer.geo.out_c = 48 * 5;
         c.mapping.m_block = 5;
       },
       {"glb.psum_bank_words", "m_block", "480", "at most 384"}},
      {"m_block", [](Case& c) { c.mapping.m_block = 0; }, {"m_block", "0", "at least 1"}},
      {"weight buffers",
       [](Case& c) {
         c.mapping.weight_double_buffer = true;
         c.sizes.weight_buffers = 1;
       },
       {"pe.weight_buffers", "weight_double_buffer", "no"}},
      {"round",
       [](Case& c) {
         c.layer.geo.out_c = 96;
         c.mapping.m_block = 2;
         c.mapping.mesh_cols.e = 1;
         c.sizes.iact_bank_words = 250;
       },
       {"glb.iact_bank_words", "round", "288", "at most 250"}},
      {"stream",
       [](Case& c) { c.sizes.iact_bank_words = 71; },
       {"glb.iact_bank_words", "step", "4 rows of 36", "144", "at most 71"}},
      {"through",
       [](Case& c) { c.mapping.iact_source = IactSource::through; },
       {"glb.io_fifo_words", "144", "at most 128"}},
      {"resident",
       [](Case& c) {
         c.mapping.iact_source = IactSource::resident;
         c.mapping.mesh_cols.e = 1;
         c.mapping.e_block = 8;
         c.sizes.psum_bank_words = 999;
         c.sizes.iact_bank_words = 300;
       },
       {"glb.iact_bank_words", "resident", "396", "at most 300"}},
      {"vertical alone",
       [](Case& c) {
         c.mapping.mesh_rows.m = 1;
         c.mapping.iact_mode = NocMode::vertical;
       },
       {"iact_mode", "mesh_rows m > 1"}},
      {"vertical in a chain",
       [](Case& c) {
         c.mapping.chain = 2;
         c.mapping.iact_mode = NocMode::vertical;
       },
       {"iact_mode", "chain 1 (is 2)"}},
      {"horizontal",
       [](Case& c) { c.mapping.iact_mode = NocMode::horizontal; },
       {"iact_mode", "mesh_cols", "e2"}},
      {"broadcast",
       [](Case& c) { c.mapping.iact_mode = NocMode::broadcast; },
       {"iact_mode", "mesh_cols", "e2"}},
      {"vertical weights",
       [](Case& c) { c.mapping.weight_mode = NocMode::vertical; },
       {"weight_mode", "horizontal only"}},
      {"broadcast weights",
       [](Case& c) { c.mapping.weight_mode = NocMode::broadcast; },
       {"weight_mode", "horizontal only"}},
      {"horizontal weights",
       [](Case& c) {
         c.mapping.mesh_cols.e = 1;
         c.mapping.weight_mode = NocMode::horizontal;
       },
       {"weight_mode", "n x e > 1", "e1"}},
      {"serial through",
       [](Case& c) {
         c.sizes.serial_io = true;
         c.mapping.iact_source = IactSource::through;
       },
       {"iact_source", "through", "control.serial_io", "resident or stream"}},
      {"serial oacts",
       [](Case& c) {
         c.sizes.serial_io = true;
         c.sizes.psum_bank_words = 18;  // 90 bytes; a row tile of 8 x 12
         c.sizes.pe_rows = 4;           // a single pass: no psums there
       },
       {"glb.psum_bank_words", "96", "control.serial_io", "at most 90"}},
      {"layer", [](Case& c) { c.layer.geo.stride_h = 0; }, {"stride_h", "0", "1 to"}},
      {"layer dilation", [](Case& c) { c.layer.geo.dilation_w = 0; }, {"dilation_w", "0", "1 to"}},
      {"layer pad", [](Case& c) { c.layer.geo.pad_left = -1; }, {"pad_left", "-1", "0 to"}},
      {"groups", [](Case& c) { c.layer.geo.groups = 5; }, {"in_c", "32", "groups = 5"}},
      {"weights", [](Case& c) { c.layer.weights.resize(7); }, {"7 weights", "1536"}},
  };
  for (const Rule& rule : rules) {
    Case c = pointwise();
    rule.break_it(c);
    const std::string text = why(c);
    ASSERT_FALSE(text.empty()) << rule.name;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    for (const std::string& word : rule.words)
      EXPECT_NE(text.find(word), std::string::npos)
          << rule.name << ": '" << word << "' is not in: " << text;
  }
}

TEST(Legality, CscWeightsAreCountedFromTheValues) {
  Case c = pointwise();
  c.mapping.c0 = 8;
  c.mapping.m0 = 24;
  c.mapping.windows = 1;
  c.layer.weights.assign(48 * 32, 0);
  EXPECT_EQ(why(c), "");
  c.sizes.weight_data_words = 4;
  EXPECT_EQ(why(c), "");
  // Eight columns; one weight at the end of a tile, 23 zeros before it: an explicit zero goes
  // first.
  for (std::size_t i = 8; i < 16; ++i) c.layer.weights[23 * 32 + i] = 5;
  EXPECT_NE(why(c).find("= 8, allowed is at most 4"), std::string::npos) << why(c);
  c.sizes.weight_data_words = 8;
  EXPECT_EQ(why(c), "");
  // A second weight right before it moves the run: three entries, two words.
  for (std::size_t i = 8; i < 16; ++i) c.layer.weights[22 * 32 + i] = 5;
  EXPECT_NE(why(c).find("= 16, allowed is at most 8"), std::string::npos) << why(c);
  c.sizes.count_bits = 5;  // 22 zeros fit one count
  EXPECT_EQ(why(c), "");
}

TEST(Legality, StrideBeyondTheKernelNeedsOnlyTheKernelsColumns) {
  Case c = pointwise();
  c.layer.geo.stride_w = 5;
  c.layer.geo.in_w = 36;
  const Derived d = derive(c.layer.geo, c.mapping, c.sizes);
  EXPECT_EQ(d.seg_cols, 1);
  EXPECT_EQ(d.columns, 8);
  EXPECT_EQ(why(c), "");
}

TEST(Legality, PartsOfTheFilterAndOfTheRowFollowTheContract) {
  Case c = pointwise();
  c.layer.geo.kernel_h = 3;
  c.layer.geo.kernel_w = 5;
  c.layer.geo.dilation_w = 2;
  c.layer.geo.stride_w = 2;
  c.layer.geo.out_h = 4;
  c.layer.geo.out_w = 50;
  c.mapping.c0 = 4;
  c.mapping.s0 = 2;
  c.mapping.f0 = 20;
  c.mapping.windows = 3;
  const Derived d = derive(c.layer.geo, c.mapping, c.sizes);
  EXPECT_EQ(d.span, 3);
  EXPECT_EQ(d.seg_cols, 2);
  EXPECT_EQ(d.segments_per_window, 2);
  EXPECT_EQ(d.columns, 16);
  EXPECT_EQ(d.st, 3);
  EXPECT_EQ(d.ut, 24);
  EXPECT_EQ(d.q, 72);
  EXPECT_EQ(d.ft, 3);
  EXPECT_EQ(d.row_tiles, 12);
  EXPECT_EQ(d.te, 2);
  EXPECT_EQ(d.chunks, 7);
}

TEST(Legality, DeriveFollowsTheContract) {
  Case c = pointwise();
  c.layer.geo.kernel_h = 11;
  c.layer.geo.kernel_w = 11;
  c.layer.geo.stride_w = c.layer.geo.stride_h = 4;
  c.layer.geo.in_c = 3;
  c.layer.geo.out_h = c.layer.geo.out_w = 55;
  c.mapping.c0 = 1;
  const Derived d = derive(c.layer.geo, c.mapping, c.sizes);
  EXPECT_EQ(d.seg_cols, 4);
  EXPECT_EQ(d.segments_per_window, 3);
  EXPECT_EQ(d.segment_len, 4);
  EXPECT_EQ(d.columns, 12);
  EXPECT_EQ(d.ct, 3);
  EXPECT_EQ(d.q, 33);
  EXPECT_EQ(d.p, 11);
  EXPECT_EQ(d.split_e, 8);
  EXPECT_EQ(d.te, 7);
  EXPECT_EQ(d.te2, 4);
  EXPECT_EQ(d.m_tiles, 4);
  EXPECT_EQ(d.tm, 1);
  EXPECT_EQ(d.chunks, 28);
}

}  // namespace
}  // namespace uvea::mapper
