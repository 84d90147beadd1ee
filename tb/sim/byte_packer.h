#pragma once
// Plain data into bytes for another process of the same program, and out of them again.

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace uvea::tb {

class Packer {
 public:
  template <typename T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes(&value, sizeof value);
  }
  void put_text(const std::string& text) {
    put(static_cast<std::uint64_t>(text.size()));
    put_bytes(text.data(), text.size());
  }
  /// Each element by `put_one(element)`.
  template <typename T, typename PutOne>
  void put_all(const std::vector<T>& elements, PutOne put_one) {
    put(static_cast<std::uint64_t>(elements.size()));
    for (const T& element : elements) put_one(element);
  }
  void put_all(const std::vector<std::uint8_t>& bytes) {
    put(static_cast<std::uint64_t>(bytes.size()));
    put_bytes(bytes.data(), bytes.size());
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
  T get() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    std::memcpy(static_cast<void*>(&value), take(sizeof value), sizeof value);
    return value;
  }
  std::string get_text() {
    const auto size = get<std::uint64_t>();
    const std::uint8_t* text = take(size);
    return {text, text + size};
  }
  template <typename T, typename GetOne>
  std::vector<T> get_all(GetOne get_one) {
    const auto size = get<std::uint64_t>();
    std::vector<T> elements;
    for (std::uint64_t i = 0; i < size; ++i) elements.push_back(get_one());
    return elements;
  }
  std::vector<std::uint8_t> get_bytes() {
    const auto size = get<std::uint64_t>();
    const std::uint8_t* from = take(size);
    return {from, from + size};
  }

 private:
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
