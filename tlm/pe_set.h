#pragma once
// A set of PEs of one cluster: which of them take a burst. A PE's number is row * pe_cols + col.

#include <array>
#include <cstddef>
#include <cstdint>

namespace uvea::link {

class PeSet {
 public:
  /// Numbers are 0 .. kMost - 1: a cluster of the largest rows and columns (hw/config/chip_limits.h).
  static constexpr int kMost = 256;

  void add(int pe) { word(pe) |= bit(pe); }
  bool has(int pe) const { return (words_[index(pe)] & bit(pe)) != 0; }
  bool empty() const { return *this == PeSet{}; }
  PeSet& operator|=(const PeSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  bool operator==(const PeSet& other) const { return words_ == other.words_; }
  bool operator!=(const PeSet& other) const { return words_ != other.words_; }

 private:
  static std::size_t index(int pe) { return static_cast<std::size_t>(pe) / 64; }
  static std::uint64_t bit(int pe) { return std::uint64_t{1} << (static_cast<unsigned>(pe) % 64); }
  std::uint64_t& word(int pe) { return words_[index(pe)]; }

  std::array<std::uint64_t, kMost / 64> words_{};
};

}  // namespace uvea::link
