#pragma once
// A network's input from a file: a picture, or a raw tensor.
//
// Raw tensor  the elements as stored (codes as bytes, float32 little-endian), NHWC (NCHW where the
//             tensor is planar), of exactly one image (then repeated for every image of the
//             batch) or of exactly the whole batch. A file of such a size is taken as raw unless
//             its name ends as a picture's does. For a tensor of reals it may hold codes, one
//             byte each, which become the reals that they stand for.
// Picture     decoded (picture.h), cut around its centre to the tensor's aspect ratio, resized
//             bilinearly (sample points at pixel centres, without a low-pass filter), as RGB or
//             grey by the tensor's channels (3 or 1), then pixel by pixel to codes
//             (pixel_mapping.h), repeated for every image.

#include <string>
#include <vector>

#include "sw/nn/network.h"
#include "sw/nn/pictures/pixel_mapping.h"

namespace uvea::nn {

/// What a file became.
struct LoadedInput {
  Tensor tensor;
  bool picture = false;            ///< else a raw tensor, to which no mapping applies
  std::vector<std::string> notes;  ///< what was done to the picture (decode_picture())
};

/// Throws UserError when the file is missing, neither a readable picture nor a raw tensor of the
/// right size (the expected bytes and shape are named), or beyond ImageLimits.
LoadedInput load_input(const std::string& path, const TensorInfo& info,
                       const PixelMapping& mapping = {});

}  // namespace uvea::nn
