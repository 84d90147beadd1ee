#pragma once
// Branch and bound for a layer as it stands, not turned. Inside the mapper only; others ask
// find_mappings() (certificate.h) or map_layer() (mapping.h).

#include <limits>

#include "sw/mapper/certificate.h"

namespace uvea::mapper {

/// How good a mapping is: the objective, and what decides between equals. Smaller is better.
struct Score {
  double first = std::numeric_limits<double>::infinity();
  double second = std::numeric_limits<double>::infinity();
  bool operator<(const Score& o) const {
    return first != o.first ? first < o.first : second < o.second;
  }
};
Score score_of(const Candidate& candidate, Objective objective);

/// The best legal mappings with a score below `better_than`; none, with the certificate of the
/// search, when there are none. Throws UserError when no mapping fits at all.
Found search_upright(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
                     const MapOptions& options, const Score& better_than = {});

}  // namespace uvea::mapper
