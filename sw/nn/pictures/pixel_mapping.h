#pragma once
// From pixels, 0..255, to the codes of a network's input.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sw/nn/network.h"

namespace uvea::nn {

/// A pixel stands for the real (pixel - mean) / deviation; its code is that real divided by the
/// tensor's scale, rounded to the nearest (halves away from 0), plus the zero point, clamped to the
/// tensor's codes. `mean` and `deviation` (positive) hold one value for all channels or one for
/// each; empty: mean 0, deviation 1. When both are empty, pixel 0 becomes the lowest code and pixel
/// 255 the highest, whatever the scale: black to white over the tensor's whole range, which is the
/// training's mapping to half a code for the ranges [0, 1], [-1, 1] and [0, 255].
struct PixelMapping {
  std::vector<double> mean, deviation;

  bool is_default() const { return mean.empty() && deviation.empty(); }
  /// The code (as stored in a tensor) of every pixel value of a channel.
  std::array<std::uint8_t, 256> codes(const Quantization& quant, int channel) const;
};

/// "pixels 0..255 become the codes -128..127, which stand for -1..0.992", for the first channel.
std::string describe(const PixelMapping& mapping, const Quantization& quant);

}  // namespace uvea::nn
