#include "sw/mapper/cache.h"

#include <cstring>

namespace uvea::mapper {
namespace {

std::int64_t bits_of(double value) {
  std::int64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// What the mapper looks at: shape, kind, how iacts are represented and expected, where weights are
/// zero (a bit each, so that two layers are never taken for each other).
std::vector<std::int64_t> content_of(const nn::ConvLayer& layer, const IactForecast& iacts) {
  const nn::ConvGeometry& g = layer.geo;
  std::vector<std::int64_t> key{g.batch,    g.groups,   g.in_h,       g.in_w,
                                g.in_c,     g.out_h,    g.out_w,      g.out_c,
                                g.kernel_h, g.kernel_w, g.stride_h,   g.stride_w,
                                g.pad_top,  g.pad_left, g.dilation_h, g.dilation_w};
  key.push_back(static_cast<std::int64_t>(layer.kind));
  key.push_back(layer.in.zero_point);
  key.push_back(layer.in.is_signed ? 1 : 0);
  key.push_back(bits_of(iacts.density));
  key.push_back(iacts.block);
  key.push_back(static_cast<std::int64_t>(layer.weights.size()));
  // Without CSC tiles (one channel a group) zeros change nothing.
  if (g.in_c_per_group() == 1 && (g.groups > 1 || layer.kind == nn::ConvKind::depthwise))
    return key;
  std::int64_t mask = 0;
  for (std::size_t i = 0; i < layer.weights.size(); ++i) {
    mask = mask * 2 + (layer.weights[i] != 0 ? 1 : 0);
    if (i % 32 == 31 || i + 1 == layer.weights.size()) {
      key.push_back(mask);
      mask = 0;
    }
  }
  return key;
}

}  // namespace

const Found& MappingCache::find(const nn::ConvLayer& layer, const IactForecast& iacts) {
  const auto [at, fresh] = found_.try_emplace(content_of(layer, iacts));
  if (fresh) {
    try {
      at->second = find_mappings(layer, sizes_, iacts, options_);
    } catch (...) {
      found_.erase(at);
      throw;
    }
  }
  return at->second;
}

}  // namespace uvea::mapper
