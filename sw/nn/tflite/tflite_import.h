#pragma once
// Reads quantised TensorFlow Lite models: int8 (per tensor or per channel) and uint8.
//
// Operators: the table of operators.h. FULLY_CONNECTED becomes a 1x1 convolution; its
// geometry, not its tensors' shapes, says how the data are read. Operators of constants only are
// folded. A QUANTIZE from float32 and a DEQUANTIZE to it are layers like others: input or output is
// float32.
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
#include <vector>

#include "sw/nn/import/import_options.h"
#include "sw/nn/network.h"

namespace uvea::nn {

/// The operators that are read: "on the chip: ..." and "on the host: ...", a line each.
std::vector<std::string> supported_tflite_operators();

Network load_tflite(const std::string& path, const ImportOptions& options = {});

/// The same from memory; `name` stands for the path in messages and in Network::source.
Network load_tflite_bytes(const std::uint8_t* data, std::size_t size, const std::string& name,
                          const ImportOptions& options = {});

}  // namespace uvea::nn
