#include "sw/driver/tensor_place.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "sw/nn/iact_code.h"
#include "sw/user_error.h"

namespace uvea::driver {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

std::size_t size(int n) { return static_cast<std::size_t>(n); }

std::string text_of(const nn::Shape& shape) {
  std::string text;
  for (const int dim : shape.dims()) text += (text.empty() ? "" : "x") + std::to_string(dim);
  return text;
}

}  // namespace

TensorPlace::TensorPlace(const nn::Shape& shape, bool turned, const Blocking& blocking,
                         const nn::Quantization& codes, const csc::Widths& widths)
    : shape_(shape), turned_(turned), codes_(codes) {
  const auto positive = [](int dim) { return dim > 0; };
  if (shape.rank() != 4 || !std::all_of(shape.dims().begin(), shape.dims().end(), positive))
    throw std::invalid_argument("a tensor of " + text_of(shape) +
                                " has no place in DRAM: expected four sizes of at least 1");
  if (blocking.block < 1 || blocking.group < 1 || shape.c() % blocking.group != 0)
    throw std::invalid_argument("a tensor of " + text_of(shape) + " cannot lie in blocks of " +
                                std::to_string(blocking.block) + " within groups of " +
                                std::to_string(blocking.group) + " channels");
  const nn::IactCode code = nn::iact_code(codes);
  layout_.block = blocking.block;
  layout_.group = blocking.group;
  layout_.csc = blocking.csc;
  layout_.offset = code.offset;
  layout_.value_signed = code.value_signed;
  layout_.widths = widths;
  const std::size_t values = size(columns()) * size(blocking.block);
  layout_.pitch = static_cast<std::uint32_t>(
      blocking.csc ? (csc::max_slot_bytes(values, widths) + csc::kSlotGrain - 1) / csc::kSlotGrain *
                         csc::kSlotGrain
                   : values);
}

int TensorPlace::blocks() const {
  return shape_.c() / layout_.group * ceil_div(layout_.group, layout_.block);
}

std::uint64_t TensorPlace::bytes() const {
  return std::uint64_t{layout_.pitch} * static_cast<std::uint64_t>(shape_.n()) *
         static_cast<std::uint64_t>(blocks()) * static_cast<std::uint64_t>(rows());
}

bool TensorPlace::lies_as(const TensorPlace& other) const {
  const bool same_way = turned_ == other.turned_ || (shape_.h() == 1 && shape_.w() == 1);
  return shape_ == other.shape_ && same_way && layout_.block == other.layout_.block &&
         layout_.group == other.layout_.group && layout_.csc == other.layout_.csc &&
         layout_.pitch == other.layout_.pitch && layout_.offset == other.layout_.offset;
}

void TensorPlace::slot_elements(int n, int block, int row,
                                std::vector<std::ptrdiff_t>& elements) const {
  elements.clear();
  const int per_group = ceil_div(layout_.group, layout_.block);
  const int first = block % per_group * layout_.block;  // within its group
  const int group_start = block / per_group * layout_.group;
  for (int column = 0; column < columns(); ++column) {
    const int h = turned_ ? column : row;
    const int w = turned_ ? row : column;
    const std::size_t pixel =
        ((size(n) * size(shape_.h()) + size(h)) * size(shape_.w()) + size(w)) * size(shape_.c());
    for (int c = first; c < first + layout_.block; ++c)
      elements.push_back(
          c < layout_.group ? static_cast<std::ptrdiff_t>(pixel + size(group_start + c)) : -1);
  }
}

template <class Fn>
void TensorPlace::for_slots(Fn fn) const {
  std::vector<std::ptrdiff_t> elements;
  std::ptrdiff_t at = 0;
  for (int n = 0; n < shape_.n(); ++n) {
    for (int b = 0; b < blocks(); ++b) {
      for (int row = 0; row < rows(); ++row) {
        slot_elements(n, b, row, elements);
        fn(at, elements);
        at += layout_.pitch;
      }
    }
  }
}

