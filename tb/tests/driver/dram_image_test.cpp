// The DRAM image: nothing lies on anything else, descriptors lead from job to job, who reads what.

#include "sw/driver/dram_image.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sw/driver/descriptor.h"
#include "sw/user_error.h"

namespace uvea::driver {
namespace {

const mapper::ChipSizes kSizes;

/// A 1x1 layer, 4x4x8 -> 4x4x8.
nn::ConvLayer conv() {
  nn::ConvLayer layer;
  layer.geo.in_h = layer.geo.out_h = layer.geo.in_w = layer.geo.out_w = 4;
  layer.geo.in_c = layer.geo.out_c = 8;
  layer.in = layer.out = {1.0, -128, true};
  for (int i = 0; i < 64; ++i) layer.weights.push_back(static_cast<std::int16_t>(i % 7 - 3));
  layer.bias.assign(8, 1);
  layer.requant.assign(8, {1 << 30, 0});
  return layer;
}

mapper::Mapping mapping(int c0, int m0) {
  mapper::Mapping m;
  m.c0 = c0;
  m.m0 = m0;
  return m;
}

nn::Tensor input() {
  nn::Tensor tensor;
  tensor.shape = {1, 4, 4, 8};
  tensor.quant = {1.0, -128, true};
  for (int i = 0; i < 128; ++i) tensor.bytes.push_back(static_cast<std::uint8_t>(i * 37));
  return tensor;
}

/// Jobs in a row on one layer, each reading raw what the one before wrote in blocks of its M0.
struct Row {
  nn::ConvLayer layer = conv();
  std::vector<LayerJob> jobs;
  explicit Row(int count) {
    for (int i = 0; i < count; ++i) {
      LayerJob job{&layer, mapping(2, 4), plan_alone(layer, mapping(2, 4), false, false),
                   kJobBefore};
      if (i > 0) job.tensors.iact.block = 4;
      jobs.push_back(job);
    }
  }
};

struct Span {
  std::uint64_t first, end;
};

/// Everything that an image puts somewhere.
std::vector<Span> spans(const DramImage& image) {
  std::vector<Span> all;
  for (const Region& region : image.writes)
    all.push_back({region.address, region.address + region.bytes.size()});
  for (const LayerPlace& layer : image.layers)
    all.push_back({layer.oact.layout().base, layer.oact.layout().base + layer.oact.bytes()});
  return all;
}

/// Empty when all spans are aligned, apart from each other and in the DRAM.
std::string why_badly_placed(std::vector<Span> all, const DramImage& image) {
  std::sort(all.begin(), all.end(), [](const Span& a, const Span& b) { return a.first < b.first; });
  std::uint64_t end = 1;
  for (const Span& span : all) {
    if (span.first < end) return "overlaps or lies at 0: " + std::to_string(span.first);
    if (span.first % static_cast<std::uint64_t>(kSizes.dram_align_bytes) != 0)
      return "not aligned: " + std::to_string(span.first);
    end = span.end;
  }
  return end > image.bytes ? "past the end" : "";
}

/// The `next` field of the descriptor at an address (docs/memory_map.md: words 1 and 2).
std::uint64_t next_of(const DramImage& image, std::uint64_t descriptor) {
  for (const Region& region : image.writes) {
    if (region.address != descriptor) continue;
    EXPECT_EQ(region.bytes.size(), kDescriptorBytes);
    std::uint64_t next = 0;
    for (std::size_t b = 0; b < 8; ++b) next |= std::uint64_t{region.bytes[4 + b]} << (8 * b);
    return next;
  }
  ADD_FAILURE() << "no descriptor at " << descriptor;
  return 0;
}

TEST(DramImage, OneLayer) {
  const Row row(1);
  const DramImage image = make_dram_image(row.jobs, input(), kSizes);
  EXPECT_EQ(why_badly_placed(spans(image), image), "");
  EXPECT_EQ(image.bytes % (1 << 20), 0u);
  const LayerPlace& layer = image.layers.at(0);
  EXPECT_EQ(next_of(image, layer.descriptor), 0u);
  EXPECT_TRUE(layer.starts_chain);
  const auto laid = std::find_if(image.writes.begin(), image.writes.end(), [&](const Region& r) {
    return r.address == layer.iact.layout().base;
  });
  ASSERT_NE(laid, image.writes.end());
  EXPECT_EQ(layer.iact.read(laid->bytes).bytes, input().bytes);
}

TEST(DramImage, AChainReadsWhereTheOneBeforeWrote) {
  const Row row(3);
  const DramImage image = make_dram_image(row.jobs, input(), kSizes);
  EXPECT_EQ(why_badly_placed(spans(image), image), "");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(next_of(image, image.layers[i].descriptor),
              i == 2 ? 0 : image.layers[i + 1].descriptor);
    EXPECT_EQ(image.layers[i].starts_chain, i == 0);
    if (i == 0) continue;
    EXPECT_EQ(image.layers[i].iact.layout().base, image.layers[i - 1].oact.layout().base);
  }
}

TEST(DramImage, AJobMayReadWhatAnEarlierOneLeft) {
  Row row(3);
  row.jobs[2].producer = 0;
  const DramImage image = make_dram_image(row.jobs, input(), kSizes);
  EXPECT_EQ(image.layers[2].iact.layout().base, image.layers[0].oact.layout().base);
  EXPECT_EQ(next_of(image, image.layers[1].descriptor), image.layers[2].descriptor);
}

TEST(DramImage, TheChainEndsWhereTheHostHasToWrite) {
  Row row(3);
  row.jobs[1].producer = kHost;
  const DramImage image = make_dram_image(row.jobs, input(), kSizes);
  EXPECT_EQ(next_of(image, image.layers[0].descriptor), 0u);
  EXPECT_TRUE(image.layers[1].starts_chain);
  EXPECT_EQ(next_of(image, image.layers[1].descriptor), image.layers[2].descriptor);
  auto all = spans(image);
  const TensorPlace& left_free = image.layers[1].iact;
  all.push_back({left_free.layout().base, left_free.layout().base + left_free.bytes()});
  EXPECT_EQ(why_badly_placed(all, image), "");
}

TEST(DramImage, TheCheckSeesWhatOverlaps) {
  const Row row(2);
  DramImage image = make_dram_image(row.jobs, input(), kSizes);
  image.writes[1].address = image.writes[0].address;
  EXPECT_NE(why_badly_placed(spans(image), image), "");
}

std::string refusal(const std::vector<LayerJob>& jobs, const nn::Tensor& in) {
  try {
    make_dram_image(jobs, in, kSizes);
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "";
}

TEST(DramImage, Refusals) {
  EXPECT_EQ(refusal({}, input()), "there is no layer to lay into DRAM");
  Row row(2);
  row.jobs[1].tensors.iact.block = 3;
  EXPECT_EQ(refusal(row.jobs, input()), "layer 1 does not read what the one before it writes");
  row.jobs[1].producer = 0;
  EXPECT_EQ(refusal(row.jobs, input()), "layer 1 does not read what layer 0 writes");
  row.jobs[1].producer = 1;
  EXPECT_EQ(refusal(row.jobs, input()), "layer 1 reads from layer 1, expected one before it");
  nn::Tensor other = input();
  other.bytes.pop_back();
  EXPECT_NE(refusal(Row(1).jobs, other), "");
  Row cut(1);
  cut.jobs[0].mapping.f0 = 2;
  cut.jobs[0].tensors.oact_csc = true;
  EXPECT_THROW(make_dram_image(cut.jobs, input(), kSizes), UserError);
}

TEST(ChipJobs, SayWhoWritesTheIactsOfEachLayer) {
  nn::Network network;
  network.layers.push_back({"a", {0}, 1, conv()});
  network.layers.push_back({"pool", {1}, 2, nn::HostLayer{}});
  network.layers.push_back({"b", {2}, 3, conv()});
  network.layers.push_back({"c", {3}, 4, conv()});
  network.layers.push_back({"d", {3}, 5, conv()});
  const std::vector<mapper::Mapping> mappings(5, mapping(2, 4));
  const ChipJobs chip = chip_jobs(network, mappings);
  EXPECT_EQ(chip.layers, (std::vector<std::size_t>{0, 2, 3, 4}));
  std::vector<int> producers;
  for (const LayerJob& job : chip.jobs) producers.push_back(job.producer);
  EXPECT_EQ(producers, (std::vector<int>{kHost, kHost, 1, 1}));
  const DramImage image = make_dram_image(chip.jobs, input(), kSizes);
  EXPECT_EQ(image.layers[3].iact.layout().base, image.layers[1].oact.layout().base);
}

}  // namespace
}  // namespace uvea::driver
