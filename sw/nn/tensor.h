#pragma once
// Tensors and shapes of a quantised network: row-major, any rank; little-endian elements.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace uvea::nn {

/// Dimensions, the slowest first, each at least 1. No dimension: a single value.
///
/// Read as NHWC (N batch, H height, W width, C channels) the last dimension is C, the one before it
/// W, the one before that H, and N is the product of the rest; but what has fewer than four keeps
/// its first one as N: {n, w, c}, {n, c}, {c}.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int> dims) : dims_(dims) {}
  explicit Shape(std::vector<int> dims) : dims_(std::move(dims)) {}

  int rank() const { return static_cast<int>(dims_.size()); }
  const std::vector<int>& dims() const { return dims_; }
  int operator[](int d) const { return dims_[static_cast<std::size_t>(d)]; }
  int& operator[](int d) { return dims_[static_cast<std::size_t>(d)]; }

  int n() const {
    int n = rank() > 1 ? dims_[0] : 1;
    for (int d = 1; d + 3 < rank(); ++d) n *= (*this)[d];
    return n;
  }
  int h() const { return rank() > 3 ? (*this)[rank() - 3] : 1; }
  int w() const { return rank() > 2 ? (*this)[rank() - 2] : 1; }
  int c() const { return rank() > 0 ? dims_.back() : 1; }
  Shape nhwc() const { return {n(), h(), w(), c()}; }

  std::size_t elements() const {
    std::size_t count = 1;
    for (const int d : dims_) count *= static_cast<std::size_t>(d);
    return count;
  }
  bool operator==(const Shape& o) const { return dims_ == o.dims_; }
  bool operator!=(const Shape& o) const { return !(*this == o); }

 private:
  std::vector<int> dims_;
};

/// What an element of a tensor is. code8: an 8-bit code, signed or not as its Quantization says;
/// the others have no quantisation, except that a network's float32 input has that of the codes
/// which it becomes.
enum class ElementType { code8, int32, int64, float32 };

constexpr std::size_t element_bytes(ElementType type) {
  return type == ElementType::code8 ? 1 : type == ElementType::int64 ? 8 : 4;
}

/// How the 8-bit codes of an activation tensor map to real values: real = scale * (code -
/// zero_point).
struct Quantization {
  double scale = 1.0;
  int zero_point = 0;     ///< in the code's own range
  bool is_signed = true;  ///< int8 (-128..127) when true, uint8 (0..255) when false

  int lowest() const { return is_signed ? -128 : 0; }
  int highest() const { return is_signed ? 127 : 255; }
};

/// Range that output codes are clamped to.
struct CodeRange {
  int min = -128, max = 127;
};

/// An activation or a constant. `bytes` holds the elements as stored in a .tflite: 8-bit codes in
/// two's complement when quant.is_signed, else unsigned.
struct Tensor {
  Shape shape;
  Quantization quant;
  std::vector<std::uint8_t> bytes;
  ElementType type = ElementType::code8;

  std::size_t expected_bytes() const { return shape.elements() * element_bytes(type); }

  /// The code at a flat index, sign-extended when signed.
  int code(std::size_t i) const {
    return quant.is_signed ? static_cast<int>(static_cast<std::int8_t>(bytes[i]))
                           : static_cast<int>(bytes[i]);
  }
  /// Code minus zero point: the integer that a MAC multiplies.
  int value(std::size_t i) const { return code(i) - quant.zero_point; }
  /// Flat index of a place, the shape read as NHWC.
  std::size_t index(int n, int h, int w, int c) const {
    return ((static_cast<std::size_t>(n) * static_cast<std::size_t>(shape.h()) +
             static_cast<std::size_t>(h)) *
                static_cast<std::size_t>(shape.w()) +
            static_cast<std::size_t>(w)) *
               static_cast<std::size_t>(shape.c()) +
           static_cast<std::size_t>(c);
  }
};

}  // namespace uvea::nn
