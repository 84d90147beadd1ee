#pragma once
// Checked reading of a FlatBuffer without a schema: tables and vectors by field slot.
// Every access is verified against the file's bounds before it is made, so that no content of the
// file can lead outside of it. Numbers are little-endian and may be unaligned.
// Throws CorruptFile with the name of the place.

#include <flatbuffers/flatbuffers.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

namespace uvea::nn {

class CorruptFile : public std::runtime_error {
 public:
  explicit CorruptFile(const std::string& place) : std::runtime_error(place) {}
};

/// The bytes of a file. They must outlive every table and vector read from them.
class FlatFile {
 public:
  FlatFile(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  const std::uint8_t* data() const { return data_; }
  std::size_t size() const { return size_; }
  /// A verifier of this file. Alignment is not asked for: numbers are copied out.
  flatbuffers::Verifier verifier() const {
    flatbuffers::Verifier::Options options;
    options.check_alignment = false;
    return flatbuffers::Verifier(data_, size_, options);
  }
  template <typename T>
  T load(std::size_t offset) const {
    T value;
    std::memcpy(&value, data_ + offset, sizeof value);
    return flatbuffers::EndianScalar(value);
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

/// A vector of numbers inside the file.
template <typename T>
class FlatVector {
 public:
  FlatVector() = default;
  FlatVector(const FlatFile& file, std::size_t first, std::size_t count)
      : file_(&file), first_(first), count_(count) {}

  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  /// i < size()
  T operator[](std::size_t i) const { return file_->load<T>(first_ + i * sizeof(T)); }
  const std::uint8_t* bytes() const { return count_ == 0 ? nullptr : file_->data() + first_; }

 private:
  const FlatFile* file_ = nullptr;
  std::size_t first_ = 0, count_ = 0;
};

class FlatTable {
 public:
  /// The root table.
  static FlatTable root(const FlatFile& file);

  /// A number, or its default where the file leaves it out.
  template <typename T>
  T number(int slot, T fallback) const {
    const std::size_t at = field(slot, sizeof(T));
    return at == 0 ? fallback : file_->load<T>(at);
  }
  /// A vector of numbers; empty where the file leaves it out.
  template <typename T>
  FlatVector<T> numbers(int slot) const {
    const Span span = vector(slot, sizeof(T));
    return FlatVector<T>(*file_, span.first, span.count);
  }
  /// A string, cut to `longest` bytes.
  std::string text(int slot, std::size_t longest) const;
  std::optional<FlatTable> table(int slot) const;
  /// Number of tables in a vector of tables, and one of them (i < count).
  std::size_t table_count(int slot) const { return vector(slot, 4).count; }
  FlatTable table_at(int slot, std::size_t i) const;

 private:
  struct Span {
    std::size_t first = 0, count = 0;
  };
  FlatTable(const FlatFile& file, std::size_t offset);

  /// Offset of a field of `bytes` bytes in the file; 0 when absent.
  std::size_t field(int slot, std::size_t bytes) const;
  /// Follows the offset that is stored at `at`.
  std::size_t follow(std::size_t at) const;
  Span vector(int slot, std::size_t element_bytes) const;

  const FlatFile* file_;
  std::size_t offset_;
};

}  // namespace uvea::nn
