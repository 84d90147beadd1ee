#include "sw/driver/layer_image.h"

#include <numeric>

#include "sw/nn/iact_code.h"
#include "sw/nn/turned.h"

namespace uvea::driver {
namespace {

void push_bytes(std::vector<std::uint8_t>& bytes, std::uint32_t value, int count) {
  for (int b = 0; b < count; ++b)
    bytes.push_back(static_cast<std::uint8_t>((value >> (8 * b)) & 0xFFU));
}

void append_params(const nn::ConvLayer& layer, std::vector<std::uint8_t>& bytes) {
  const std::int64_t correction = nn::iact_code(layer.in).offset - layer.in.zero_point;
  const std::size_t per_channel = layer.weights.size() / layer.bias.size();
  for (std::size_t m = 0; m < layer.bias.size(); ++m) {
    const auto first = layer.weights.begin() + static_cast<std::ptrdiff_t>(m * per_channel);
    const std::int64_t sum =
        std::accumulate(first, first + static_cast<std::ptrdiff_t>(per_channel), std::int64_t{0});
    push_bytes(bytes, static_cast<std::uint32_t>(layer.bias[m] + correction * sum), 4);
    push_bytes(bytes, static_cast<std::uint32_t>(layer.requant[m].multiplier), 4);
    push_bytes(bytes, static_cast<std::uint32_t>(layer.requant[m].shift), 4);
  }
}

}  // namespace

LayerImage make_layer_image(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                            const mapper::ChipSizes& sizes) {
  if (mapping.turned) {
    mapper::Mapping upright = mapping;
    upright.turned = false;
    return make_layer_image(nn::turned(layer), upright, sizes);
  }
  LayerImage image;
  image.weights = make_weight_streams(layer, mapping, sizes);
  append_params(layer, image.params);
  return image;
}

}  // namespace uvea::driver
