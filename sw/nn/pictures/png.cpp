// PNG by libpng, which checks every chunk's and the data's checksums.

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

#include "sw/nn/pictures/decoders.h"

namespace uvea::nn {
namespace {

constexpr png_alloc_size_t most_chunk_bytes = 64 << 20;
constexpr png_uint_32 most_chunks = 10000;

/// One file being decoded. libpng leaves a failed call by longjmp, past no object of ours: what a
/// call may have made lives here.
class Decoder {
 public:
  explicit Decoder(const FileBytes& file) : file_(file) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, warn);
    if (png_ == nullptr) throw std::bad_alloc();
    info_ = png_create_info_struct(png_);
    end_ = png_create_info_struct(png_);
  }
  ~Decoder() { png_destroy_read_struct(&png_, &info_, &end_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// False when the file is damaged; why() then says how.
  bool read_header() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_user_limits(png_, ImageLimits::side, ImageLimits::side);
    png_set_chunk_malloc_max(png_, most_chunk_bytes);
    png_set_chunk_cache_max(png_, most_chunks);
    // A damaged chunk is never left out: without its tRNS, say, a picture looks different.
    png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_read_fn(png_, this, read);
    png_read_info(png_, info_);
    width = static_cast<int>(png_get_image_width(png_, info_));
    height = static_cast<int>(png_get_image_height(png_, info_));
    png_set_expand(png_);  // palettes, colours that stand for transparency, less than 8 bits
    png_set_scale_16(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    channels = png_get_channels(png_, info_);
    return true;
  }

  bool read_pixels(Picture& picture) {
    rows_.resize(static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y)
      rows_[static_cast<std::size_t>(y)] = picture.pixels.data() + picture.offset(y, 0);
    return read_rows();
  }

  int orientation() {
    png_uint_32 size = 0;
    png_bytep exif = nullptr;
    for (png_infop info : {info_, end_}) {
      if (png_get_eXIf_1(png_, info, &size, &exif) == 0) continue;
      // libexif wants the head that a JPEG file has before it.
      std::vector<std::uint8_t> block{'E', 'x', 'i', 'f', 0, 0};
      block.insert(block.end(), exif, exif + size);
      return exif_orientation(block.data(), block.size());
    }
    return 1;
  }

  const char* why() const { return why_; }

  int width = 0, height = 0, channels = 0;

 private:
  bool read_rows() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, rows_.data());
    png_read_end(png_, end_);
    return true;
  }

  static void read(png_structp png, png_bytep to, std::size_t size) {
    auto* self = static_cast<Decoder*>(png_get_io_ptr(png));
    if (self->file_.size() - self->at_ < size) png_error(png, "cut short");
    std::memcpy(to, self->file_.data() + self->at_, size);
    self->at_ += size;
  }
  [[noreturn]] static void fail(png_structp png, png_const_charp message) {
    auto* self = static_cast<Decoder*>(png_get_error_ptr(png));
    std::strncpy(self->why_, message, sizeof self->why_ - 1);
    png_longjmp(png, 1);
  }
  /// Only things that leave the pixels as they are.
  static void warn(png_structp, png_const_charp) {}

  const FileBytes& file_;
  std::size_t at_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr, end_ = nullptr;
  std::vector<png_bytep> rows_;
  char why_[100] = {};
};

}  // namespace

DecodedPicture decode_png(const FileBytes& file, const std::string& where) {
  // The size first, in words of our own: it stands at the same place in every PNG.
  constexpr std::size_t width_at = 16, height_at = 20, head = 24;
  if (file.size() < head) bad_picture(where, "PNG", "cut short");
  const auto number = [&file](std::size_t at) {
    std::int64_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i) value = value * 256 + file[i];
    return value;
  };
  if (std::memcmp(file.data() + 12, "IHDR", 4) == 0)
    require_size(number(width_at), number(height_at), where);

  Decoder decoder(file);
  if (!decoder.read_header()) bad_picture(where, "PNG", decoder.why());
  require_size(decoder.width, decoder.height, where);
  DecodedPicture decoded;
  decoded.picture = blank_picture(decoder.width, decoder.height, decoder.channels);
  if (!decoder.read_pixels(decoded.picture)) bad_picture(where, "PNG", decoder.why());
  decoded.orientation = decoder.orientation();
  return decoded;
}

}  // namespace uvea::nn
