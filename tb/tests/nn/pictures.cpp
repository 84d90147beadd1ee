#include "tb/tests/nn/pictures.h"

#include <stdexcept>

#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

namespace uvea::tb {
namespace {

void append(void* file, void* data, int size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  auto& to = *static_cast<std::vector<std::uint8_t>*>(file);
  to.insert(to.end(), bytes, bytes + size);
}

}  // namespace

const char* ending_of(PictureKind kind) {
  return kind == PictureKind::png ? "png" : kind == PictureKind::bmp ? "bmp" : "jpg";
}

std::vector<std::uint8_t> picture_file(PictureKind kind, int width, int height, int channels,
                                       const std::vector<std::uint8_t>& pixels) {
  if (pixels.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                           static_cast<std::size_t>(channels))
    throw std::invalid_argument("picture: pixels do not fill it");
  std::vector<std::uint8_t> file;
  int done = 0;
  switch (kind) {
    case PictureKind::png:
      done = stbi_write_png_to_func(append, &file, width, height, channels, pixels.data(),
                                    width * channels);
      break;
    case PictureKind::bmp:
      done = stbi_write_bmp_to_func(append, &file, width, height, channels, pixels.data());
      break;
    case PictureKind::jpeg:
      done = stbi_write_jpg_to_func(append, &file, width, height, channels, pixels.data(), 100);
      break;
  }
  if (done == 0) throw std::runtime_error("picture: not encoded");
  return file;
}

}  // namespace uvea::tb
