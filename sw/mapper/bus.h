#pragma once
// The buses of a flat NoC, as the cost sees them (docs/timing.md: multicast bus). One cluster stands
// for all: each burst of its takes its bus for itself and for those that the other senders have at
// the same time. Inside the mapper only.

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "sw/mapper/multicast.h"

namespace uvea::mapper {

/// Clusters that send iacts, weights and psums of their own (others are fed by a neighbour), for each
/// cluster of a chain.
struct Senders {
  double iact = 1, weight = 1, psum = 1;
};

inline Senders senders_of(const Mapping& mp) {
  const MulticastGroups groups = multicast_groups(mp);
  const double all = static_cast<double>(mp.mesh_rows.product()) * mp.mesh_cols.product();
  return {all / (groups.iact_rows * groups.iact_cols), all / groups.weight_cols, all};
}

class Bus {
 public:
  Bus() = default;  ///< none: takes no time
  Bus(double senders, int bits_a_cycle) : senders_(senders), width_(bits_a_cycle) {}

  /// The start of a burst that can start from `ready` on.
  std::int64_t grant(std::int64_t ready, double bits) {
    if (width_ == 0) return ready;
    const double start = std::max(static_cast<double>(ready), free_);
    free_ = start + std::max(1.0, bits / width_) * senders_;
    return static_cast<std::int64_t>(std::ceil(start));
  }
  /// How much later the burst of the last of so many senders starts that all could start then.
  std::int64_t last_of(double senders, double bits) const {
    if (width_ == 0) return 0;
    return static_cast<std::int64_t>(std::max(1.0, bits / width_) * (senders - 1));
  }
  /// Cycles that a burst of so many words takes.
  std::int64_t lasts(std::int64_t words, double bits) const {
    if (width_ == 0) return words;
    return std::max(words, static_cast<std::int64_t>(std::ceil(bits / width_)));
  }

 private:
  double senders_ = 1;
  int width_ = 0;
  double free_ = 0;
};

}  // namespace uvea::mapper
