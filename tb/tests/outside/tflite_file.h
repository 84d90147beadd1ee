#pragma once
// A .tflite file in memory, only as far as it takes to look at every tensor of it from outside: the
// C library shows graph outputs alone, so another tensor is made the graph's output.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace uvea::tb {

class TfliteFile {
 public:
  /// Takes the bytes of a sound file; throws std::runtime_error when a needed part is absent.
  explicit TfliteFile(std::vector<std::uint8_t> bytes);
  /// Reads a file; throws std::runtime_error when it cannot be read.
  static TfliteFile read(const std::string& path);

  std::size_t operator_count() const { return operator_outputs_.size(); }
  /// Tensor index of the first output of operator i.
  int operator_output(std::size_t i) const { return operator_outputs_.at(i); }
  const std::string& tensor_name(int tensor) const {
    return tensor_names_.at(static_cast<std::size_t>(tensor));
  }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  /// The same model with `tensor` as its first graph output.
  std::vector<std::uint8_t> with_output(int tensor) const;

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<int> operator_outputs_;
  std::vector<std::string> tensor_names_;
  std::size_t output_position_ = 0;  ///< byte position of the first element of `outputs`
};

}  // namespace uvea::tb
