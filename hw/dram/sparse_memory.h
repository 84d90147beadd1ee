#pragma once
// Byte-addressed storage that costs memory only where it was written: 16 kB pages, allocated at the
// first write to them. Bytes never written read as 0.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace uvea::hw {

class SparseMemory {
 public:
  explicit SparseMemory(std::uint64_t size_bytes) : size_(size_bytes) {}

  std::uint64_t size() const { return size_; }
  /// Do length bytes from address on lie inside?
  bool contains(std::uint64_t address, std::uint64_t length) const {
    return length <= size_ && address <= size_ - length;
  }
  /// Both need contains(address, length).
  void read(std::uint64_t address, std::uint8_t* data, std::size_t length) const;
  void write(std::uint64_t address, const std::uint8_t* data, std::size_t length);
  std::size_t allocated_bytes() const { return pages_.size() * page_bytes; }

  static constexpr std::size_t page_bytes = 16384;

 private:
  using Page = std::array<std::uint8_t, page_bytes>;

  std::uint64_t size_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;
};

}  // namespace uvea::hw
