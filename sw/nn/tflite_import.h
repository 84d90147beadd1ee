#pragma once
// Reads quantised TensorFlow Lite models: int8 (per tensor or per channel) and uint8.
//
// On the chip: CONV_2D (also grouped), DEPTHWISE_CONV_2D, FULLY_CONNECTED (as a 1x1 convolution
// over the flattened input; its geometry, not its tensors' shapes, says how the data are read).
// On the host: ADD, AVERAGE_POOL_2D, MAX_POOL_2D, SOFTMAX, RESHAPE, SQUEEZE, EXPAND_DIMS, QUANTIZE
// between 8-bit types, RESIZE_NEAREST_NEIGHBOR, RESIZE_BILINEAR, CONCATENATION, PAD, MEAN over
// height and width, RELU, RELU6, RELU_N1_TO_1.
// A QUANTIZE at the very start and a DEQUANTIZE at the very end are dropped, with a notice: input
// and output of the network are codes.
//
// Shapes stay as they are in the file (tensor.h says how they are read as NHWC).
// Padding SAME and VALID become explicit offsets.
// A fused activation always clamps. TensorFlow Lite 2.2.0 itself leaves it out of its INT8
// DEPTHWISE_CONV_2D (later versions do not); that shows only where the output's scale reaches
// beyond the activation's bounds, which the converter never makes.
//
// Throws UserError that names the file, the operator and what to do: missing, empty, truncated or
// corrupted file, unsupported operator or option, float model, several inputs or subgraphs,
// sizes that contradict each other. No content of a file can make it crash or allocate more than
// a small multiple of the file's size.

#include <cstddef>
#include <cstdint>
#include <string>

#include "sw/nn/network.h"

namespace uvea::nn {

struct ImportOptions {
  /// Bits of a signed weight on the chip, 2 to 9. Layers whose weights (less their zero point) need
  /// more are re-quantised per channel, with a notice; see weight_fit.h.
  int weight_bits = 8;
  int batch = 1;
};

Network load_tflite(const std::string& path, const ImportOptions& options = {});

/// The same from memory; `name` stands for the path in messages and in Network::source.
Network load_tflite_bytes(const std::uint8_t* data, std::size_t size, const std::string& name,
                          const ImportOptions& options = {});

}  // namespace uvea::nn
