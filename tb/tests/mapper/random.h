#pragma once
// Numbers for the mapper's tests: always the same ones for a seed.

#include <cstdint>
#include <random>

namespace uvea::tb {

class Random {
 public:
  explicit Random(unsigned seed) : rng_(seed) {}
  /// Both ends included.
  int in(int from, int to) {
    return from + static_cast<int>(rng_() % static_cast<unsigned>(to - from + 1));
  }
  double share() { return in(0, 100) / 100.0; }
  std::uint32_t bits() { return static_cast<std::uint32_t>(rng_()); }
  /// As many of `count` bits as `share` percent.
  std::uint32_t bits(int count, int share) {
    std::uint32_t mask = 0;
    for (int i = 0; i < count; ++i) mask |= in(1, 100) <= share ? 1U << i : 0U;
    return mask;
  }

 private:
  std::mt19937 rng_;
};

}  // namespace uvea::tb
