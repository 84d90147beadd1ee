#pragma once
// Activation tensors in DRAM: blocked by channels, one slot per (image, block, row).
//
// Channels are cut into groups, groups into blocks of `block` channels (the last one of a group
// filled up); slot (n, b, h) lies at base + ((n * blocks + b) * H + h) * pitch and holds W pixels
// of `block` channels: raw codes, or compressed values (csc/slot.h).

#include <cstdint>
#include <vector>

#include "sw/csc/slot.h"
#include "sw/nn/tensor.h"

namespace uvea::driver {

struct TensorLayout {
  std::uint64_t base = 0;
  int block = 1;
  int group = 1;            ///< channels per group
  std::uint32_t pitch = 0;  ///< bytes from slot to slot
  bool csc = false;
  int offset = 0;  ///< compressed: value = code - offset
  bool value_signed = false;
  csc::Widths widths;
};

/// Sets the pitch: just what a raw slot needs; a compressed one is rounded up to 16 bytes.
TensorLayout make_layout(const nn::Shape& shape, int block, int group, bool csc, int offset,
                         bool value_signed, const csc::Widths& widths);
int blocks(const TensorLayout& layout, const nn::Shape& shape);
std::uint64_t image_bytes(const TensorLayout& layout, const nn::Shape& shape);

/// The tensor's bytes from layout.base on. Filler channels are zero (raw: the zero point's code).
std::vector<std::uint8_t> write_tensor(const nn::Tensor& tensor, const TensorLayout& layout);
/// The inverse: fills tensor.bytes from its shape and quant. Throws std::invalid_argument when a
/// slot is malformed.
void read_tensor(const std::vector<std::uint8_t>& image, const TensorLayout& layout,
                 nn::Tensor& tensor);

}  // namespace uvea::driver
