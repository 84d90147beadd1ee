// Which way round a layer runs: as it stands, or with height and width exchanged.

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

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

/// A layer's search one way round, and what its mappings say of that.
struct WayRound {
  std::unique_ptr<LayerSearch> search;
  bool turned;

  Candidate of(Candidate candidate) const {
    candidate.mapping.turned = turned;
    return candidate;
  }
};

/// `all` joined by what another search found; of equals what was there stays before.
void join(Found& all, const std::vector<Candidate>& best, const WayRound& way,
          const MapOptions& options) {
  for (const Candidate& one : best) {
    const auto at =
        std::upper_bound(all.best.begin(), all.best.end(), one, [&](const auto& x, const auto& y) {
          return score_of(x, options.objective) < score_of(y, options.objective);
        });
    all.best.insert(at, way.of(one));
  }
  if (all.best.size() > static_cast<std::size_t>(options.best))
    all.best.resize(static_cast<std::size_t>(options.best));
}

/// The searches' certificates in one, but for cycles of a mapping.
Certificate certificate_of(const std::vector<WayRound>& ways) {
  Certificate sum;
  for (const WayRound& way : ways) {
    const Certificate one = way.search->certificate();
    if (one.lower_bound > 0)
      sum.lower_bound =
          sum.lower_bound == 0 ? one.lower_bound : std::min(sum.lower_bound, one.lower_bound);
    sum.visited += one.visited;
    sum.pruned += one.pruned;
  }
  return sum;
}

}  // namespace

Found find_mappings(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
                    const MapOptions& options) {
  if (const std::string bad = why_bad_layer(layer, sizes.limits); !bad.empty())
    throw UserError(bad);
  if (!(iacts.density >= 0.0 && iacts.density <= 1.0))
    throw UserError("iact density " + std::to_string(iacts.density) + ", expected 0 to 1");
  const bool two_ways = changes_when_turned(layer.geo);
  const nn::ConvLayer other = two_ways ? nn::turned(layer) : nn::ConvLayer{};
  std::vector<WayRound> ways;
  Found all;
  const auto search = [&](const nn::ConvLayer& way_round, bool turned, const Score& below) {
    WayRound way{std::make_unique<LayerSearch>(way_round, sizes, iacts, options), turned};
    join(all, way.search->run(below), way, options);
    ways.push_back(std::move(way));
  };
  search(layer, false, {});
  if (two_ways) {
    const bool full = all.best.size() >= static_cast<std::size_t>(options.best);
    try {
      search(other, true, full ? score_of(all.best.back(), options.objective) : Score{});
    } catch (const UserError&) {  // fits one way only
    }
  }
  const double fewest = all.best.front().cycles;
  if (options.weighs_traffic())
    for (const WayRound& way : ways) {
      const Score most{fewest * (1 + options.slack), all.best.front().dram_bytes};
      if (const auto less = way.search->least_traffic(most)) all.best.front() = way.of(*less);
    }
  all.certificate = certificate_of(ways);
  all.certificate.predicted = all.best.front().cycles;
  all.certificate.fewest = fewest;
  return all;
}

Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts) {
  return find_mappings(layer, sizes, iacts, {}).best.front().mapping;
}

Mapping map_layer(const nn::ConvLayer& layer, const ChipSizes& sizes) {
  return map_layer(layer, sizes, IactForecast::unknown_density);
}

}  // namespace uvea::mapper
