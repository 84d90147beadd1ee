// Host layers and a batch: those that would mix images are refused by name, the others give each
// image what it gets alone.

#include <gtest/gtest.h>

#include <random>

#include "sw/nn/arithmetic/host_ops.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/user_error.h"

namespace uvea::nn {
namespace {

constexpr unsigned kSeed = 71;
constexpr int kBatch = 3;
const Quantization kQuant{0.1, 3, true};

/// One host layer; `constant` is a second operand, when it has elements.
struct Single {
  HostLayer op;
  Shape in, out;
  Tensor constant = {};
};

Network network_of(const Single& single) {
  Network network;
  network.tensors = {{"in", single.in, kQuant}, {"out", single.out, kQuant}};
  Layer layer;
  layer.name = "single";
  layer.inputs = {0};
  layer.output = 1;
  layer.op = single.op;
  if (!single.constant.bytes.empty()) {
    network.tensors.push_back({"constant", single.constant.shape, kQuant});
    network.constants[2] = single.constant;
    layer.inputs.push_back(2);
  }
  network.layers = {layer};
  network.inputs = {0};
  network.outputs = {1};
  return network;
}

Tensor random_tensor(const Shape& shape, std::mt19937& random) {
  Tensor t{shape, kQuant, {}};
  for (std::size_t i = 0; i < shape.elements(); ++i)
    t.bytes.push_back(static_cast<std::uint8_t>(random()));
  return t;
}

TEST(HostBatch, ImagesStayApart) {
  std::mt19937 random(kSeed);
  std::printf("seed %u\n", kSeed);
  const std::vector<Single> layers = {
      {host::Binary{}, {1, 2, 3}, {1, 2, 3}, random_tensor({3}, random)},
      {host::Binary{host::BinaryOp::mul, {}},
       {1, 2, 3},
       {1, 2, 3},
       random_tensor({1, 2, 1}, random)},
      {host::Prelu{}, {1, 2, 2, 3}, {1, 2, 2, 3}, random_tensor({1, 1, 3}, random)},
      {host::Transpose{{0, 2, 1}}, {1, 2, 3}, {1, 3, 2}},
      {host::Slice{{0, 1}, {1, 1}, {1, 2}}, {1, 4}, {1, 2}},
      {host::Mean{{1}}, {1, 4, 3}, {1, 3}},
      {host::Pad{{0, 1}, 3}, {1, 3}, {1, 5}},
      {host::Reshape{}, {1, 4, 3}, {4, 3}},
      {host::Softmax{}, {1, 5}, {1, 5}},
      {host::SpaceToDepth{2}, {1, 4, 4, 1}, {1, 2, 2, 4}},
      {host::Spread{2, 3}, {1, 2, 2, 3}, {1, 3, 4, 3}},
  };
  for (const Single& single : layers) {
    SCOPED_TRACE(host_layer_name(single.op));
    const Network one = network_of(single);
    Network many = one;
    set_batch(many, kBatch);
    const Shape& in = many.tensors[0].shape;
    const Tensor images = random_tensor(in, random);
    const auto together = run_reference(many, {images})[1].bytes;
    std::vector<std::uint8_t> apart;
    const std::size_t bytes = single.in.elements();
    for (std::size_t i = 0; i < kBatch; ++i) {
      const auto from = images.bytes.begin() + static_cast<std::ptrdiff_t>(i * bytes);
      const Tensor image{single.in, kQuant, {from, from + static_cast<std::ptrdiff_t>(bytes)}};
      const auto out = run_reference(one, {image})[1].bytes;
      apart.insert(apart.end(), out.begin(), out.end());
    }
    EXPECT_EQ(together, apart);
  }
}

TEST(HostBatch, LayersThatMixImagesAreRefusedByName) {
  std::mt19937 random(kSeed);
  const std::vector<Single> layers = {
      {host::Binary{}, {2, 3}, {2, 3}, random_tensor({2, 3}, random)},
      {host::Binary{}, {3}, {2, 3}, random_tensor({2, 3}, random)},
      {host::Transpose{{1, 0}}, {1, 3}, {3, 1}},
      {host::Slice{{1}, {1}, {1}}, {2}, {1}},
      {host::Slice{{1}, {-1}, {2}}, {2}, {2}},
      {host::Mean{{0}}, {1, 3}, {3}},
      {host::ArgMax{0}, {1, 3}, {3}},
      {host::Concat{0}, {1, 3}, {2, 3}, random_tensor({1, 3}, random)},
      {host::Concat{1}, {1, 3}, {1, 6}, random_tensor({1, 3}, random)},
      {host::Pack{0}, {3}, {2, 3}, random_tensor({3}, random)},
      {host::Pad{{1, 0}, 3}, {1, 3}, {2, 3}},
      {host::Softmax{}, {5}, {5}},
      {host::SpaceToBatch{2, 2}, {1, 4, 4, 1}, {4, 2, 2, 1}},
      {host::BatchToSpace{2, 2}, {4, 2, 2, 1}, {1, 4, 4, 1}},
  };
  for (const Single& single : layers) {
    SCOPED_TRACE(host_layer_name(single.op));
    Network network = network_of(single);
    set_batch(network, 1);
    try {
      set_batch(network, kBatch);
      ADD_FAILURE() << "accepted";
    } catch (const UserError& error) {
      const std::string text = error.what();
      EXPECT_NE(text.find("single (" + host_layer_name(single.op) + ")"), std::string::npos)
          << text;
    }
  }
}

}  // namespace
}  // namespace uvea::nn
