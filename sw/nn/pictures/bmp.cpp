// BMP: rows of pixels, plain or as run lengths of palette indices.

#include <algorithm>

#include "sw/nn/pictures/bmp_head.h"

namespace uvea::nn {
namespace {

using Indices = std::vector<std::uint8_t>;  // [height][width] in the file's order of rows

/// The row of the picture that the file's row `y` is.
int row_of(const BmpHead& head, int y) { return head.from_top ? y : head.height - 1 - y; }

std::size_t index_of(const BmpHead& head, int y, int x) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(head.width) +
         static_cast<std::size_t>(x);
}

/// Run lengths: pairs of a count and a byte of one (rle8) or two (rle4) indices; a count of 0
/// escapes: 0 ends the row, 1 the picture, 2 moves right and on by the next two bytes, n takes the
/// n indices that follow as they are, filled up to 16 bits. What no run reaches keeps index 0.
class RunLengths {
 public:
  RunLengths(const FileBytes& file, const BmpHead& head, const std::string& where)
      : file_(file), head_(head), where_(where), at_(head.pixels_at) {
    indices_.assign(index_of(head, head.height, 0), 0);
  }

  Indices expand() {
    while (y_ < head_.height) {
      // A file may leave out the end of the picture, not a row.
      if (at_ == file_.size() && y_ == head_.height - 1 && x_ >= head_.width) break;
      const int count = next();
      const int value = next();
      if (count > 0) {
        for (int i = 0; i < count; ++i) put(nibble(value, i));
      } else if (value == 0) {
        x_ = 0;
        ++y_;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        x_ = std::min(x_ + next(), head_.width);
        y_ += next();
      } else {
        take_literally(value);
      }
    }
    return std::move(indices_);
  }

 private:
  bool halves() const { return head_.packing == BmpHead::Packing::rle4; }

  int next() {
    if (at_ >= file_.size()) bad_picture(where_, "BMP", "cut short");
    return file_[at_++];
  }
  int nibble(int value, int i) const {
    return !halves() ? value : i % 2 == 0 ? value >> 4 : value & 15;
  }
  void put(int index) {
    // Writers fill up runs at the end of a row.
    if (x_ < head_.width) indices_[index_of(head_, y_, x_)] = static_cast<std::uint8_t>(index);
    x_ = std::min(x_ + 1, head_.width);
  }
  void take_literally(int count) {
    int value = 0;
    const std::size_t from = at_;
    for (int i = 0; i < count; ++i) {
      if (!halves() || i % 2 == 0) value = next();
      put(nibble(value, i));
    }
    if ((at_ - from) % 2 != 0) next();
  }

  const FileBytes& file_;
  const BmpHead& head_;
  const std::string& where_;
  std::size_t at_;
  int x_ = 0, y_ = 0;
  Indices indices_;
};

/// Bytes of a row, filled up to 32 bits.
std::size_t row_bytes(const BmpHead& head) {
  return (static_cast<std::size_t>(head.width) * static_cast<std::size_t>(head.bits) + 31) / 32 * 4;
}

void require_rows(const FileBytes& file, const BmpHead& head, const std::string& where) {
  // The last row need not be filled up.
  const std::size_t last =
      (static_cast<std::size_t>(head.width) * static_cast<std::size_t>(head.bits) + 7) / 8;
  const std::size_t bytes = row_bytes(head) * static_cast<std::size_t>(head.height - 1) + last;
  if (file.size() - head.pixels_at < bytes) bad_picture(where, "BMP", "cut short");
}

Indices plain_indices(const FileBytes& file, const BmpHead& head) {
  Indices indices(index_of(head, head.height, 0));
  const unsigned bits = static_cast<unsigned>(head.bits), per_byte = 8 / bits;
  for (int y = 0; y < head.height; ++y) {
    const std::uint8_t* row =
        file.data() + head.pixels_at + row_bytes(head) * static_cast<std::size_t>(y);
    for (int x = 0; x < head.width; ++x) {
      const auto i = static_cast<unsigned>(x);
      const unsigned shift = 8 - bits - i % per_byte * bits;
      indices[index_of(head, y, x)] =
          static_cast<std::uint8_t>(row[i / per_byte] >> shift & ((1U << bits) - 1));
    }
  }
  return indices;
}

Picture through_palette(const Indices& indices, const BmpHead& head, const std::string& where) {
  Picture picture = blank_picture(head.width, head.height, 3);
  for (int y = 0; y < head.height; ++y) {
    std::uint8_t* to = picture.pixels.data() + picture.offset(row_of(head, y), 0);
    for (int x = 0; x < head.width; ++x, to += 3) {
      const std::size_t index = indices[index_of(head, y, x)];
      if (index >= head.palette.size()) bad_picture(where, "BMP", "a colour beyond its palette");
      std::copy(head.palette[index].begin(), head.palette[index].end(), to);
    }
  }
  return picture;
}

Picture direct(const FileBytes& file, const BmpHead& head) {
  const bool alpha = head.fields[3].bits != 0;
  Picture picture = blank_picture(head.width, head.height, alpha ? 4 : 3);
  const std::size_t bytes = static_cast<std::size_t>(head.bits) / 8;
  for (int y = 0; y < head.height; ++y) {
    const std::uint8_t* from =
        file.data() + head.pixels_at + row_bytes(head) * static_cast<std::size_t>(y);
    std::uint8_t* to = picture.pixels.data() + picture.offset(row_of(head, y), 0);
    for (int x = 0; x < head.width; ++x, from += bytes, to += picture.channels) {
      if (bytes == 3) {
        std::reverse_copy(from, from + 3, to);  // stored as blue, green, red
        continue;
      }
      std::uint32_t pixel = 0;
      for (std::size_t i = bytes; i-- > 0;) pixel = pixel << 8 | from[i];
      for (std::size_t c = 0; c < static_cast<std::size_t>(picture.channels); ++c)
        to[c] = head.fields[c].of(pixel);
    }
  }
  return picture;
}

/// Many writers name a mask for alpha and leave it all zero: nobody means a picture that cannot be
/// seen.
void drop_empty_alpha(Picture& picture) {
  if (picture.channels != 4) return;
  for (std::size_t i = 3; i < picture.pixels.size(); i += 4)
    if (picture.pixels[i] != 0) return;
  for (std::size_t i = 3; i < picture.pixels.size(); i += 4) picture.pixels[i] = 255;
}

}  // namespace

DecodedPicture decode_bmp(const FileBytes& file, const std::string& where) {
  const BmpHead head = read_bmp_head(file, where);
  DecodedPicture decoded;
  if (head.packing != BmpHead::Packing::plain) {
    decoded.picture = through_palette(RunLengths(file, head, where).expand(), head, where);
    return decoded;
  }
  require_rows(file, head, where);
  decoded.picture =
      head.bits <= 8 ? through_palette(plain_indices(file, head), head, where) : direct(file, head);
  drop_empty_alpha(decoded.picture);
  return decoded;
}

}  // namespace uvea::nn
