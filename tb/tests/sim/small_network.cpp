#include "tb/tests/sim/small_network.h"

#include <random>
#include <string>

namespace uvea::test {
namespace {

using Random = std::mt19937_64;

int draw(Random& random, int low, int high) {
  return std::uniform_int_distribution(low, high)(random);
}

nn::ConvLayer random_layer(Random& random, int size, int in_c, int out_c) {
  nn::ConvLayer layer;
  nn::ConvGeometry& geo = layer.geo;
  geo.in_h = geo.in_w = geo.out_h = geo.out_w = size;
  geo.in_c = in_c;
  geo.out_c = out_c;
  geo.kernel_h = geo.kernel_w = draw(random, 0, 1) == 0 ? 1 : 3;
  geo.pad_top = geo.pad_left = geo.kernel_h / 2;
  layer.in = layer.out = {1.0, -128, true};
  const int weights = out_c * geo.kernel_h * geo.kernel_w * in_c;
  for (int i = 0; i < weights; ++i)
    layer.weights.push_back(
        static_cast<std::int16_t>(draw(random, 0, 2) == 0 ? 0 : draw(random, -20, 30)));
  for (int m = 0; m < out_c; ++m) {
    layer.bias.push_back(draw(random, -2000, 2000));
    layer.requant.push_back({(1 << 30) + draw(random, 0, 1 << 29), -5});
  }
  return layer;
}

}  // namespace

nn::Network small_network(std::uint64_t seed, int layers, int host_after) {
  Random random(seed);
  nn::Network network;
  network.name = "small network of seed " + std::to_string(seed);
  const int size = draw(random, 6, 9);
  int channels = draw(random, 4, 16);
  const auto add_tensor = [&] {
    nn::TensorInfo info;
    info.name = "tensor " + std::to_string(network.tensors.size());
    info.shape = {1, size, size, channels};
    info.quant = {1.0, -128, true};
    network.tensors.push_back(info);
    return static_cast<int>(network.tensors.size()) - 1;
  };
  int last = add_tensor();
  network.inputs = {last};
  for (int i = 0; i < layers; ++i) {
    const int out_c = draw(random, 4, 16);
    nn::ConvLayer layer = random_layer(random, size, channels, out_c);
    channels = out_c;
    const int output = add_tensor();
    network.layers.push_back({"conv" + std::to_string(i + 1), {last}, output, std::move(layer)});
    last = output;
    if (i + 1 != host_after) continue;
    const int relu = add_tensor();
    network.layers.push_back({"relu", {last}, relu, nn::HostLayer{nn::host::Relu{}}});
    last = relu;
  }
  network.outputs = {last};
  return network;
}

std::vector<nn::Tensor> small_input(const nn::Network& network, std::uint64_t seed) {
  Random random(seed);
  std::vector<nn::Tensor> inputs;
  for (const int input : network.inputs) {
    const nn::TensorInfo& info = network.tensors[static_cast<std::size_t>(input)];
    nn::Tensor& tensor = inputs.emplace_back();
    tensor.shape = info.shape;
    tensor.quant = info.quant;
    for (std::size_t i = 0; i < info.bytes(); ++i)
      tensor.bytes.push_back(static_cast<std::uint8_t>(draw(random, 0, 255)));
  }
  return inputs;
}

}  // namespace uvea::test
