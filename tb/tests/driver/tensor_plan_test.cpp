// Which tensors lie in DRAM as their producer wrote them, and which the host lays anew.

#include "sw/driver/tensor_plan.h"

#include <gtest/gtest.h>

namespace uvea::driver {
namespace {

/// A chip layer 4x4x8 -> 4x4x8 by a 1x1 kernel, reading tensor `in`.
nn::Layer conv(int in, int out) {
  nn::ConvLayer layer;
  layer.geo.in_h = layer.geo.out_h = layer.geo.in_w = layer.geo.out_w = 4;
  layer.geo.in_c = layer.geo.out_c = 8;
  layer.in = layer.out = {1.0, -128, true};
  return {"conv", {in}, out, layer};
}

nn::Layer flattening(int in, int out) {
  nn::ConvLayer layer;
  layer.kind = nn::ConvKind::fully_connected;
  layer.geo.in_c = 128;
  layer.geo.out_c = 3;
  layer.in = layer.out = {1.0, -128, true};
  return {"fc", {in}, out, layer};
}

mapper::Mapping mapping(int c0, int m0) {
  mapper::Mapping m;
  m.c0 = c0;
  m.m0 = m0;
  return m;
}

struct Planned {
  nn::Network network;
  std::vector<mapper::Mapping> mappings;
  std::vector<TensorPlan> plans() const { return plan_tensors(network, mappings); }
};

Planned two(nn::Layer second) {
  Planned p;
  p.network.layers = {conv(0, 1), std::move(second)};
  p.mappings = {mapping(4, 5), mapping(2, 3)};
  return p;
}

TEST(TensorPlan, ALayerReadsWhatTheOneBeforeWroteWhereItLies) {
  const auto plans = two(conv(1, 2)).plans();
  EXPECT_EQ(plans[0].iact.block, 4) << "the host lays the input by C0";
  EXPECT_TRUE(plans[0].oact_csc);
  EXPECT_EQ(plans[1].iact.block, 5) << "the producer's M0";
  EXPECT_EQ(plans[1].iact.group, 8);
  EXPECT_TRUE(plans[1].iact.csc);
  EXPECT_EQ(plans[1].relaid, "");
  EXPECT_FALSE(plans[1].oact_csc) << "nothing on the chip reads it";
}

TEST(TensorPlan, WhatIsFlattenedIsLaidAnew) {
  const auto plans = two(flattening(1, 2)).plans();
  EXPECT_EQ(plans[1].relaid, "written as 1x4x4x8, read as 1x1x1x128");
  EXPECT_EQ(plans[1].iact.block, 2);
  EXPECT_EQ(plans[1].iact.group, 128);
  EXPECT_FALSE(plans[0].oact_csc) << "the host reads it";
}

TEST(TensorPlan, WhatIsReadTheOtherWayTurnedIsLaidAnew) {
  Planned p = two(conv(1, 2));
  p.mappings[1].turned = true;
  EXPECT_EQ(p.plans()[1].relaid, "written not turned, read turned");
  EXPECT_EQ(p.plans()[1].iact.block, 2);
  p.mappings[0].turned = true;
  EXPECT_EQ(p.plans()[1].relaid, "");
  EXPECT_EQ(p.plans()[1].iact.block, 5);
}

TEST(TensorPlan, AHostLayerBetweenIsTheProducer) {
  Planned p = two(conv(2, 3));
  p.network.layers.insert(p.network.layers.begin() + 1,
                          nn::Layer{"reshape", {1}, 2, nn::HostLayer{nn::host::Reshape{}}});
  p.mappings.insert(p.mappings.begin() + 1, mapper::Mapping{});
  const auto plans = p.plans();
  EXPECT_EQ(plans[2].relaid, "");
  EXPECT_EQ(plans[2].iact.block, 2);
  EXPECT_FALSE(plans[0].oact_csc);
}

TEST(TensorPlan, AllReadersOfATensorReadItInOneForm) {
  // One that takes it compressed and one that does not: raw, for both.
  Planned p = two(conv(1, 2));
  p.network.layers.push_back(conv(1, 3));
  p.mappings.push_back(mapping(3, 2));
  EXPECT_TRUE(p.plans()[0].oact_csc);
  p.mappings[2].csc = false;
  const auto plans = p.plans();
  EXPECT_FALSE(plans[0].oact_csc);
  for (const std::size_t reader : {1U, 2U}) {
    EXPECT_FALSE(plans[reader].iact.csc);
    EXPECT_EQ(plans[reader].iact.block, 5);
  }
}

TEST(TensorPlan, AProducerThatCutsRowsWritesRawAndIsReadRaw) {
  Planned p = two(conv(1, 2));
  p.mappings[0].f0 = 2;
  EXPECT_FALSE(p.plans()[0].oact_csc);
  EXPECT_FALSE(p.plans()[1].iact.csc);
}

}  // namespace
}  // namespace uvea::driver
