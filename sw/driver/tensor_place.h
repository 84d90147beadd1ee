#pragma once
// An activation tensor of an on-chip layer in DRAM: its shape as the layer takes it and how that
// lies, in one hand. Images are made and read here only, and are as long as the place.
//
// Blocked by channels, one slot per (image, block, row): channels are cut into groups, groups into
// blocks of `block` channels (the last one of a group filled up); slot (n, b, h) lies at
// base + ((n * blocks + b) * H + h) * pitch and holds W pixels of `block` channels: raw codes, or
// compressed values (csc/slot.h). A turned layer's rows are the image's columns.

#include <cstdint>
#include <vector>

#include "sw/csc/slot.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"
#include "sw/nn/tensor.h"

namespace uvea::driver {

/// What a descriptor says of a tensor.
struct TensorLayout {
  std::uint64_t base = 0;
  int block = 1;
  int group = 1;            ///< channels per group
  std::uint32_t pitch = 0;  ///< bytes from slot to slot: what a raw one needs; compressed, the
                            ///< most that one can take, in whole 16 bytes
  bool csc = false;
  int offset = 0;  ///< compressed: value = code - offset
  bool value_signed = false;
  csc::Widths widths;
};

/// How channels lie in DRAM.
struct Blocking {
  int block = 1;
  int group = 1;  ///< channels per group
  bool csc = false;
};

class TensorPlace {
 public:
  /// `shape` as the layer's geometry has it, not turned: {n, h, w, c}. Throws
  /// std::invalid_argument when the groups do not divide the channels or a size is not positive.
  TensorPlace(const nn::Shape& shape, bool turned, const Blocking& blocking,
              const nn::Quantization& codes, const csc::Widths& widths);

  const nn::Shape& shape() const { return shape_; }
  const TensorLayout& layout() const { return layout_; }
  std::uint64_t bytes() const;
  void move_to(std::uint64_t base) { layout_.base = base; }
  /// Whether what is written to one is read from the other as the same tensor.
  bool lies_as(const TensorPlace& other) const;

  /// The bytes() from layout().base on. The codes are taken in their row-major order, whatever
  /// shape the tensor has itself: that is how FULLY_CONNECTED flattens. Filler channels are zero
  /// (raw: the zero point's code). Throws std::invalid_argument when the number of codes is not
  /// the shape's.
  std::vector<std::uint8_t> write(const nn::Tensor& tensor) const;
  /// The inverse, in shape(). Throws std::invalid_argument when the image is not bytes() long or a
  /// slot is malformed.
  nn::Tensor read(const std::vector<std::uint8_t>& image) const;

 private:
  int rows() const { return turned_ ? shape_.w() : shape_.h(); }
  int columns() const { return turned_ ? shape_.h() : shape_.w(); }
  int blocks() const;
  /// Flat indices in a tensor of the slot's values, in their order; -1: filler.
  void slot_elements(int n, int block, int row, std::vector<std::ptrdiff_t>& elements) const;
  /// Calls fn(offset of the slot in the image, its elements) for every slot.
  template <class Fn>
  void for_slots(Fn fn) const;

  nn::Shape shape_;
  bool turned_;
  nn::Quantization codes_;
  TensorLayout layout_;
};

/// Where a layer finds its iacts, blocked as somebody wrote them.
TensorPlace iact_place(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                       const Blocking& blocking, const csc::Widths& widths);
/// Where a layer leaves its oacts, in blocks of its M0. Throws UserError when they cannot be
/// compressed: the mapping cuts rows.
TensorPlace oact_place(const nn::ConvLayer& layer, const mapper::Mapping& mapping, bool csc,
                       const csc::Widths& widths);

}  // namespace uvea::driver
