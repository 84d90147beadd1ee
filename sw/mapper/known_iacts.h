#pragma once
// The iacts of a layer that has run: where its zeros are, for a prediction of what was simulated.

#include <cstdint>

#include "sw/mapper/mapping.h"
#include "sw/nn/tensor.h"

namespace uvea::mapper {

/// Which of the places over the mesh a cluster has: its numbers in the splits of groups, images, row
/// tiles and M tiles, those of the PE columns not counted.
struct ClusterPlace {
  int g = 0, n = 0, e = 0, m = 0;
};

/// Both are kept as references.
class KnownIacts {
 public:
  /// Throws std::invalid_argument when there are not as many iacts as the geometry says.
  KnownIacts(const nn::ConvGeometry& geo, const nn::Tensor& iacts);

  /// A bit for each of `count` channels (at most 31) of a group from `first` on: whether the iact in
  /// row h, column w of image n is not zero as the chip represents it (nn/iact_code.h).
  std::uint32_t at(int n, int h, int w, int g, int first, int count) const;

  /// The cluster that is dealt the most iacts that are not zero: the last one to end, if weights are
  /// alike (m is 0). Of a mapping that is not turned.
  ClusterPlace busiest(const Mapping& mapping, const Derived& derived) const;

 private:
  const nn::ConvGeometry& geo_;
  const nn::Tensor& iacts_;
  std::uint8_t zero_;  ///< the code that PEs skip
};

}  // namespace uvea::mapper
