#include "sw/nn/image_input.h"

#include <algorithm>
#include <filesystem>

#include "sw/nn/file.h"
#include "sw/nn/picture.h"
#include "sw/user_error.h"

namespace uvea::nn {

namespace {

bool named_as_picture(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg" || extension == ".bmp";
}

/// What the tensor takes, for an error line.
std::string expectation(const TensorInfo& info, std::size_t image) {
  const Shape& shape = info.shape;
  const bool picture = shape.c() == 1 || shape.c() == 3;
  std::string text =
      picture ? "a PNG, JPEG or BMP picture, or a raw tensor of " : "a raw tensor of ";
  text += std::to_string(image) + " bytes";
  if (shape.n() > 1)
    text += " (one image) or " + std::to_string(shape.elements()) + " bytes (the batch of " +
            std::to_string(shape.n()) + ")";
  return text + ", height " + std::to_string(shape.h()) + " x width " + std::to_string(shape.w()) +
         " x channels " + std::to_string(shape.c()) + ", " +
         (info.quant.is_signed ? "int8" : "uint8");
}

/// The codes of one picture. A pixel and its int8 code differ by 128, that is in the top bit.
std::vector<std::uint8_t> picture_codes(const std::vector<std::uint8_t>& file,
                                        const TensorInfo& info, const std::string& path) {
  const Picture picture = decode_picture(file, info.shape.c(), path);
  auto codes = crop_and_resize(picture, info.shape.w(), info.shape.h()).pixels;
  if (info.quant.is_signed)
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(code ^ 0x80U);
  return codes;
}

}  // namespace

Tensor load_input(const std::string& path, const TensorInfo& info) {
  Tensor tensor{info.shape, info.quant, {}};
  const std::size_t all = info.shape.elements();
  const std::size_t image = all / static_cast<std::size_t>(std::max(info.shape.n(), 1));
  const std::string expected = expectation(info, image);

  std::vector<std::uint8_t> file = read_file(path, expected);
  const bool raw_size = file.size() == all || file.size() == image;
  const bool picture = named_as_picture(path) || (!raw_size && looks_like_picture(file));
  if (picture && info.shape.c() != 1 && info.shape.c() != 3)
    throw UserError(path + ": a picture for a tensor of " + std::to_string(info.shape.c()) +
                    " channels, expected " + expected);
  if (picture && !looks_like_picture(file))
    throw UserError(path + ": not a PNG, JPEG or BMP picture, expected " + expected);
  if (!picture && !raw_size)
    throw UserError(path + ": " + std::to_string(file.size()) +
                    " bytes of no known picture kind, expected " + expected);

  if (!picture && file.size() == all) {
    tensor.bytes = std::move(file);
    return tensor;
  }
  const auto one = picture ? picture_codes(file, info, path) : std::move(file);
  tensor.bytes.reserve(all);
  for (int n = 0; n < info.shape.n(); ++n)
    tensor.bytes.insert(tensor.bytes.end(), one.begin(), one.end());
  return tensor;
}

}  // namespace uvea::nn
