#include "sw/nn/pictures/image_input.h"

#include <algorithm>

#include "sw/nn/arithmetic/host_ops.h"
#include "sw/nn/import/file.h"
#include "sw/nn/pictures/picture.h"
#include "sw/user_error.h"

namespace uvea::nn {

namespace {

/// What the tensor takes, for an error line.
std::string expectation(const TensorInfo& info, std::size_t image) {
  const Shape shape = info.image_shape();
  const bool picture = shape.c() == 1 || shape.c() == 3;
  std::string text = picture ? "a picture (" + std::string(picture_kinds) + ") or a raw tensor of "
                             : "a raw tensor of ";
  text += std::to_string(image) + " bytes";
  if (shape.n() > 1)
    text += " (one image) or " + std::to_string(info.bytes()) + " bytes (the batch of " +
            std::to_string(shape.n()) + ")";
  const std::string channels = "channels " + std::to_string(shape.c());
  const std::string pixels =
      "height " + std::to_string(shape.h()) + " x width " + std::to_string(shape.w());
  return text + ", " + (info.planar ? channels + " x " + pixels : pixels + " x " + channels) +
         ", " + type_name(info);
}

/// The codes of one picture; where the tensor is of reals, what they stand for.
std::vector<std::uint8_t> picture_codes(const std::vector<std::uint8_t>& file,
                                        const TensorInfo& info, const PixelMapping& mapping,
                                        const std::string& path, std::vector<std::string>& notes) {
  const Shape shape = info.image_shape();
  const int channels = shape.c();
  const Picture picture = decode_picture(file, channels, path, notes);
  auto codes = crop_and_resize(picture, shape.w(), shape.h()).pixels;
  for (int c = 0; c < channels; ++c) {
    const auto table = mapping.codes(info.quant, c);
    for (auto i = static_cast<std::size_t>(c); i < codes.size();
         i += static_cast<std::size_t>(channels))
      codes[i] = table[codes[i]];
  }
  if (info.planar && channels > 1) {
    std::vector<std::uint8_t> planes;
    planes.reserve(codes.size());
    for (int c = 0; c < channels; ++c)
      for (auto i = static_cast<std::size_t>(c); i < codes.size();
           i += static_cast<std::size_t>(channels))
        planes.push_back(codes[i]);
    codes = std::move(planes);
  }
  if (info.type != ElementType::float32) return codes;
  return to_reals({Shape{static_cast<int>(codes.size())}, info.quant, std::move(codes)}).bytes;
}

/// Whether a file of so many bytes holds the codes of an input of reals, not the reals.
bool holds_codes(std::size_t bytes, const TensorInfo& info) {
  const std::size_t images = static_cast<std::size_t>(std::max(info.shape.n(), 1));
  const std::size_t all = info.shape.elements();
  const auto fits = [&](std::size_t whole) { return bytes == whole || bytes == whole / images; };
  return info.type == ElementType::float32 && !fits(info.bytes()) && fits(all);
}

}  // namespace

LoadedInput load_input(const std::string& path, const TensorInfo& info,
                       const PixelMapping& mapping) {
  LoadedInput loaded;
  Tensor& tensor = loaded.tensor;
  tensor = Tensor{info.shape, info.quant, {}, info.type};
  const std::size_t all = info.bytes();
  const std::size_t image = all / static_cast<std::size_t>(std::max(info.shape.n(), 1));
  const std::string expected = expectation(info, image);

  std::vector<std::uint8_t> file = read_file(path, expected);
  if (!named_as_picture(path) && holds_codes(file.size(), info))
    file = to_reals({Shape{static_cast<int>(file.size())}, info.quant, std::move(file)}).bytes;
  const bool raw_size = file.size() == all || file.size() == image;
  loaded.picture = named_as_picture(path) || (!raw_size && looks_like_picture(file));
  const std::string unread = unread_picture_kind(file);
  if (!unread.empty() && (loaded.picture ? !looks_like_picture(file) : !raw_size))
    throw UserError(path + ": a " + unread +
                    " picture, which is not read; convert it to PNG, expected " + expected);
  const int channels = info.image_shape().c();
  if (loaded.picture && channels != 1 && channels != 3)
    throw UserError(path + ": a picture for a tensor of " + std::to_string(channels) +
                    " channels, expected " + expected);
  if (loaded.picture && !looks_like_picture(file))
    throw UserError(path + ": not a picture of a kind that is read, expected " + expected);
  if (!loaded.picture && !raw_size)
    throw UserError(path + ": " + std::to_string(file.size()) +
                    " bytes of no known picture kind, expected " + expected);

  if (!loaded.picture && file.size() == all) {
    tensor.bytes = std::move(file);
    return loaded;
  }
  const auto one =
      loaded.picture ? picture_codes(file, info, mapping, path, loaded.notes) : std::move(file);
  tensor.bytes.reserve(all);
  for (int n = 0; n < info.shape.n(); ++n)
    tensor.bytes.insert(tensor.bytes.end(), one.begin(), one.end());
  return loaded;
}

}  // namespace uvea::nn
