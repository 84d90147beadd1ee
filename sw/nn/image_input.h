#pragma once
// A network's input from a file: a PNG, JPEG or BMP picture, or a raw tensor.
//
// Raw tensor  the codes as bytes, NHWC, of exactly one image (then repeated for every image of the
//             batch) or of exactly the whole batch. A file of such a size is taken as raw unless
//             its name ends in .png, .jpg, .jpeg or .bmp.
// Picture     cut around its centre to the tensor's aspect ratio, resized bilinearly (sample points
//             at pixel centres, without a low-pass filter), as RGB or grey by the tensor's channels
//             (3 or 1; alpha is not read, 16 bits per channel become 8), repeated for every image.
// Codes       pixel 0 becomes the lowest code and pixel 255 the highest: int8 = pixel - 128,
//             uint8 = pixel. An input's scale and zero point say which reals its codes stand for,
//             so this maps black to white on the tensor's whole real range. For the usual ranges,
//             [0, 1], [-1, 1] and [0, 255], that is the training's own mapping to half a code; a
//             network normalised per channel (mean, deviation) wants a raw tensor.

#include <cstdint>
#include <string>

#include "sw/nn/network.h"

namespace uvea::nn {

/// Bounds on pictures, so that a small file cannot expand without end.
struct ImageLimits {
  static constexpr std::int64_t file_bytes = 64 << 20;
  static constexpr int side = 16384;  ///< pixels
  static constexpr std::int64_t pixels = 40'000'000;
  static constexpr std::int64_t decoder_bytes = 384 << 20;  ///< of any one buffer of the decoder
};

/// Throws UserError when the file is missing, neither a readable picture nor a raw tensor of the
/// right size (the expected bytes and shape are named), or beyond ImageLimits.
Tensor load_input(const std::string& path, const TensorInfo& info);

}  // namespace uvea::nn
