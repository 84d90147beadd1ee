// SCALE-Sim topologies: every form of the file, and what is assumed.

#include <gtest/gtest.h>

#include <algorithm>

#include "sw/nn/tables/table_import.h"
#include "sw/user_error.h"

namespace uvea::nn {
namespace {

constexpr const char* kHead =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,";

Network read(const std::string& text) { return load_table_text(text, "t.csv", {}); }

bool noted(const Network& net, const std::string& part) {
  return std::any_of(net.notices.begin(), net.notices.end(), [&part](const std::string& notice) {
    return notice.find(part) != std::string::npos;
  });
}

void refused(const std::string& text, const std::string& part) {
  try {
    read(text);
    ADD_FAILURE() << "accepted: " << text;
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(ScaleSim, ConvForm) {
  const Network net = read(std::string(kHead) +
                           "\n,,,,,,,,\nConv 1, 24, 20, 3, 5, 7, 8, 1,\nConv 1,9,9,3,3,8,4,2,#x\n");
  ASSERT_EQ(net.layers.size(), 2U);
  const ConvGeometry& g = net.layers[0].conv().geo;
  EXPECT_EQ(net.layers[0].name, "Conv_1");
  EXPECT_EQ(net.layers[1].name, "Conv_1_2");
  EXPECT_EQ(g.in_h, 24);
  EXPECT_EQ(g.in_w, 20);
  EXPECT_EQ(g.kernel_h, 3);
  EXPECT_EQ(g.kernel_w, 5);
  EXPECT_EQ(g.in_c, 7);
  EXPECT_EQ(g.out_c, 8);
  EXPECT_EQ(g.out_h, 22);
  EXPECT_EQ(g.out_w, 16);
  EXPECT_EQ(g.pad_top + g.pad_left, 0);
  EXPECT_EQ(net.layers[1].conv().geo.stride_w, 2);
  EXPECT_TRUE(noted(net, "no padding"));
  EXPECT_TRUE(noted(net, "2 layer names changed"));
  EXPECT_FALSE(noted(net, "rounded up"));
}

/// ceil((ifmap - filter + stride) / stride), as SCALE-Sim's topology_utils.py computes outputs.
TEST(ScaleSim, OutputsAreRoundedUpAsThere) {
  const Network net = read(std::string(kHead) + "\nA,224,224,11,11,3,96,4,\nB,56,57,1,1,8,4,2,\n");
  const ConvGeometry& a = net.layers[0].conv().geo;
  EXPECT_EQ(a.out_h, 55);  // ceil((224 - 11 + 4) / 4)
  EXPECT_EQ(a.pad_top, 0);
  EXPECT_TRUE(noted(net, "2 row or column counts of outputs rounded up"));
  // Window 29 of B's rows would lie outside the ifmap.
  EXPECT_EQ(net.layers[1].conv().geo.out_h, 28);
  EXPECT_EQ(net.layers[1].conv().geo.out_w, 29);
  EXPECT_TRUE(noted(net, "1 row or column counts of outputs rounded down"));
}

TEST(ScaleSim, OtherColumns) {
  Network net = read(
      "\xef\xbb\xbfLayer name,\xc2\xa0IFMAP height,ifmap width,filter height,filter width,channels,"
      "num filter,stride height,Stride width,batch size,Sparsity,Eh\n"
      "A,9,12,3,3,4,5,1,3,2,1:4,1\n");
  const ConvGeometry& g = net.layers[0].conv().geo;
  EXPECT_EQ(g.stride_h, 1);
  EXPECT_EQ(g.stride_w, 3);
  EXPECT_EQ(g.batch, 2);
  EXPECT_EQ(net.table.at(0).weight, 0.25);
  EXPECT_TRUE(noted(net, "columns not read: Eh"));
  // A header seen in the wild: by position all the same.
  net = read(
      "Layer, IFMAP Width, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
      "Strides,\nA,9,12,3,2,4,5,1,\n");
  EXPECT_EQ(net.layers[0].conv().geo.in_w, 12);
  net = read(std::string(kHead) + "\nConv_DP_1,9,9,3,3,4,2,1,\n");
  EXPECT_EQ(net.layers[0].conv().kind, ConvKind::depthwise);
  EXPECT_EQ(net.layers[0].conv().geo.out_c, 8);
}

TEST(ScaleSim, Products) {
  Network net = read("Layer,M,N,K,Sparsity,\nA, 3, 5, 16, 3:4,\nB,7,2,4,,\n");
  const ConvGeometry& a = net.layers[0].conv().geo;
  EXPECT_EQ(a.in_h * a.in_w, 3);
  EXPECT_EQ(a.out_c, 5);
  EXPECT_EQ(a.in_c, 16);
  EXPECT_EQ(net.table.at(0).weight, 0.75);
  EXPECT_EQ(net.table.at(1).weight, 1.0);
  // Conv form of a product: one filter row as wide as the ifmap.
  net = read(std::string(kHead) + "\nA,1024,1600,1,1600,1,4800,1,\n");
  const ConvGeometry& g = net.layers[0].conv().geo;
  EXPECT_EQ(g.in_h * g.in_w, 1024);
  EXPECT_EQ(g.in_c, 1600);
  EXPECT_EQ(g.out_c, 4800);
  EXPECT_EQ(g.macs(), std::int64_t{1024} * 1600 * 4800);
  EXPECT_TRUE(noted(net, "1 layers with one filter row"));
}

TEST(ScaleSim, MistakesNameTheFilesOwnColumns) {
  const std::string head = std::string(kHead) + "\n";
  refused(head + "A,B,9,3,3,1,1,1,\n", "t.csv:2: \"IFMAP Height\" is \"B\"");
  refused(head + "A,9,9,3,3,1,1,0,\n", "\"Strides\" is \"0\"");
  refused(head + "A,9,9,30,3,1,1,1,\n", "output has no height");
  refused(head + "A,9,9,3,3,1,1,1,5,\n", "row has 9 fields, expected 8");
  refused("L,M,N,K,Sparsity\nA,1,2,3,5:4\n", "sparsity is \"5:4\"");
  refused("L,M,N,K\nA,1,,3\n", "\"N\" is \"\"");
}

TEST(ScaleSim, ConvertedReadsAsTheSame) {
  const std::string text = std::string(kHead) + "\nA b,224,224,7,7,3,64,2,\nB,8,16,1,16,2,5,1,\n";
  const LayerTable table = layer_table_from_csv(text, "t.csv");
  const Network direct = build_table(table, "t", {});
  const Network again = load_table_text(to_text(table), "t", {});
  ASSERT_EQ(direct.layers.size(), again.layers.size());
  for (std::size_t i = 0; i < direct.layers.size(); ++i) {
    EXPECT_EQ(direct.layers[i].name, again.layers[i].name);
    EXPECT_EQ(direct.layers[i].conv().geo.macs(), again.layers[i].conv().geo.macs());
    EXPECT_EQ(direct.layers[i].conv().geo.out_h, again.layers[i].conv().geo.out_h);
  }
}

}  // namespace
}  // namespace uvea::nn
