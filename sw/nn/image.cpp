#include "sw/nn/image.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "sw/nn/file.h"
#include "sw/nn/stb.h"
#include "sw/user_error.h"

namespace uvea::nn {
namespace {

constexpr std::int64_t kMostPixels = 64'000'000;

std::size_t size(int n) { return static_cast<std::size_t>(n); }

bool begins_with(const std::vector<std::uint8_t>& bytes, std::initializer_list<int> mark) {
  return bytes.size() >= mark.size() && std::equal(mark.begin(), mark.end(), bytes.begin());
}

bool image_mark(const std::vector<std::uint8_t>& bytes) {
  return begins_with(bytes, {0x89, 'P', 'N', 'G'}) || begins_with(bytes, {0xff, 0xd8, 0xff}) ||
         begins_with(bytes, {'B', 'M'});
}

bool image_name(const std::string& path) {
  const std::size_t dot = path.find_last_of("./");
  if (dot == std::string::npos || path[dot] != '.') return false;
  std::string ending = path.substr(dot + 1);
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const std::array<const char*, 4> known = {"png", "jpg", "jpeg", "bmp"};
  return std::find(known.begin(), known.end(), ending) != known.end();
}

struct Image {
  int height = 0, width = 0, channels = 0;
  std::vector<std::uint8_t> pixels;  // [height][width][channels]
};

Image decode(const std::string& path, const std::vector<std::uint8_t>& bytes, int channels) {
  const auto fail = [&](const std::string& why) {
    throw UserError(path + ": not a readable PNG, JPEG or BMP image (" + why + ")");
  };
  Image image;
  image.channels = channels;
  const int length = static_cast<int>(bytes.size());  // read_file allows less than 2 GB
  int stored = 0;
  if (stbi_info_from_memory(bytes.data(), length, &image.width, &image.height, &stored) == 0)
    fail(stbi_failure_reason());
  if (std::int64_t{image.width} * image.height > kMostPixels) fail("more than 64 million pixels");
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(bytes.data(), length, &image.width, &image.height, &stored, channels),
      stbi_image_free);
  if (!pixels) fail(stbi_failure_reason());
  image.pixels.assign(pixels.get(),
                      pixels.get() + size(image.width) * size(image.height) * size(channels));
  return image;
}

Image crop(const Image& image, int height, int width) {
  Image out{height, width, image.channels, {}};
  const int top = (image.height - height) / 2, left = (image.width - width) / 2;
  for (int h = 0; h < height; ++h) {
    const auto first = image.pixels.begin() +
                       static_cast<std::ptrdiff_t>(
                           (size(top + h) * size(image.width) + size(left)) * size(image.channels));
    out.pixels.insert(out.pixels.end(), first, first + std::ptrdiff_t{width} * image.channels);
  }
  return out;
}

/// The largest part around the centre that has the wanted aspect ratio.
Image crop_to_aspect(const Image& image, int height, int width) {
  const double ratio = static_cast<double>(width) / height;
  const auto rounded = [](double v, int most) {
    return std::clamp(static_cast<int>(std::lround(v)), 1, most);
  };
  if (image.width > image.height * ratio)
    return crop(image, image.height, rounded(image.height * ratio, image.width));
  return crop(image, rounded(image.width / ratio, image.height), image.width);
}

/// Which source pixels make up an output pixel along one axis, and with what weights (sum 1).
struct Taps {
  int first = 0;
  std::vector<double> weights;
};

std::vector<Taps> triangle_taps(int in, int out) {
  const double step = static_cast<double>(in) / out;
  const double reach = std::max(step, 1.0);
  std::vector<Taps> taps(size(out));
  for (int o = 0; o < out; ++o) {
    const double centre = (o + 0.5) * step - 0.5;
    const int first = std::max(static_cast<int>(std::ceil(centre - reach)), 0);
    const int last = std::min(static_cast<int>(std::floor(centre + reach)), in - 1);
    Taps& t = taps[size(o)];
    t.first = first;
    double sum = 0.0;
    for (int i = first; i <= last; ++i) {
      t.weights.push_back(std::max(1.0 - std::abs(i - centre) / reach, 0.0));
      sum += t.weights.back();
    }
    for (double& w : t.weights) w /= sum;
  }
  return taps;
}

Image resize(const Image& image, int height, int width) {
  if (image.height == height && image.width == width) return image;
  const std::vector<Taps> across = triangle_taps(image.width, width);
  const std::vector<Taps> down = triangle_taps(image.height, height);
  const std::size_t channels = size(image.channels), row = size(width) * channels;
  std::vector<double> narrow(size(image.height) * row);
  for (int h = 0; h < image.height; ++h)
    for (int w = 0; w < width; ++w)
      for (std::size_t c = 0; c < channels; ++c) {
        const Taps& t = across[size(w)];
        double sum = 0.0;
        for (std::size_t i = 0; i < t.weights.size(); ++i)
          sum += t.weights[i] *
                 image.pixels[(size(h) * size(image.width) + size(t.first) + i) * channels + c];
        narrow[size(h) * row + size(w) * channels + c] = sum;
      }
  Image out{height, width, image.channels, std::vector<std::uint8_t>(size(height) * row)};
  for (int h = 0; h < height; ++h)
    for (std::size_t x = 0; x < row; ++x) {
      const Taps& t = down[size(h)];
      double sum = 0.0;
      for (std::size_t i = 0; i < t.weights.size(); ++i)
        sum += t.weights[i] * narrow[(size(t.first) + i) * row + x];
      out.pixels[size(h) * row + x] =
          static_cast<std::uint8_t>(std::clamp(std::lround(sum), 0L, 255L));
    }
  return out;
}

Tensor from_image(const std::string& path, const std::vector<std::uint8_t>& bytes,
                  const TensorInfo& input) {
  const Shape& shape = input.shape;
  if (shape.c != 1 && shape.c != 3)
    throw UserError(path + ": an image, but the network's input has " + std::to_string(shape.c) +
                    " channels; give a raw tensor of " + std::to_string(shape.elements()) +
                    " bytes");
  const Image image =
      resize(crop_to_aspect(decode(path, bytes, shape.c), shape.h, shape.w), shape.h, shape.w);
  Tensor tensor{shape, input.quant, {}};
  for (int n = 0; n < shape.n; ++n)
    for (const std::uint8_t pixel : image.pixels)
      tensor.bytes.push_back(static_cast<std::uint8_t>(pixel + input.quant.lowest()));
  return tensor;
}

}  // namespace

Tensor load_input(const std::string& path, const TensorInfo& input) {
  std::vector<std::uint8_t> bytes = read_file(path, "a PNG, JPEG or BMP image or a raw tensor");
  const std::size_t elements = input.shape.elements();
  if (image_name(path)) return from_image(path, bytes, input);
  Tensor tensor{input.shape, input.quant, {}};
  if (bytes.size() == elements) {
    tensor.bytes = std::move(bytes);
    return tensor;
  }
  if (image_mark(bytes)) return from_image(path, bytes, input);
  const std::size_t images = elements == 0 ? 0 : bytes.size() / elements;
  if (input.shape.n != 1 || images < 2 || images > 1024 || images * elements != bytes.size())
    throw UserError(path + ": " + std::to_string(bytes.size()) +
                    " bytes, neither a PNG, JPEG or BMP image nor a raw tensor of " +
                    std::to_string(elements) + " bytes (" + std::to_string(input.shape.n) + "x" +
                    std::to_string(input.shape.h) + "x" + std::to_string(input.shape.w) + "x" +
                    std::to_string(input.shape.c) + ")");
  tensor.shape.n = static_cast<int>(images);
  tensor.bytes = std::move(bytes);
  return tensor;
}

}  // namespace uvea::nn
