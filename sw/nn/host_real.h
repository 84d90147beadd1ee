#pragma once
// Host operations of networks whose rounding is real-valued (ONNX): operands are codes taken as
// scale * (code - zero point), or float32; the operation is done in double precision; the result is
// clamped, divided by the output's scale and rounded once, halves to even, or stored as float32.

#include <limits>
#include <vector>

#include "sw/nn/window.h"

namespace uvea::nn::host {

/// Bounds of a result before it is rounded.
struct RealClamp {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

enum class RealFunction {
  identity,
  leaky_relu,  ///< alpha * x below 0
  sigmoid,
  tanh,
  hard_sigmoid,  ///< alpha * x + beta within 0..1
  hard_swish     ///< x * (x / 6 + 1/2 within 0..1)
};

struct RealUnary {
  RealFunction function = RealFunction::identity;
  double alpha = 0.0, beta = 0.0;
  RealClamp clamp;
};

enum class RealBinaryOp { add, sub, mul, div, minimum, maximum };

/// Either operand may be repeated along dimensions of 1 or missing ones in front.
struct RealBinary {
  RealBinaryOp op = RealBinaryOp::add;
  RealClamp clamp;
};

/// Over height and width of NHWC.
struct RealAveragePool {
  Window window;
  int pad_bottom = 0, pad_right = 0;
  bool count_pads = false;  ///< padding counts as zeros, else it is left out
  RealClamp clamp;
};

/// Mean over `axes`, ascending; the output has as many elements as are left.
struct RealMean {
  std::vector<int> axes;
  RealClamp clamp;
};

/// Over the dimensions first..last together.
struct RealSoftmax {
  int first = 0, last = 0;
};

/// Along `axis`, output index i is input index from[i]. Elements of any type.
struct Pick {
  int axis = 0;
  std::vector<int> from;
};

}  // namespace uvea::nn::host