std::vector<std::uint8_t> TensorPlace::write(const nn::Tensor& tensor) const {
  if (tensor.bytes.size() != shape_.elements())
    throw std::invalid_argument("a tensor of " + std::to_string(tensor.bytes.size()) +
                                " codes for a place of " + std::to_string(shape_.elements()) +
                                " (" + text_of(shape_) + ")");
  const auto code_of = [&](std::uint8_t byte) {
    return codes_.is_signed ? int{static_cast<std::int8_t>(byte)} : int{byte};
  };
  std::vector<std::uint8_t> image(bytes(), 0);
  std::vector<int> values;
  for_slots([&](std::ptrdiff_t at, const std::vector<std::ptrdiff_t>& elements) {
    if (!layout_.csc) {
      std::transform(elements.begin(), elements.end(), image.begin() + at, [&](std::ptrdiff_t i) {
        return i < 0 ? static_cast<std::uint8_t>(codes_.zero_point & 0xFF)
                     : tensor.bytes[static_cast<std::size_t>(i)];
      });
      return;
    }
    values.clear();
    for (const std::ptrdiff_t i : elements)
      values.push_back(i < 0 ? 0
                             : code_of(tensor.bytes[static_cast<std::size_t>(i)]) - layout_.offset);
    const auto slot = csc::encode_slot(values, layout_.widths);
    if (slot.size() > layout_.pitch)
      throw std::invalid_argument("a compressed slot of " + std::to_string(slot.size()) +
                                  " bytes for a pitch of " + std::to_string(layout_.pitch));
    std::copy(slot.begin(), slot.end(), image.begin() + at);
  });
  return image;
}

nn::Tensor TensorPlace::read(const std::vector<std::uint8_t>& image) const {
  if (image.size() != bytes())
    throw std::invalid_argument("an image of " + std::to_string(image.size()) +
                                " bytes for a place of " + std::to_string(bytes()) + " (" +
                                text_of(shape_) + ")");
  nn::Tensor tensor;
  tensor.shape = shape_;
  tensor.quant = codes_;
  tensor.bytes.assign(shape_.elements(), 0);
  for_slots([&](std::ptrdiff_t at, const std::vector<std::ptrdiff_t>& elements) {
    const auto begin = image.begin() + at;
    const std::vector<std::uint8_t> slot(begin, begin + layout_.pitch);
    std::vector<int> codes(slot.begin(), slot.end());
    if (layout_.csc) {
      codes = csc::decode_slot(slot, elements.size(), layout_.value_signed, layout_.widths);
      for (int& code : codes) code += layout_.offset;
    }
    for (std::size_t i = 0; i < elements.size(); ++i)
      if (elements[i] >= 0)
        tensor.bytes[static_cast<std::size_t>(elements[i])] =
            static_cast<std::uint8_t>(codes[i] & 0xFF);
  });
  return tensor;
}

TensorPlace iact_place(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                       const Blocking& blocking, const csc::Widths& widths) {
  const nn::ConvGeometry& geo = layer.geo;
  return {{geo.batch, geo.in_h, geo.in_w, geo.in_c}, mapping.turned, blocking, layer.in, widths};
}

TensorPlace oact_place(const nn::ConvLayer& layer, const mapper::Mapping& mapping, bool csc,
                       const csc::Widths& widths) {
  const nn::ConvGeometry& geo = layer.geo;
  if (csc && mapper::cuts_rows(geo, mapping))
    throw UserError("compressed oacts need whole rows: the mapping cuts them into tiles of f0 = " +
                    std::to_string(mapping.f0));
  return {{geo.batch, geo.out_h, geo.out_w, geo.out_c},
          mapping.turned,
          {mapping.m0, geo.out_c_per_group(), csc},
          layer.out,
          widths};
}

}  // namespace uvea::driver
