#pragma once
// SHA-256 (FIPS 180-4): what a stored mapping is found under, and what its entry is held to.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace uvea::mapper {

class Sha256 {
 public:
  void add(std::string_view bytes);
  /// Eight bytes, the lowest first.
  void add(std::uint64_t value);
  /// 64 hexadecimal digits. Nothing can be added behind that.
  std::string digits();

 private:
  void take_block();

  std::array<std::uint32_t, 8> state_{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                      0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::array<std::uint8_t, 64> block_{};
  std::size_t in_block_ = 0;
  std::uint64_t bytes_ = 0;
};

/// Of one text.
std::string sha256(std::string_view bytes);

}  // namespace uvea::mapper
