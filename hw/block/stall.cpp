#include "hw/block/stall.h"

#include <numeric>

namespace uvea::hw {

std::uint64_t StallCounts::of(Stall stall) const {
  const auto& places = counts_[static_cast<std::size_t>(stall)];
  return std::accumulate(places.begin(), places.end(), std::uint64_t{0});
}

std::uint64_t StallCounts::total() const {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kStalls; ++i) sum += of(static_cast<Stall>(i));
  return sum;
}

StallCounts& StallCounts::operator+=(const StallCounts& other) {
  for (std::size_t i = 0; i < kStalls; ++i) {
    for (std::size_t j = 0; j < kPlaces; ++j) counts_[i][j] += other.counts_[i][j];
  }
  return *this;
}

}  // namespace uvea::hw
