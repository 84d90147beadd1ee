// Which way round a layer runs: as it stands, or with height and width exchanged.

#include <algorithm>
#include <utility>

#include "sw/mapper/certificate.h"
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

/// The best of both ways round; of equals those that are not turned.
Found both(Found upright, const Found& turned, const MapOptions& options) {
  for (Candidate candidate : turned.best) {
    candidate.mapping.turned = true;
    const auto at =
        std::upper_bound(upright.best.begin(), upright.best.end(), candidate,
                         [&](const Candidate& x, const Candidate& y) {
                           return score_of(x, options.objective) < score_of(y, options.objective);
                         });
    upright.best.insert(at, candidate);
  }
  if (upright.best.size() > static_cast<std::size_t>(options.best))
    upright.best.resize(static_cast<std::size_t>(options.best));
  Certificate& all = upright.certificate;
  if (turned.certificate.lower_bound > 0)
    all.lower_bound = std::min(all.lower_bound, turned.certificate.lower_bound);
  all.predicted = upright.best.front().cycles;
  all.visited += turned.certificate.visited;
  all.pruned += turned.certificate.pruned;
  return upright;
}

}  // namespace

Found find_mappings(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
                    const MapOptions& options) {
  if (const std::string bad = why_bad_layer(layer, sizes.limits); !bad.empty())
    throw UserError(bad);
  if (!(iacts.density >= 0.0 && iacts.density <= 1.0))
    throw UserError("iact density " + std::to_string(iacts.density) + ", expected 0 to 1");
  Found upright = search_upright(layer, sizes, iacts, options);
  if (!changes_when_turned(layer.geo)) return upright;
  try {
    const bool full = upright.best.size() >= static_cast<std::size_t>(options.best);
    const Score last = full ? score_of(upright.best.back(), options.objective) : Score{};
    const Found turned = search_upright(nn::turned(layer), sizes, iacts, options, last);
    return both(std::move(upright), turned, options);
  } catch (const UserError&) {
    return upright;  // fits one way only
  }
}

Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts) {
  return find_mappings(layer, sizes, iacts, {}).best.front().mapping;
}

Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes) {
  return map_layer(layer, sizes, IactForecast::unknown_density);
}

}  // namespace uvea::mapper
