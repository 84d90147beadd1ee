#pragma once
// Branch and bound for a layer as it stands, not turned. Inside the mapper only; others ask
// find_mappings() (certificate.h) or map_layer() (mapping.h).

#include <limits>
#include <memory>
#include <optional>
#include <vector>

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

/// In two parts, so that both ways round of a layer can be searched up to a common limit. The layer
/// must outlive it.
class LayerSearch {
 public:
  LayerSearch(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
              const MapOptions& options);
  ~LayerSearch();
  LayerSearch(const LayerSearch&) = delete;
  LayerSearch& operator=(const LayerSearch&) = delete;

  /// The best legal mappings with a score below `better_than`, the best first; none when there are
  /// none. Throws UserError when no mapping fits at all.
  const std::vector<Candidate>& run(const Score& better_than = {});
  /// After run() with Objective::cycles: the legal mapping with the least traffic, below
  /// `most.second` bytes, of those with up to `most.first` cycles, which is no more than (1 + slack)
  /// times what run() found or was given.
  std::optional<Candidate> least_traffic(const Score& most);
  /// Of all that was looked at so far; without cycles of a mapping.
  Certificate certificate() const;

 private:
  class Search;
  std::unique_ptr<Search> search_;
};

}  // namespace uvea::mapper
