#pragma once
// A network's input from a file: an image, or a raw tensor.
//
// Image (PNG, JPEG or BMP, told by the file's first bytes): cropped to the network's aspect ratio
// around its centre, resized bilinearly to the network's height and width (pixel centres at half
// coordinates; when it shrinks, each output pixel averages the source pixels that it covers), taken
// as RGB or grey by the network's 3 or 1 channels, and its pixels 0..255 put onto the codes from
// the lowest to the highest: code = pixel for uint8, pixel - 128 for int8. That is how 8-bit image
// networks are quantised, whatever real range their scale gives to it.
// A file named .png, .jpg, .jpeg or .bmp must be an image.
//
// Raw tensor: exactly the codes, in NHWC order, one byte each, for one or several whole images.

#include <string>

#include "sw/nn/network.h"

namespace uvea::nn {

/// The input as codes. Its batch is the network's for an image (repeated) and for a raw tensor of
/// just that size; a raw tensor of N times the size of `input` with batch 1 gives batch N (at most
/// 1024), which is for set_batch (reference.h) to match.
/// Throws UserError: missing or unreadable file, damaged image, image for a network that does not
/// take 1 or 3 channels, a size that fits nothing, more than 64 million pixels.
Tensor load_input(const std::string& path, const TensorInfo& input);

}  // namespace uvea::nn
