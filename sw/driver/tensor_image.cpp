#include "sw/driver/tensor_image.h"

#include <algorithm>

namespace uvea::driver {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// Calls fn(channel or -1) for each of the block's places.
template <class Fn>
void for_block(const TensorLayout& layout, int b, Fn fn) {
  const int per_group = ceil_div(layout.group, layout.block);
  const int first = b % per_group * layout.block;
  for (int i = 0; i < layout.block; ++i) {
    const int in_group = first + i;
    fn(in_group < layout.group ? b / per_group * layout.group + in_group : -1);
  }
}

std::size_t slot_index(const TensorLayout& layout, const nn::Shape& shape, int n, int b, int h) {
  return (static_cast<std::size_t>(n) * static_cast<std::size_t>(blocks(layout, shape)) +
          static_cast<std::size_t>(b)) *
             static_cast<std::size_t>(shape.h()) +
         static_cast<std::size_t>(h);
}

}  // namespace

TensorLayout make_layout(const nn::Shape& shape, int block, int group, bool csc, int offset,
                         bool value_signed, const csc::Widths& widths) {
  TensorLayout layout;
  layout.block = block;
  layout.group = group;
  layout.csc = csc;
  layout.offset = offset;
  layout.value_signed = value_signed;
  layout.widths = widths;
  const std::size_t values = static_cast<std::size_t>(shape.w()) * static_cast<std::size_t>(block);
  layout.pitch = static_cast<std::uint32_t>(
      csc ? (csc::max_slot_bytes(values, widths) + 15) / 16 * 16 : values);
  return layout;
}

int blocks(const TensorLayout& layout, const nn::Shape& shape) {
  return shape.c() / layout.group * ceil_div(layout.group, layout.block);
}

std::uint64_t image_bytes(const TensorLayout& layout, const nn::Shape& shape) {
  return std::uint64_t{layout.pitch} * static_cast<std::uint64_t>(shape.n()) *
         static_cast<std::uint64_t>(blocks(layout, shape)) * static_cast<std::uint64_t>(shape.h());
}

std::vector<std::uint8_t> write_tensor(const nn::Tensor& tensor, const TensorLayout& layout) {
  const nn::Shape& shape = tensor.shape;
  std::vector<std::uint8_t> image(image_bytes(layout, shape), 0);
  std::vector<int> values;
  for (int n = 0; n < shape.n(); ++n) {
    for (int b = 0; b < blocks(layout, shape); ++b) {
      for (int h = 0; h < shape.h(); ++h) {
        std::uint8_t* slot = &image[slot_index(layout, shape, n, b, h) * layout.pitch];
        values.clear();
        for (int w = 0; w < shape.w(); ++w) {
          for_block(layout, b, [&](int c) {
            const int code = c < 0 ? (layout.csc ? layout.offset : tensor.quant.zero_point)
                                   : tensor.code(tensor.index(n, h, w, c));
            values.push_back(layout.csc ? code - layout.offset : code);
          });
        }
        if (layout.csc) {
          const auto bytes = csc::encode_slot(values, layout.widths);
          std::copy(bytes.begin(), bytes.end(), slot);
        } else {
          std::transform(values.begin(), values.end(), slot,
                         [](int code) { return static_cast<std::uint8_t>(code & 0xFF); });
        }
      }
    }
  }
  return image;
}

void read_tensor(const std::vector<std::uint8_t>& image, const TensorLayout& layout,
                 nn::Tensor& tensor) {
  const nn::Shape& shape = tensor.shape;
  tensor.bytes.assign(shape.elements(), 0);
  const std::size_t size =
      static_cast<std::size_t>(shape.w()) * static_cast<std::size_t>(layout.block);
  for (int n = 0; n < shape.n(); ++n) {
    for (int b = 0; b < blocks(layout, shape); ++b) {
      for (int h = 0; h < shape.h(); ++h) {
        const auto begin = image.begin() + static_cast<std::ptrdiff_t>(
                                               slot_index(layout, shape, n, b, h) * layout.pitch);
        const std::vector<std::uint8_t> slot(begin, begin + layout.pitch);
        std::vector<int> values;
        if (layout.csc) {
          values = csc::decode_slot(slot, size, layout.value_signed, layout.widths);
          for (int& value : values) value += layout.offset;
        } else {
          values.assign(slot.begin(), slot.end());
        }
        for (int w = 0; w < shape.w(); ++w) {
          std::size_t i = static_cast<std::size_t>(w) * static_cast<std::size_t>(layout.block);
          for_block(layout, b, [&](int c) {
            const int code = values[i++];
            if (c >= 0)
              tensor.bytes[tensor.index(n, h, w, c)] = static_cast<std::uint8_t>(code & 0xFF);
          });
        }
      }
    }
  }
}

}  // namespace uvea::driver
