#pragma once
// What the importers of network files (.tflite, .onnx) are told beside the file.

namespace uvea::nn {

struct ImportOptions {
  /// Bits of a signed weight on the chip, 2 to 9. Layers whose weights (less their zero point) need
  /// more are re-quantised per channel, with a notice; see weight_fit.h.
  int weight_bits = 8;
  int batch = 1;  ///< images that are run together, at least 1
};

}  // namespace uvea::nn
