// Damaged layer tables of other tools: SCALE-Sim topologies and Timeloop problems. What is read is
// a network whose table, written out, reads as the same layers.

#include <gtest/gtest.h>

#include "sw/nn/tables/table_import.h"
#include "sw/nn/tables/timeloop.h"
#include "tb/tests/fuzz/mutants.h"

namespace uvea {
namespace {

using test::fuzz;

void holds_together(const nn::LayerTable& table) {
  const nn::Network network = nn::build_table(table, "mutant", {});
  ASSERT_FALSE(network.layers.empty());
  const nn::Network again = nn::load_table_text(nn::to_text(table), "mutant", {});
  ASSERT_EQ(again.layers.size(), network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const nn::ConvGeometry& geo = network.layers[i].conv().geo;
    const nn::ConvGeometry& other = again.layers[i].conv().geo;
    ASSERT_GT(geo.macs(), 0);
    ASSERT_LE(geo.macs(), nn::TableLimits::macs);
    // The last window begins inside of the padded input.
    ASSERT_LT((geo.out_h - 1) * geo.stride_h - geo.pad_top, geo.in_h);
    ASSERT_LT((geo.out_w - 1) * geo.stride_w - geo.pad_left, geo.in_w);
    ASSERT_EQ(other.macs(), geo.macs());
    ASSERT_EQ(other.pad_top, geo.pad_top);
    ASSERT_EQ(other.groups, geo.groups);
    ASSERT_EQ(again.layers[i].name, network.layers[i].name);
  }
}

void fuzz_csv(const std::string& sound, std::uint64_t seed) {
  holds_together(nn::layer_table_from_csv(sound, "sound.csv"));
  fuzz(sound, seed, [](const std::string& text) {
    holds_together(nn::layer_table_from_csv(text, "mutant.csv"));
  });
}

void fuzz_yaml(const std::string& sound, std::uint64_t seed) {
  holds_together(nn::layer_table_from_timeloop_text(sound, "sound.yaml"));
  fuzz(sound, seed, [](const std::string& text) {
    holds_together(nn::layer_table_from_timeloop_text(text, "mutant.yaml"));
  });
}

TEST(TableFuzz, EveryColumn) {
  fuzz_csv(
      "# s\nname,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,stride_w,dilation_h,pad,"
      "pad_top,m,k,n,groups,batch,macs,weight_density\n"
      "A,conv,19,24,6,8,3,5,1,2,2,1,0,,,,2,3,,0.5\nB,matmul,,,,,,,,,,,,40,30,20,3,2,144000,\n"
      "C,fc,3,3,2,4,,,,,,,,,,,,,72,1\nD,dw,9,9,4,8,3,3,2,,,same,,,,,,,,\n",
      71);
}

TEST(TableFuzz, ScaleSim) {
  fuzz_csv(
      "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
      "Strides, Sparsity,\nConv1, 224, 224, 7, 7, 3, 64, 2, 1:4,\nA_DP, 9, 9, 3, 3, 4, 2, 1, 2:4,\n"
      "QKT,1024,64,1,64,1,1024,1,1:1,\n",
      72);
  fuzz_csv("\xef\xbb\xbfLayer\tM\tN\tK\t\r\nQKT\t1024\t128\t64\t\r\nFC\t12\t34\t56\t\r\n", 73);
}

TEST(TableFuzz, Timeloop) {
  fuzz_yaml(
      "base: &base\n  shape:\n    name: CNN_Layer\n    dimensions: [C, M, R, S, N, P, Q, G]\n"
      "    data_spaces:\n    - name: Inputs\n      projection:\n      - - - N\n      - - - C\n"
      "      - - - R\n          - Wdilation\n        - - P\n          - Wstride\n      - - - S\n"
      "          - Hdilation\n        - - Q\n          - Hstride\n"
      "  instance: {N: 2, Hstride: 2}\nproblem:\n  <<<: *base\n  instance:\n    C: 3\n    M: 8\n"
      "    P: 12\n    Q: 9\n    R: 3\n    S: 5\n    G: 2\n"
      "    densities: {Inputs: {density: 0.25}, Weights: 0.5}\n",
      74);
  fuzz_yaml("- problem: {shape: gemm_ABZ, M: 12, N: 30, K: 8}\n- problem:\n    C: 1\n    K: 1\n",
            75);
}

}  // namespace
}  // namespace uvea
