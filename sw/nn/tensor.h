#pragma once
// Tensors and shapes of a quantised network. Layout is always NHWC, row-major, one byte per code.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace uvea::nn {

/// N batch, H height, W width, C channels. A fully connected tensor is {N, 1, 1, C}.
struct Shape {
  int n = 1, h = 1, w = 1, c = 1;

  std::size_t elements() const {
    return static_cast<std::size_t>(n) * static_cast<std::size_t>(h) * static_cast<std::size_t>(w) *
           static_cast<std::size_t>(c);
  }
  bool operator==(const Shape& o) const { return n == o.n && h == o.h && w == o.w && c == o.c; }
  bool operator!=(const Shape& o) const { return !(*this == o); }
};

/// How the 8-bit codes of an activation tensor map to real values: real = scale * (code -
/// zero_point).
struct Quantization {
  double scale = 1.0;
  int zero_point = 0;     ///< in the code's own range
  bool is_signed = true;  ///< int8 (-128..127) when true, uint8 (0..255) when false

  int lowest() const { return is_signed ? -128 : 0; }
  int highest() const { return is_signed ? 127 : 255; }
};

/// An 8-bit activation tensor. `bytes` holds the codes as stored in a .tflite: two's complement
/// when quant.is_signed, else unsigned.
struct Tensor {
  Shape shape;
  Quantization quant;
  std::vector<std::uint8_t> bytes;

  /// The code at a flat index, sign-extended when signed.
  int code(std::size_t i) const {
    return quant.is_signed ? static_cast<int>(static_cast<std::int8_t>(bytes[i]))
                           : static_cast<int>(bytes[i]);
  }
  /// Code minus zero point: the integer that a MAC multiplies.
  int value(std::size_t i) const { return code(i) - quant.zero_point; }
  std::size_t index(int n, int h, int w, int c) const {
    return ((static_cast<std::size_t>(n) * static_cast<std::size_t>(shape.h) +
             static_cast<std::size_t>(h)) *
                static_cast<std::size_t>(shape.w) +
            static_cast<std::size_t>(w)) *
               static_cast<std::size_t>(shape.c) +
           static_cast<std::size_t>(c);
  }
};

}  // namespace uvea::nn
