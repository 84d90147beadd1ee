#include "hw/block/stall.h"

#include <numeric>

namespace uvea::hw {

std::uint64_t StallCounts::of(Stall stall) const {
  std::uint64_t sum = 0;
  for (const auto& classes : counts_) sum += classes[static_cast<std::size_t>(stall)];
  return sum;
}

std::uint64_t StallCounts::total() const {
  std::uint64_t sum = 0;
  for (const auto& classes : counts_) sum = std::accumulate(classes.begin(), classes.end(), sum);
  return sum;
}

StallCounts& StallCounts::operator+=(const StallCounts& other) {
  for (std::size_t i = 0; i < kPlaces; ++i) {
    for (std::size_t j = 0; j < kStalls; ++j) counts_[i][j] += other.counts_[i][j];
  }
  return *this;
}

}  // namespace uvea::hw
