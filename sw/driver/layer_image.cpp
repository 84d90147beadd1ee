#include "sw/driver/layer_image.h"

#include <algorithm>
#include <numeric>

#include "sw/driver/descriptor.h"
#include "sw/nn/iact_code.h"
#include "sw/nn/turned.h"

namespace uvea::driver {
namespace {

void push_bytes(std::vector<std::uint8_t>& bytes, std::uint32_t value, int count) {
  for (int b = 0; b < count; ++b)
    bytes.push_back(static_cast<std::uint8_t>((value >> (8 * b)) & 0xFFU));
}

/// The weights of tile (g, mt, q) as columns, the way a PE walks its window; columns between
/// dilated taps, and past the last filter column, are zero.
std::vector<std::int16_t> tile_weights(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                                       const mapper::Derived& d, int g, int mt, int q) {
  const nn::ConvGeometry& geo = layer.geo;
  const int c_group = geo.in_c_per_group();
  const int m_group = geo.out_c_per_group();
  const int ct = q / geo.kernel_h / d.st;
  const int first_s = q / geo.kernel_h % d.st * d.s0;
  const int r = q % geo.kernel_h;
  std::vector<std::int16_t> tile(
      static_cast<std::size_t>(mapping.c0 * d.span) * static_cast<std::size_t>(mapping.m0), 0);
  for (int s = first_s; s < std::min(first_s + d.s0, geo.kernel_w); ++s) {
    const int column = (s - first_s) * geo.dilation_w * mapping.c0;
    for (int i = 0; i < mapping.c0; ++i) {
      const int c = ct * mapping.c0 + i;
      if (c >= c_group) break;
      for (int j = 0; j < mapping.m0; ++j) {
        const int m = mt * mapping.m0 + j;
        if (m >= m_group) break;
        tile[static_cast<std::size_t>((column + i) * mapping.m0 + j)] =
            layer.weights[layer.weight_index(g * m_group + m, r, s, c)];
      }
    }
  }
  return tile;
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
  const mapper::Derived d = mapper::derive(layer.geo, mapping, sizes);
  const csc::Widths widths{sizes.weight_bits, sizes.count_bits};
  const int word_bytes = csc::word_bytes(widths);
  LayerImage image;
  for (int g = 0; g < layer.geo.groups; ++g) {
    for (int mt = 0; mt < d.m_tiles; ++mt) {
      for (int q = 0; q < d.q; ++q) {
        const auto words =
            csc::encode_weights(tile_weights(layer, mapping, d, g, mt, q), mapping.c0 * d.span,
                                mapping.m0, mapping.csc, widths);
        push_bytes(image.weight_table, static_cast<std::uint32_t>(image.weights.size()), 4);
        push_bytes(image.weight_table, static_cast<std::uint32_t>(words.size()), 4);
        for (const std::uint32_t word : words) push_bytes(image.weights, word, word_bytes);
      }
    }
  }
  append_params(layer, image.params);
  return image;
}

}  // namespace uvea::driver
