#pragma once
// Numbers drawn from a seed, for random_stimulus.h.

#include <cstdint>
#include <initializer_list>
#include <random>

namespace uvea::cosim {

/// Draws from a seed; the same on every platform.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  /// Both ends included.
  int in(int low, int high) {
    const auto span = static_cast<std::uint64_t>(std::int64_t{high} - low + 1);
    return static_cast<int>(low + static_cast<std::int64_t>(engine_() % span));
  }
  bool chance(int percent) { return in(1, 100) <= percent; }
  int of(std::initializer_list<int> list) {
    return *(list.begin() + in(0, static_cast<int>(list.size()) - 1));
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace uvea::cosim
