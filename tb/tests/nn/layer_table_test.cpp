// The shipped layer tables against published figures, and what a table's reader takes and refuses.

#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "sw/nn/tables/table_import.h"
#include "sw/user_error.h"

namespace uvea::nn {
namespace {

Network shipped(const std::string& name, const TableOptions& options = {}) {
  return load_table(std::string(UVEA_NETWORKS_DIR) + "/" + name + ".csv", options);
}

std::int64_t macs_of(const Network& network, const std::string& prefix = "") {
  std::int64_t macs = 0;
  for (const Layer& layer : network.layers)
    if (layer.name.rfind(prefix, 0) == 0) macs += layer.conv().geo.macs();
  return macs;
}

std::int64_t weights_of(const ConvGeometry& g) {
  return std::int64_t{g.out_c} * g.kernel_h * g.kernel_w * g.in_c_per_group();
}

std::int64_t weights_of(const Network& network) {
  std::int64_t weights = 0;
  for (const Layer& layer : network.layers) weights += weights_of(layer.conv().geo);
  return weights;
}

TEST(LayerTables, AlexNetHasThePapersMacs) {
  const std::map<std::string, std::int64_t> published{
      {"CONV1", 105415200}, {"CONV2", 223948800}, {"CONV3", 149520384}, {"CONV4", 112140288},
      {"CONV5", 74760192},  {"FC6", 37748736},    {"FC7", 16777216},    {"FC8", 4096000}};
  for (const char* name : {"alexnet", "alexnet_sparse"}) {
    const Network network = shipped(name);
    std::map<std::string, std::int64_t> macs;
    for (const Layer& layer : network.layers) macs[layer.name] = layer.conv().geo.macs();
    EXPECT_EQ(macs, published) << name;
    EXPECT_NEAR(static_cast<double>(macs_of(network)), 724.4e6, 0.05e6);
    EXPECT_EQ(weights_of(network), 60954656);  // 60.95 M
  }
  const ConvGeometry conv2 = shipped("alexnet").layers[1].conv().geo;
  EXPECT_EQ(conv2.groups, 2);
  EXPECT_EQ(conv2.out_h, 27);
  EXPECT_EQ(conv2.pad_top, 2);
  EXPECT_EQ(shipped("alexnet").layers[0].conv().geo.out_h, 55);
}

TEST(LayerTables, PrunedAlexNetHasThePublishedNonZeros) {
  const Network network = shipped("alexnet_sparse");
  double non_zeros = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    non_zeros += static_cast<double>(weights_of(network.layers[i].conv().geo)) *
                 network.table.at(static_cast<int>(i)).weight;
  EXPECT_NEAR(non_zeros, 5.73e6, 0.005e6);
}

TEST(LayerTables, MobileNetHasThePapersMacsAndShapes) {
  for (const char* name : {"mobilenet_v1_0.5_128", "mobilenet_v1_0.5_128_sparse"}) {
    const Network network = shipped(name);
    EXPECT_EQ(macs_of(network, "CONV1"), 1769472) << name;
    EXPECT_EQ(macs_of(network, "DW"), 2838528) << name;
    EXPECT_EQ(macs_of(network, "PW"), 44040192) << name;
    EXPECT_EQ(macs_of(network, "FC"), 512000) << name;
    EXPECT_EQ(weights_of(network), 1319648) << name;
    // CONV1 3->16 at stride 2, then pairs; strides at the DW of pairs 2, 4, 6 and 12.
    const int channels[] = {16, 32, 64, 64, 128, 128, 256, 256, 256, 256, 256, 256, 512, 512};
    ASSERT_EQ(network.layers.size(), 1U + 2 * 13 + 1) << name;
    int side = 64;
    for (std::size_t pair = 1; pair <= 13; ++pair) {
      const ConvLayer& dw = network.layers[2 * pair - 1].conv();
      const ConvLayer& pw = network.layers[2 * pair].conv();
      const bool strided = pair == 2 || pair == 4 || pair == 6 || pair == 12;
      EXPECT_EQ(dw.kind, ConvKind::depthwise);
      EXPECT_EQ(dw.geo.in_h, side);
      EXPECT_EQ(dw.geo.stride_h, strided ? 2 : 1) << pair;
      side /= strided ? 2 : 1;
      EXPECT_EQ(dw.geo.out_w, side);
      EXPECT_EQ(dw.geo.in_c, channels[pair - 1]);
      EXPECT_EQ(dw.geo.groups, dw.geo.in_c);
      EXPECT_EQ(pw.geo.in_w, side);
      EXPECT_EQ(pw.geo.in_c, channels[pair - 1]);
      EXPECT_EQ(pw.geo.out_c, channels[pair]);
      EXPECT_EQ(pw.geo.kernel_h, 1);
    }
  }
}

TEST(LayerTables, OtherNetworksHaveTheirKnownSizes) {
  const struct {
    const char* name;
    std::int64_t macs, weights;
    std::size_t layers;
  } known[] = {{"vgg16", 15470264320, 138344128, 16},
               {"resnet50", 4089184256, 25502912, 54},
               {"mobilenet_v1_1.0_224", 568740352, 4209088, 28}};
  for (const auto& k : known) {
    const Network network = shipped(k.name);
    EXPECT_EQ(macs_of(network), k.macs) << k.name;
    EXPECT_EQ(weights_of(network), k.weights) << k.name;
    EXPECT_EQ(network.layers.size(), k.layers) << k.name;
  }
}

TEST(LayerTables, AllShippedOnesReadAndNameTheirSource) {
  int tables = 0;
  for (const TableInfo& info : list_networks(UVEA_NETWORKS_DIR)) {
    if (info.path.find(".csv") == std::string::npos) continue;
    ++tables;
    EXPECT_EQ(info.problem, "") << info.path;
    EXPECT_GT(info.source.size(), 40U) << info.path;
    EXPECT_EQ(info.macs, macs_of(shipped(info.name)));
  }
  EXPECT_GE(tables, 7);
}

TEST(LayerTables, BatchAndDensityAreOptions) {
  TableOptions options;
  options.batch = 3;
  options.weight_density = 0.3;
  const Network network = shipped("alexnet", options);
  EXPECT_EQ(macs_of(network), 3 * macs_of(shipped("alexnet")));
  EXPECT_EQ(network.tensors[0].shape.n(), 3);
  for (const auto& [layer, density] : network.table) {
    EXPECT_EQ(density.weight, 0.3) << layer;
    EXPECT_EQ(density.iact, shipped("alexnet").table.at(layer).iact) << layer;
  }
}

constexpr const char* kHead =
    "# source\n"
    "name,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,groups,macs,weight_density,"
    "iact_density\n";

Network read(const std::string& text) { return load_table_text(text, "t.csv", {}); }

TEST(LayerTables, PaddingAsTensorFlowPlacesIt) {
  const auto geo = [](const std::string& row) {
    return read(kHead + row + "\n").layers.at(0).conv().geo;
  };
  // 7 wide, kernel 4, stride 2, same: 4 out, 3 columns of padding, one of them in front.
  ConvGeometry g = geo("A,conv,7,7,1,1,4,4,2,same,1,256,1,1");
  EXPECT_EQ(g.out_w, 4);
  EXPECT_EQ(g.pad_left, 1);
  g = geo("A,conv,7,9,1,1,3,2,2,valid,1,72,1,1");
  EXPECT_EQ(g.out_h, 3);
  EXPECT_EQ(g.out_w, 4);
  EXPECT_EQ(g.pad_top, 0);
  g = geo("A,conv,5,5,1,1,3,3,1,2,1,441,1,1");
  EXPECT_EQ(g.out_h, 7);
  EXPECT_EQ(g.pad_left, 2);
  g = geo("A,fc,2,3,4,5,2,3,1,0,1,120,1,1");
  EXPECT_EQ(g.in_c, 24);
  EXPECT_EQ(g.in_h * g.in_w * g.kernel_h * g.kernel_w, 1);
}

TEST(LayerTables, ColumnsComeInAnyOrderAndOthersAreSkipped) {
  const Network network = read(
      "# source\r\n\r\nout_c,remark,type,name,in_h,in_w,in_c,kernel_w,kernel_h,stride,groups,pad,"
      "iact_density,weight_density,macs\r\n# a remark\r\n 6 ,x, "
      "conv,A,4,4,3,1,1,1,1,0,0.25,1,288\r\n");
  EXPECT_EQ(network.source.find("source") != std::string::npos, true) << network.source;
  EXPECT_EQ(network.layers.at(0).conv().geo.out_c, 6);
  EXPECT_EQ(network.table.at(0).iact, 0.25);
}

/// Each row is the second of the table, in line 4 of the text.
TEST(LayerTables, BadRowsNameFileLineAndColumn) {
  const struct {
    const char *row, *part;
  } bad[] = {
      {"A,conv,4,4,3,2,1,1,1,0,1,96,1,1", "name"},  // twice
      {",conv,4,4,3,2,1,1,1,0,1,96,1,1", "name is \"\""},
      {"B C,conv,4,4,3,2,1,1,1,0,1,96,1,1", "name is \"B C\""},
      {"B,pool,4,4,3,2,1,1,1,0,1,96,1,1", "expected conv, depthwise, fc or matmul"},
      {"B,conv,0,4,3,2,1,1,1,0,1,96,1,1", "in_h is \"0\""},
      {"B,conv,4,4x,3,2,1,1,1,0,1,96,1,1", "in_w is \"4x\""},
      {"B,conv,4,4,-3,2,1,1,1,0,1,96,1,1", "in_c is \"-3\""},
      {"B,conv,4,4,3,two,1,1,1,0,1,96,1,1", "out_c is \"two\""},
      {"B,conv,4,4,3,2,5,1,1,0,1,96,1,1", "output has no height"},
      {"B,conv,4,4,3,2,1,257,1,0,1,96,1,1", "kernel_w is \"257\""},
      {"B,conv,4,4,3,2,1,1,0,0,1,96,1,1", "stride is \"0\""},
      {"B,conv,4,4,3,2,1,1,1,some,1,96,1,1", "pad is \"some\""},
      {"B,conv,4,4,3,2,3,3,1,3,1,96,1,1", "expected less than the kernel's 3"},
      {"B,conv,4,4,3,2,1,1,1,0,2,96,1,1", "expected a divisor"},
      {"B,depthwise,4,4,4,4,1,1,1,0,2,96,1,1", "groups of depthwise is 2"},
      {"B,fc,4,4,3,2,1,1,1,0,1,96,1,1", "fc has kernel 1x1 on input 4x4"},
      {"B,fc,1,1,3,2,1,1,1,0,3,6,1,1", "groups of fc is 3"},
      {"B,conv,4,4,3,2,1,1,1,0,1,95,1,1", "macs is 95, expected 96"},
      {"B,conv,4,4,3,2,1,1,1,0,1,+96,1,1", "macs is \"+96\""},
      {"B,conv,,4,3,2,1,1,1,0,1,96,1,1", "in_h is \"\""},
      {"B,conv,4,4,3,2,1,1,,0,1,96,1,1", "stride is \"\""},
      {"B,conv,4,4,3,2,1,1,1,,1,96,1,1", "pad is \"\""},
      {"B,conv,4,4,3,2,1,1,1,0,1,96,1.0001,1", "weight_density is \"1.0001\""},
      {"B,conv,4,4,3,2,1,1,1,0,1,96,1,-0.1", "iact_density is \"-0.1\""},
      {"B,conv,4,4,3,2,1,1,1,0,1,96,nan,1", "weight_density is \"nan\""},
      {"B,conv,16384,16384,1048576,2,1,1,1,0,1,96,1,1", "elements"},
      {"B,conv,4,4,3,2,1,1,1,0,1,96,1", "13 fields, expected 14"},
      {"B,conv,4,4,3,2,1,1,1,0,1,96,1,1,1", "15 fields, expected 14"},
  };
  for (const auto& b : bad) {
    try {
      read(kHead + std::string("A,conv,4,4,3,2,1,1,1,0,1,96,1,1\n") + b.row + "\n");
      ADD_FAILURE() << "accepted: " << b.row;
    } catch (const UserError& error) {
      const std::string text = error.what();
      EXPECT_EQ(text.rfind("t.csv:4: ", 0), 0U) << b.row << "\n" << text;
      EXPECT_NE(text.find(b.part), std::string::npos) << b.row << "\n" << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }
  EXPECT_EQ(read(kHead + std::string("A,conv,4,4,3,2,1,1,1,0,1,96,1,1\n")).layers.size(), 1U);
}

TEST(LayerTables, BadTablesNameFileAndLine) {
  const std::string row = "A,conv,4,4,3,2,1,1,1,0,1,96,1,1\n";
  const std::pair<std::string, std::string> bad[] = {
      {"", "t.csv:1: file ends without a header"},
      {row, "t.csv:1: file ends without a row"},
      {row + row, "t.csv:1: column"},
      {"\xff\xfe" + row, "UTF-16"},
      {"# source\n", "without a header"},
      {kHead, "without a row"},
      {"# source\nname,type\nA,conv\n",
       "t.csv:2: column missing: in_h, in_w, in_c, out_c, kernel_h, kernel_w, stride, pad; found: "
       "name, type; "
       "expected at least name, type, in_h"},
      {"# source\nname,name\nA,conv\n", "there twice"},
      {"# so\x01urce\n" + row, "t.csv:1: comment has control characters"}};
  for (const auto& [text, part] : bad) {
    try {
      read(text);
      ADD_FAILURE() << "accepted: " << text;
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(load_table("/nonexistent/t.csv", {}), UserError);
  EXPECT_THROW(load_table("/", {}), UserError);
  EXPECT_THROW(list_networks("/nonexistent"), UserError);
}

}  // namespace
}  // namespace uvea::nn
