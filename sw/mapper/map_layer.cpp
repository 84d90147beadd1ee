// Which way round a layer runs: as it stands, or with height and width exchanged.

#include "sw/mapper/cost.h"
#include "sw/mapper/limits.h"
#include "sw/mapper/mapping.h"
#include "sw/mapper/search.h"
#include "sw/nn/turned.h"
#include "sw/user_error.h"

namespace uvea::mapper {
namespace {

/// Whether exchanging height and width makes another layer, by more than the padding.
bool changes_when_turned(const nn::ConvGeometry& g) {
  return g.in_h != g.in_w || g.out_h != g.out_w || g.kernel_h != g.kernel_w ||
         g.stride_h != g.stride_w || g.dilation_h != g.dilation_w;
}

}  // namespace

Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts) {
  if (const std::string bad = why_bad_layer(layer, sizes.limits); !bad.empty())
    throw UserError(bad);
  if (!(iacts.density >= 0.0 && iacts.density <= 1.0))
    throw UserError("iact density " + std::to_string(iacts.density) + ", expected 0 to 1");
  const Mapping upright = search_upright(layer, sizes, iacts);
  if (!changes_when_turned(layer.geo)) return upright;
  const nn::ConvLayer other = nn::turned(layer);
  const auto cycles = [&](const nn::ConvLayer& way, const Mapping& mapping) {
    return cycle_step(CostModel(way, sizes, iacts).estimate(mapping).cycles);
  };
  try {
    Mapping turned = search_upright(other, sizes, iacts);
    if (cycles(other, turned) >= cycles(layer, upright)) return upright;
    turned.turned = true;
    return turned;
  } catch (const UserError&) {
    return upright;  // fits one way only
  }
}

Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes) {
  return map_layer(layer, sizes, IactForecast::unknown_density);
}

}  // namespace uvea::mapper
