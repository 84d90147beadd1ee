#pragma once
// What the cost has counted once it finds again by a few numbers. Inside the mapper only.

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace uvea::mapper {

template <std::size_t N>
struct KeyHash {
  std::size_t operator()(const std::array<int, N>& key) const {
    std::uint64_t hash = N;
    for (const int value : key) {
      hash = (hash ^ static_cast<std::uint32_t>(value)) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 32;
    }
    return static_cast<std::size_t>(hash);
  }
};

template <std::size_t N, typename Value>
using ByNumbers = std::unordered_map<std::array<int, N>, Value, KeyHash<N>>;

}  // namespace uvea::mapper
