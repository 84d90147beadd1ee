#pragma once
// Plain data into bytes for another process of the same program, and out of them again. Both sides
// have the same calls, so that what a struct is made of is said once, for both:
//
//   template <typename Archive, typename Result>
//   void fields(Archive& archive, Result& result) { archive.field(result.cycles); ... }

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace uvea::tb {

class Packer {
 public:
  template <typename T>
  void field(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes(&value, sizeof value);
  }
  void field(const std::string& text) {
    field(static_cast<std::uint64_t>(text.size()));
    put_bytes(text.data(), text.size());
  }
  void field(const std::vector<std::uint8_t>& bytes) {
    field(static_cast<std::uint64_t>(bytes.size()));
    put_bytes(bytes.data(), bytes.size());
  }
  template <typename T>
  void field(const std::vector<T>& elements) {
    all(elements, [](Packer& to, const T& element) { to.field(element); });
  }
  /// Each element by `one(*this, element)`.
  template <typename T, typename One>
  void all(const std::vector<T>& elements, One one) {
    field(static_cast<std::uint64_t>(elements.size()));
    for (const T& element : elements) one(*this, element);
  }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  void put_bytes(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::uint8_t*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }

  std::vector<std::uint8_t> bytes_;
};

/// In the order in which they were put. Throws std::runtime_error when bytes are missing.
class Unpacker {
 public:
  /// `bytes` must outlive it.
  explicit Unpacker(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}
  template <typename T>
  void field(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(static_cast<void*>(&value), take(sizeof value), sizeof value);
  }
  void field(std::string& text) {
    const std::uint64_t size = take_size();
    const std::uint8_t* from = take(size);
    text.assign(from, from + size);
  }
  void field(std::vector<std::uint8_t>& bytes) {
    const std::uint64_t size = take_size();
    const std::uint8_t* from = take(size);
    bytes.assign(from, from + size);
  }
  template <typename T>
  void field(std::vector<T>& elements) {
    all(elements, [](Unpacker& from, T& element) { from.field(element); });
  }
  template <typename T, typename One>
  void all(std::vector<T>& elements, One one) {
    const std::uint64_t size = take_size();
    elements.clear();
    for (std::uint64_t i = 0; i < size; ++i) one(*this, elements.emplace_back());
  }

 private:
  std::uint64_t take_size() {
    std::uint64_t size = 0;
    field(size);
    return size;
  }
  const std::uint8_t* take(std::uint64_t size) {
    if (bytes_.size() - at_ < size) throw std::runtime_error("a result of a process is cut short");
    const std::uint8_t* from = bytes_.data() + at_;
    at_ += size;
    return from;
  }

  const std::vector<std::uint8_t>& bytes_;
  std::size_t at_ = 0;
};

}  // namespace uvea::tb
