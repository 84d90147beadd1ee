#pragma once
// What runs on the host between the chip's layers, in the integer (for softmax and resizing:
// single-precision) arithmetic of TensorFlow Lite 2.2.0.

#include <vector>

#include "sw/nn/network.h"

namespace uvea::nn {

/// The output of a host layer: `output` gives its shape and quantisation.
/// Throws std::invalid_argument when the shapes do not fit the operation; the importer refuses
/// such networks, so this is a fault of the caller.
///   add             2 inputs of one shape, or one of them a single value per channel or at all
///   average_pool    rounded halves away from zero; padding is not counted
///   max_pool        padding never wins
///   softmax         over the channels of each position
///   reshape         same elements in another shape
///   quantize        from one scale and zero point to another
///   dequantize      not offered: the network's end stays in codes
///   resize_nearest, resize_bilinear   to the output's height and width
///   concat          along `axis` of NHWC; inputs of another scale are rescaled
///   pad             zeros (the zero point) around height and width
///   mean            over height and width
///   relu            clamp to act_min..act_max, rescaled where the scales differ
Tensor run_host_layer(const HostLayer& layer, const std::vector<const Tensor*>& inputs,
                      const TensorInfo& output);

}  // namespace uvea::nn
