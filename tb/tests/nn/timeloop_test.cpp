// Timeloop problems: every form of the file, and what stops a hostile one.

#include "sw/nn/tables/timeloop.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sw/nn/tables/table_import.h"
#include "sw/user_error.h"

namespace uvea::nn {
namespace {

Network read(const std::string& text) {
  return build_table(layer_table_from_timeloop_text(text, "p.yaml"), "p", {});
}

void refused(const std::string& text, const std::string& part) {
  try {
    read(text);
    ADD_FAILURE() << "accepted: " << text.substr(0, 200);
  } catch (const UserError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

bool noted(const Network& net, const std::string& part) {
  return std::any_of(net.notices.begin(), net.notices.end(), [&part](const std::string& notice) {
    return notice.find(part) != std::string::npos;
  });
}

constexpr const char* kShape =
    "  shape:\n    name: Mine\n    dimensions: [C, K, R, S, N, P, Q]\n    data_spaces:\n"
    "    - name: Inputs\n      projection:\n      - [[N]]\n      - [[C]]\n"
    "      - [[R, Hdilation], [P, Hstride]]\n      - [[S, Wdilation], [Q, Wstride]]\n";

TEST(Timeloop, SizesUnderProblemOrInstance) {
  for (const char* text :
       {"problem:\n  shape: cnn-layer\n  C: 3\n  K: 64\n  R: 7\n  S: 5\n  P: 12\n  Q: 10\n  N: 2\n"
        "  Wstride: 2\n  Hstride: 3\n  Wdilation: 1\n  Hdilation: 2\n",
        "problem:\n  version: 0.4\n  instance: {C: 3, M: 64, R: 7, S: 5, P: 12, Q: 10, N: 2, "
        "Wstride: 2, Hstride: 3, Hdilation: 2}\n  shape: {name: CNN_Layer}\n"}) {
    const Network net = read(text);
    const ConvGeometry& g = net.layers.at(0).conv().geo;
    EXPECT_EQ(net.layers[0].name, "p");
    EXPECT_EQ(g.batch, 2);
    EXPECT_EQ(g.out_w, 12);
    EXPECT_EQ(g.out_h, 10);
    EXPECT_EQ(g.in_w, 11 * 2 + 6 + 1);
    EXPECT_EQ(g.in_h, 9 * 3 + 4 * 2 + 1);
    EXPECT_EQ(g.kernel_w, 7);
    EXPECT_EQ(g.kernel_h, 5);
    EXPECT_EQ(g.stride_w, 2);
    EXPECT_EQ(g.stride_h, 3);
    EXPECT_EQ(g.dilation_h, 2);
    EXPECT_EQ(g.dilation_w, 1);
    EXPECT_EQ(g.in_c, 3);
    EXPECT_EQ(g.out_c, 64);
    EXPECT_TRUE(noted(net, "no padding"));
  }
}

TEST(Timeloop, TheProjectionSaysWhichStrideIsWhose) {
  const ConvGeometry g =
      read("problem:\n" + std::string(kShape) +
           "  instance: {C: 3, K: 4, R: 3, S: 5, P: 7, Q: 9, Hstride: 2, Wdilation: 3}\n")
          .layers.at(0)
          .conv()
          .geo;
  EXPECT_EQ(g.stride_w, 2);    // P goes with Hstride there
  EXPECT_EQ(g.dilation_h, 3);  // S goes with Wdilation there
  EXPECT_EQ(g.out_w, 7);
  EXPECT_EQ(g.out_h, 9);
}

TEST(Timeloop, GroupsProductsDensities) {
  Network net = read(
      "problem:\n  instance: {C: 1, M: 1, G: 16, R: 3, S: 3, P: 8, Q: 8, densities: {Inputs: 0.25, "
      "Weights: {distribution: fixed_structured, density: 0.5}}}\n");
  EXPECT_EQ(net.layers[0].conv().kind, ConvKind::depthwise);
  EXPECT_EQ(net.layers[0].conv().geo.groups, 16);
  EXPECT_EQ(net.table.at(0).iact, 0.25);
  EXPECT_EQ(net.table.at(0).weight, 0.5);
  net = read("problem:\n  instance: {C: 4, M: 2, G: 3, P: 8}\n");
  EXPECT_EQ(net.layers[0].conv().geo.in_c, 12);
  EXPECT_EQ(net.layers[0].conv().geo.out_c, 6);
  net = read(
      "problem:\n  shape:\n    name: g\n    dimensions: [M, N, K]\n  instance: {M: 5, N: 6, K: "
      "7}\n");
  EXPECT_EQ(net.layers[0].conv().geo.in_w, 5);
  EXPECT_EQ(net.layers[0].conv().geo.in_c, 7);
  EXPECT_EQ(net.layers[0].conv().geo.out_c, 6);
}

TEST(Timeloop, SeveralLayersMergesAndOddKeys) {
  const Network net = read(
      "base: &base\n  shape: cnn-layer\n  instance: {R: 3, S: 3, C: 2}\n---\nproblem: {C: 2, K: 3, "
      "P: 4, Q: 4}\n---\n- problem: {C: 5, K: 3, P: 4, HStride: 2}\n- problem: {C: 6, K: 3, P: 4, "
      "Padding: 1}\n");
  ASSERT_EQ(net.layers.size(), 3U);
  EXPECT_EQ(net.layers[1].name, "p_2");
  EXPECT_EQ(net.layers[1].conv().geo.stride_h, 2);
  EXPECT_TRUE(noted(net, "HStride"));
  EXPECT_TRUE(noted(net, "keys not read: Padding"));
  const ConvGeometry g = read(
                             "base: &base\n  shape: cnn-layer\n  instance: {R: 3, S: 3, C: 2}\n"
                             "problem:\n  <<<: *base\n  instance: {C: 4, P: 5, Q: 6}\n")
                             .layers[0]
                             .conv()
                             .geo;
  EXPECT_EQ(g.kernel_h, 3);
  EXPECT_EQ(g.in_c, 4);
  EXPECT_EQ(g.out_w, 5);
}

TEST(Timeloop, MistakesAreNamedWithTheirLine) {
  refused("a: [", "p.yaml:");
  refused("", "has no problem");
  refused("architecture: {}\n", "has no problem");
  refused("problem: 3\n", "p.yaml:1: problem is no map");
  refused("problem:\n  C: 3\n  K: x\n", "p.yaml:3: K is \"x\"");
  refused("problem:\n  C: 3\n  K: 0\n", "K is \"0\"");
  refused("problem:\n  C: 3\n  K: 3\n  M: 3\n", "K and M");
  refused("problem:\n  version: 0.4\n", "has no sizes");
  refused("problem: {shape: mttkrp, C: 1}\n", "shape is \"mttkrp\"");
  refused("problem: {shape: {dimensions: [X]}, C: 1}\n", "dimension \"X\"");
  refused("problem: {C: 1, P: 20000}\n", "in_w of P, R, Wstride, Wdilation is \"20000\"");
  refused("problem: {C: 1, P: 2, densities: {Weights: 2}}\n", "density of the weights is \"2\"");
  refused("problem: {C: 1, P: 2, densities: {Weights: [2]}}\n", "density of Weights is no number");
  refused("{{include_text('x.yaml')}}\nproblem: {C: 1}\n", "template");
}

TEST(Timeloop, HostileFilesEnd) {
  // Aliases that multiply, in merges ten wide and ten deep.
  std::string bomb = "a0: &a0 {C: 1}\n";
  for (int i = 1; i <= 10; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + "\n  <<: [";
    for (int j = 0; j < 10; ++j) bomb += (j ? ", *a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  refused(bomb + "problem:\n  <<: *a10\n", "aliases or merges multiply");
  // What follows the end makes yaml-cpp find documents for ever.
  refused("problem: {C: 1}\n]\n", "p.yaml:2:");
  refused("problem: {C: 1}}\n", "p.yaml:1:");
  refused("problem: &p\n  <<: *p\n  C: 1\n", "p.yaml:");
  for (const char* nest : {"[", "{a: ", "- ", "? "}) {
    std::string deep = "problem: ";
    if (*nest == '-' || *nest == '?') deep = "";
    for (int i = 0; i < 20000; ++i) deep += nest;
    refused(deep, "p.yaml:");
  }
}

}  // namespace
}  // namespace uvea::nn
