// Layers of published networks on the default chip: a mapping is found, it is legal, it uses the
// PEs.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "sw/mapper/cost.h"
#include "sw/mapper/mapping.h"
#include "sw/mapper/mapping_file.h"
#include "tb/tests/mapper/brute_force.h"

namespace uvea::tb {
namespace {

using mapper::ChipSizes;
using mapper::Mapping;

struct Known {
  const char* name;
  int in, in_c, out_c, kernel, stride, pad_low, pad_high, groups;
  double weight_density, iact_density;
};

/// AlexNet 227, grouped.
const std::vector<Known> kAlexNet = {{"CONV1", 227, 3, 96, 11, 4, 0, 0, 1, 1.0, 1.0},
                                     {"CONV2", 27, 96, 256, 5, 1, 2, 2, 2, 1.0, 0.808},
                                     {"CONV3", 13, 256, 384, 3, 1, 1, 1, 1, 1.0, 0.366},
                                     {"CONV4", 13, 384, 384, 3, 1, 1, 1, 2, 1.0, 0.276},
                                     {"CONV5", 13, 384, 256, 3, 1, 1, 1, 2, 1.0, 0.298},
                                     {"FC6", 6, 256, 4096, 6, 1, 0, 0, 1, 1.0, 0.289},
                                     {"FC7", 1, 4096, 4096, 1, 1, 0, 0, 1, 1.0, 0.169},
                                     {"FC8", 1, 4096, 1000, 1, 1, 0, 0, 1, 1.0, 0.188}};

/// The pruned one.
const std::vector<Known> kSparseAlexNet = {{"CONV1", 227, 3, 96, 11, 4, 0, 0, 1, 0.404, 1.0},
                                           {"CONV2", 27, 96, 256, 5, 1, 2, 2, 2, 0.114, 0.808},
                                           {"CONV3", 13, 256, 384, 3, 1, 1, 1, 1, 0.049, 0.366},
                                           {"CONV4", 13, 384, 384, 3, 1, 1, 1, 2, 0.061, 0.276},
                                           {"CONV5", 13, 384, 256, 3, 1, 1, 1, 2, 0.092, 0.298},
                                           {"FC6", 6, 256, 4096, 6, 1, 0, 0, 1, 0.086, 0.289},
                                           {"FC7", 1, 4096, 4096, 1, 1, 0, 0, 1, 0.086, 0.169},
                                           {"FC8", 1, 4096, 1000, 1, 1, 0, 0, 1, 0.2, 0.188}};

/// MobileNet v1, width 0.5, 128 x 128.
const std::vector<Known> kMobileNet = {{"CONV1", 128, 3, 16, 3, 2, 0, 1, 1, 0.713, 0.995},
                                       {"DW1", 64, 16, 16, 3, 1, 1, 1, 16, 0.569, 0.613},
                                       {"PW1", 64, 16, 32, 1, 1, 0, 0, 1, 0.404, 0.522},
                                       {"DW2", 64, 32, 32, 3, 2, 0, 1, 32, 0.847, 0.635},
                                       {"PW2", 32, 32, 64, 1, 1, 0, 0, 1, 0.756, 0.809},
                                       {"DW3", 32, 64, 64, 3, 1, 1, 1, 64, 0.915, 0.740},
                                       {"PW3", 32, 64, 64, 1, 1, 0, 0, 1, 0.876, 0.707},
                                       {"DW4", 32, 64, 64, 3, 2, 0, 1, 64, 0.997, 0.658},
                                       {"PW4", 16, 64, 128, 1, 1, 0, 0, 1, 0.911, 0.845},
                                       {"DW5", 16, 128, 128, 3, 1, 1, 1, 128, 0.882, 0.853},
                                       {"PW5", 16, 128, 128, 1, 1, 0, 0, 1, 0.946, 0.605},
                                       {"DW6", 16, 128, 128, 3, 2, 0, 1, 128, 1.0, 0.636},
                                       {"PW6", 8, 128, 256, 1, 1, 0, 0, 1, 0.919, 0.817},
                                       {"DW7", 8, 256, 256, 3, 1, 1, 1, 256, 0.943, 0.883},
                                       {"PW7", 8, 256, 256, 1, 1, 0, 0, 1, 0.930, 0.600},
                                       {"DW12", 8, 256, 256, 3, 2, 0, 1, 256, 0.997, 0.484},
                                       {"PW12", 4, 256, 512, 1, 1, 0, 0, 1, 0.957, 0.757},
                                       {"DW13", 4, 512, 512, 3, 1, 1, 1, 512, 0.996, 0.502},
                                       {"PW13", 4, 512, 512, 1, 1, 0, 0, 1, 0.966, 0.597},
                                       {"FC", 1, 512, 1000, 1, 1, 0, 0, 1, 0.976, 0.738}};

/// The widest and the heaviest of VGG-16.
const std::vector<Known> kVgg = {{"CONV1_1", 224, 3, 64, 3, 1, 1, 1, 1, 1.0, 1.0},
                                 {"CONV1_2", 224, 64, 64, 3, 1, 1, 1, 1, 1.0, 0.5},
                                 {"CONV3_2", 56, 256, 256, 3, 1, 1, 1, 1, 0.3, 0.4},
                                 {"CONV5_3", 14, 512, 512, 3, 1, 1, 1, 1, 1.0, 0.2}};

nn::ConvLayer layer_of(const Known& k) {
  return make_layer({1, k.groups, k.in, k.in, k.in_c, k.out_c, k.kernel, k.kernel, k.stride,
                     k.stride, k.pad_low, k.pad_low, k.pad_high, k.pad_high},
                    k.weight_density, 9);
}

/// PEs that get work in the fullest moment.
std::int64_t pes_used(const nn::ConvGeometry& geo, const Mapping& mp, const ChipSizes& sizes) {
  const mapper::Derived d = mapper::derive(geo, mp, sizes);
  return std::int64_t{std::min(d.v, d.q)} * std::min(d.split_g, geo.groups) *
         std::min(d.split_n, geo.batch) * std::min(d.split_e, d.row_tiles) *
         std::min(d.split_m, d.m_tiles);
}

/// Maps, checks, and returns the estimate. UVEA_SHOW=1 prints a line for every layer.
mapper::Estimate map_and_check(const Known& k, std::int64_t least_pes) {
  const nn::ConvLayer layer = layer_of(k);
  const ChipSizes sizes;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const Mapping mp = mapper::map_layer(layer, sizes, k.iact_density);
  const std::string err = testing::internal::GetCapturedStderr();
  EXPECT_EQ(testing::internal::GetCapturedStdout() + err, "") << "a library must not print";
  const std::string text = mapper::to_text({{k.name, mp}});
  EXPECT_EQ(mapper::why_illegal(layer, mp, sizes), "") << text;
  EXPECT_EQ(overrun(layer, mp, sizes), "") << text;
  EXPECT_GE(pes_used(layer.geo, mp, sizes), least_pes) << text;
  const mapper::Estimate cost = mapper::estimate(layer, mp, sizes, k.iact_density);
  const double ideal = static_cast<double>(layer.geo.macs()) / 384.0;
  if (std::getenv("UVEA_SHOW") != nullptr)
    std::cout << k.name << ": cycles / ideal " << cost.cycles / ideal << ", PEs "
              << pes_used(layer.geo, mp, sizes) << ", DRAM kB " << cost.dram_bytes / 1000 << "\n"
              << mapper::describe(layer.geo, mp, sizes);
  // No layer can beat the MACs that have neither operand zero.
  EXPECT_GE(cost.cycles, 0.5 * ideal * k.weight_density * k.iact_density) << text;
  return cost;
}

/// Fully connected layers are bound by the weight ports, which half of the PEs can keep busy; 13
/// output rows over 192 PEs leave some without work.
std::int64_t least_pes(const Known& k) {
  if (std::string(k.name).rfind("FC", 0) == 0) return 96;
  return k.in == 13 ? 156 : 180;
}

TEST(KnownLayers, AlexNet) {
  for (const Known& k : kAlexNet) map_and_check(k, least_pes(k));
}

TEST(KnownLayers, SparseAlexNet) {
  for (const Known& k : kSparseAlexNet) map_and_check(k, least_pes(k));
}

TEST(KnownLayers, Vgg) {
  for (const Known& k : kVgg) map_and_check(k, least_pes(k));
}

TEST(KnownLayers, MobileNetPointwiseLayersComeWithinThreeTimesThePeak) {
  int counted = 0;
  for (const Known& k : kMobileNet) {
    const mapper::Estimate cost = map_and_check(k, least_pes(k));
    if (std::string(k.name).rfind("PW", 0) != 0) continue;
    ++counted;
    EXPECT_LE(cost.cycles, 3.0 * static_cast<double>(layer_of(k).geo.macs()) / 384.0) << k.name;
  }
  EXPECT_EQ(counted, 9);
}

TEST(KnownLayers, DepthwiseLayersRunRawOneChannelToAPe) {
  const Known dw{"DW7", 8, 256, 256, 3, 1, 1, 1, 256, 0.943, 0.883};
  const Mapping mp = mapper::map_layer(layer_of(dw), ChipSizes{}, dw.iact_density);
  EXPECT_FALSE(mp.csc);
  EXPECT_EQ(mp.c0, 1);
  EXPECT_EQ(mp.m0, 1);
}

TEST(KnownLayers, SparseWeightsMakeTheTileLarger) {
  Known k{"PW", 16, 128, 128, 1, 1, 0, 0, 1, 1.0, 0.6};
  const ChipSizes sizes;
  const Mapping dense = mapper::map_layer(layer_of(k), sizes, k.iact_density);
  const double dense_cycles = mapper::estimate(layer_of(k), dense, sizes, k.iact_density).cycles;
  k.weight_density = 0.3;
  const Mapping sparse = mapper::map_layer(layer_of(k), sizes, k.iact_density);
  EXPECT_TRUE(sparse.csc);
  EXPECT_LT(mapper::estimate(layer_of(k), sparse, sizes, k.iact_density).cycles, dense_cycles);
}

/// VGG-16 FC6: more than 100 million weights.
TEST(KnownLayers, TheLargestFullyConnectedLayer) {
  const Known fc6{"FC6", 1, 25088, 4096, 1, 1, 0, 0, 1, 0.1, 0.3};
  map_and_check(fc6, least_pes(fc6));
}

}  // namespace
}  // namespace uvea::tb
