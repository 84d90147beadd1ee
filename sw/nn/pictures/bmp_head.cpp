#include "sw/nn/pictures/bmp_head.h"

#include <algorithm>

#include "sw/user_error.h"

namespace uvea::nn {
namespace {

constexpr std::size_t file_head = 14;   // before the head proper
constexpr std::size_t core_size = 12;   // OS/2 1
constexpr std::size_t info_size = 40;   // Windows 3
constexpr std::size_t masks_size = 52;  // with masks
constexpr std::size_t alpha_size = 56;  // with a mask for alpha
constexpr std::size_t os2_size = 64;    // OS/2 2
constexpr std::uint32_t plain = 0, rle8 = 1, rle4 = 2, bitfields = 3, alpha_bitfields = 6;

class Reader {
 public:
  Reader(const FileBytes& file, const std::string& where) : file_(file), where_(where) {}

  BmpHead read() {
    const std::uint32_t size = u32(file_head);
    const bool known = size == core_size || size == 16 || size == info_size || size == masks_size ||
                       size == alpha_size || size == os2_size || size == 108 || size == 124;
    if (!known) bad("a head of " + std::to_string(size) + " bytes");
    need(file_head + size);
    const std::uint32_t packing = size > 16 ? u32(file_head + 16) : plain;
    read_size(size);
    read_packing(packing, size);
    std::size_t end = file_head + size;
    if (head_.bits == 16 || head_.bits == 32) end = read_fields(packing, size);
    if (head_.bits <= 8) end = read_palette(size, end);
    if (head_.pixels_at < end || head_.pixels_at > file_.size())
      bad("its pixels are said to begin at byte " + std::to_string(head_.pixels_at));
    return head_;
  }

 private:
  [[noreturn]] void bad(const std::string& reason) const { bad_picture(where_, "BMP", reason); }
  void need(std::size_t size) const {
    if (file_.size() < size) bad("cut short");
  }
  std::uint32_t u16(std::size_t at) const {
    need(at + 2);
    return file_[at] | static_cast<std::uint32_t>(file_[at + 1]) << 8;
  }
  std::uint32_t u32(std::size_t at) const { return u16(at) | u16(at + 2) << 16; }

  void read_size(std::uint32_t size) {
    head_.pixels_at = u32(10);
    std::int64_t width = 0, height = 0;
    if (size == core_size) {
      width = u16(18);
      height = u16(20);
      head_.bits = static_cast<int>(u16(24));
    } else {
      width = static_cast<std::int32_t>(u32(18));
      height = static_cast<std::int32_t>(u32(22));
      head_.bits = static_cast<int>(u16(28));
    }
    head_.from_top = height < 0;
    if (head_.from_top) height = -height;
    require_size(width, height, where_);
    head_.width = static_cast<int>(width);
    head_.height = static_cast<int>(height);
    constexpr int known[] = {1, 2, 4, 8, 16, 24, 32};
    if (std::find(std::begin(known), std::end(known), head_.bits) == std::end(known))
      bad(std::to_string(head_.bits) + " bits per pixel");
  }

  void read_packing(std::uint32_t packing, std::uint32_t size) {
    const bool fields = packing == bitfields || packing == alpha_bitfields;
    if (packing == rle8 && head_.bits == 8) {
      head_.packing = BmpHead::Packing::rle8;
    } else if (packing == rle4 && head_.bits == 4) {
      head_.packing = BmpHead::Packing::rle4;
    } else if (packing != plain &&
               !(fields && size != os2_size && (head_.bits == 16 || head_.bits == 32))) {
      bad("compression " + std::to_string(packing) + " with " + std::to_string(head_.bits) +
          " bits per pixel is not read; save it without compression");
    }
  }

  BmpField field(std::uint32_t mask) const {
    BmpField found;
    if (mask == 0) return found;
    while ((mask >> found.shift & 1) == 0) ++found.shift;
    while (found.shift + found.bits < 32 && (mask >> (found.shift + found.bits) & 1) != 0)
      ++found.bits;
    const std::uint64_t span = ((std::uint64_t{1} << found.bits) - 1) << found.shift;
    if (span != mask || (head_.bits == 16 && mask > 0xffff)) bad("a colour mask with holes");
    return found;
  }

  /// The end of the masks.
  std::size_t read_fields(std::uint32_t packing, std::uint32_t size) {
    const bool given = packing == bitfields || packing == alpha_bitfields;
    std::array<std::uint32_t, 4> masks =
        head_.bits == 16 ? std::array<std::uint32_t, 4>{0x7c00, 0x3e0, 0x1f, 0}
                         : std::array<std::uint32_t, 4>{0xff0000, 0xff00, 0xff, 0};
    constexpr std::size_t at = file_head + info_size;  // in the head or right behind it
    const bool has_alpha = size >= alpha_size || packing == alpha_bitfields;
    const std::size_t count = has_alpha ? 4 : 3;
    if (given)
      for (std::size_t i = 0; i < count; ++i) masks[i] = u32(at + 4 * i);
    for (std::size_t i = 0; i < masks.size(); ++i) head_.fields[i] = field(masks[i]);
    return std::max(file_head + size, given ? at + 4 * count : 0);
  }

  /// The end of the palette, which the pixels may cut short.
  std::size_t read_palette(std::uint32_t size, std::size_t at) {
    const std::size_t bytes = size == core_size ? 3 : 4;
    const std::size_t most = std::size_t{1} << head_.bits;
    std::size_t count = size >= info_size ? u32(file_head + 32) : 0;
    if (count == 0 || count > most) count = most;
    const std::size_t room = head_.pixels_at > at ? (head_.pixels_at - at) / bytes : 0;
    count = std::min(count, room);
    if (count == 0) bad("no palette");
    need(at + count * bytes);
    for (std::size_t i = 0; i < count; ++i, at += bytes)
      head_.palette.push_back({file_[at + 2], file_[at + 1], file_[at]});
    return at;
  }

  const FileBytes& file_;
  const std::string& where_;
  BmpHead head_;
};

}  // namespace

std::uint8_t BmpField::of(std::uint32_t pixel) const {
  if (bits == 0) return 0;
  const std::uint64_t most = (std::uint64_t{1} << bits) - 1;
  const std::uint64_t value = pixel >> shift & most;
  return static_cast<std::uint8_t>((value * 255 + most / 2) / most);
}

BmpHead read_bmp_head(const FileBytes& file, const std::string& where) {
  return Reader(file, where).read();
}

}  // namespace uvea::nn
