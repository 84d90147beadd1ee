#include "sw/nn/picture.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "sw/nn/image_input.h"
#include "sw/nn/jpeg_tables.h"
#include "sw/user_error.h"

namespace {

// The decoder's buffers grow with what a file claims; these refuse the absurd ones.
void* bounded_malloc(std::size_t size) {
  return size > static_cast<std::size_t>(uvea::nn::ImageLimits::decoder_bytes) ? nullptr
                                                                               : std::malloc(size);
}

void* bounded_realloc(void* old, std::size_t size) {
  return size > static_cast<std::size_t>(uvea::nn::ImageLimits::decoder_bytes)
             ? nullptr
             : std::realloc(old, size);
}

}  // namespace

#define STBI_MALLOC(size) bounded_malloc(size)
#define STBI_REALLOC(old, size) bounded_realloc(old, size)
#define STBI_FREE(old) std::free(old)
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 16384
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
// Static, because other programs' parts may carry the same decoder; most of it is then unused.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace uvea::nn {

static_assert(ImageLimits::side == STBI_MAX_DIMENSIONS, "the decoder has the same limit");

namespace {

bool begins_with(const std::vector<std::uint8_t>& file, const std::vector<std::uint8_t>& magic) {
  return file.size() >= magic.size() && std::equal(magic.begin(), magic.end(), file.begin());
}

std::string reason() {
  const char* text = stbi_failure_reason();
  return text != nullptr ? text : "unknown reason";
}

/// The two neighbours of a sample point and how far it lies between them.
struct Sample {
  int low = 0, high = 0;
  double part = 0.0;
};

/// Sample points of `to` pixels laid over pixels first .. first + from - 1.
std::vector<Sample> samples(double first, double from, int to, int limit) {
  std::vector<Sample> points(static_cast<std::size_t>(to));
  for (int i = 0; i < to; ++i) {
    const double x = first + (i + 0.5) * from / to - 0.5;
    const double clamped = std::clamp(x, 0.0, static_cast<double>(limit - 1));
    const int low = static_cast<int>(std::floor(clamped));
    points[static_cast<std::size_t>(i)] = {low, std::min(low + 1, limit - 1), clamped - low};
  }
  return points;
}

}  // namespace

bool looks_like_picture(const std::vector<std::uint8_t>& file) {
  return begins_with(file, {0x89, 'P', 'N', 'G'}) || begins_with(file, {0xff, 0xd8, 0xff}) ||
         begins_with(file, {'B', 'M'});
}

Picture decode_picture(const std::vector<std::uint8_t>& file, int channels,
                       const std::string& where) {
  if (file.size() > static_cast<std::size_t>(ImageLimits::file_bytes))
    throw UserError(where + ": picture file of " + std::to_string(file.size()) +
                    " bytes, expected at most " + std::to_string(ImageLimits::file_bytes));
  if (begins_with(file, {0xff, 0xd8}) && !huffman_tables_fit(file))
    throw UserError(where + ": damaged picture (Huffman table), expected PNG, JPEG or BMP");
  const int size = static_cast<int>(file.size());
  Picture picture;
  int stored = 0;
  if (stbi_info_from_memory(file.data(), size, &picture.width, &picture.height, &stored) == 0)
    throw UserError(where + ": damaged picture (" + reason() + "), expected PNG, JPEG or BMP");
  const std::string shape = std::to_string(picture.width) + "x" + std::to_string(picture.height);
  if (picture.width < 1 || picture.height < 1 || picture.width > ImageLimits::side ||
      picture.height > ImageLimits::side ||
      std::int64_t{picture.width} * picture.height > ImageLimits::pixels)
    throw UserError(where + ": picture of " + shape + " pixels, expected 1 to " +
                    std::to_string(ImageLimits::side) + " a side and at most " +
                    std::to_string(ImageLimits::pixels) + " in all");
  const std::unique_ptr<stbi_uc, void (*)(void*)> data(
      stbi_load_from_memory(file.data(), size, &picture.width, &picture.height, &stored, channels),
      stbi_image_free);
  if (!data)
    throw UserError(where + ": damaged picture (" + reason() + "), expected PNG, JPEG or BMP");
  picture.channels = channels;
  picture.pixels.assign(data.get(), data.get() + static_cast<std::size_t>(picture.width) *
                                                     static_cast<std::size_t>(picture.height) *
                                                     static_cast<std::size_t>(channels));
  return picture;
}

Picture crop_and_resize(const Picture& in, int width, int height) {
  // Widest window of the wanted ratio; one of its sides is a side of the picture.
  const double ratio = static_cast<double>(width) / height;
  const double cut_w = std::min(static_cast<double>(in.width), in.height * ratio);
  const double cut_h = std::min(static_cast<double>(in.height), in.width / ratio);
  const auto columns = samples((in.width - cut_w) / 2.0, cut_w, width, in.width);
  const auto rows = samples((in.height - cut_h) / 2.0, cut_h, height, in.height);

  Picture out{width, height, in.channels, {}};
  out.pixels.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                     static_cast<std::size_t>(in.channels));
  for (const Sample& y : rows)
    for (const Sample& x : columns)
      for (int c = 0; c < in.channels; ++c) {
        const double top =
            in.at(y.low, x.low, c) * (1.0 - x.part) + in.at(y.low, x.high, c) * x.part;
        const double bottom =
            in.at(y.high, x.low, c) * (1.0 - x.part) + in.at(y.high, x.high, c) * x.part;
        const double value = top * (1.0 - y.part) + bottom * y.part;
        out.pixels.push_back(static_cast<std::uint8_t>(std::floor(value + 0.5)));
      }
  return out;
}

}  // namespace uvea::nn
