#pragma once
// What the host runs between the chip's layers: one small struct of parameters per operation. The
// shapes, scales and types of its tensors are not repeated here. host_ops.h says what each
// computes.

#include <string>
#include <variant>
#include <vector>

#include "sw/nn/host_real.h"
#include "sw/nn/tensor.h"
#include "sw/nn/window.h"

namespace uvea::nn {
namespace host {

enum class BinaryOp { add, sub, mul, minimum, maximum };

/// Two operands, either of which may be repeated along dimensions of 1 or missing ones in front.
struct Binary {
  BinaryOp op = BinaryOp::add;
  CodeRange clamp;
};

struct Relu {
  CodeRange clamp;
};

enum class CurveKind { logistic, tanh, hard_swish, leaky_relu };

/// A function of one code, as a table of all of them.
struct Curve {
  CurveKind kind = CurveKind::logistic;
  float alpha = 0.0F;  ///< leaky_relu: slope of the negative side
};

/// The second operand has the slopes of the negative side; it is repeated as Binary's are.
struct Prelu {};

struct Softmax {
  double beta = 1.0;
};

struct LogSoftmax {};

/// Between codes of two scales, from float32 to codes, or from codes to float32, as the types of
/// input and output say.
struct Quantize {};

enum class PoolKind { average, max };

struct Pool {
  PoolKind kind = PoolKind::max;
  Window window;
  CodeRange clamp;
};

enum class ResizeKind { nearest, bilinear };

struct Resize {
  ResizeKind kind = ResizeKind::nearest;
  bool align_corners = false, half_pixel_centers = false;
};

struct Mean {
  std::vector<int> axes;  ///< ascending, each once
  /// The rounding of TensorFlow Lite 2.2.0 for a mean over height and width that stay as dimensions
  /// of 1; it differs between int8 and uint8, and from the rounding of every other mean.
  bool of_window = false;
};

/// Index of the first of the largest codes along a dimension.
struct ArgMax {
  int axis = 0;
};

struct Reshape {};

/// Output dimension d is input dimension perm[d].
struct Transpose {
  std::vector<int> perm;
};

struct Concat {
  int axis = 0;
};

/// Joins along a new dimension.
struct Pack {
  int axis = 0;
};

/// Takes count[d] elements from begin[d] on in steps of stride[d], which may be negative. The
/// output has them in any shape (dimensions of 1 may go or come).
struct Slice {
  std::vector<int> begin, stride, count;
};

/// before[d] elements in front of each dimension; those behind follow from the output's shape.
struct Pad {
  std::vector<int> before;
  int code = 0;  ///< what is put there
};

/// Blocks of block x block positions become channels, the block's rows outermost.
struct SpaceToDepth {
  int block = 1;
};

/// The inverse.
struct DepthToSpace {
  int block = 1;
};

/// Pads with the zero point (what is behind follows from the output's shape), then makes each
/// position within a block an image of its own. Of 3 dimensions the middle one is the width.
struct SpaceToBatch {
  int block_h = 1, block_w = 1, pad_top = 0, pad_left = 0;
};

/// The inverse, then cut to the output's shape.
struct BatchToSpace {
  int block_h = 1, block_w = 1, crop_top = 0, crop_left = 0;
};

/// Puts stride - 1 rows and columns of the zero point between those of the input: what turns a
/// transposed convolution into an ordinary one.
struct Spread {
  int stride_h = 1, stride_w = 1;
};

}  // namespace host

using HostLayer =
    std::variant<host::Binary, host::Relu, host::Curve, host::Prelu, host::Softmax,
                 host::LogSoftmax, host::Quantize, host::Pool, host::Resize, host::Mean,
                 host::ArgMax, host::Reshape, host::Transpose, host::Concat, host::Pack,
                 host::Slice, host::Pad, host::SpaceToDepth, host::DepthToSpace, host::SpaceToBatch,
                 host::BatchToSpace, host::Spread, host::RealUnary, host::RealBinary,
                 host::RealAveragePool, host::RealMean, host::RealSoftmax, host::Pick>;

/// "add", "average_pool", ...: as reports name it.
std::string host_layer_name(const HostLayer& layer);

/// An operand of a host layer, as widen_batch looks at it.
struct OperandShape {
  Shape shape;
  bool constant = false;
};

/// Makes the layer fit tensors whose first dimension, which holds the images one after the other,
/// has become `batch` times as large; constants stay as they are. The shapes are those from before.
/// False when the layer's results would then depend on other images.
bool widen_batch(HostLayer& layer, int batch, const std::vector<OperandShape>& operands,
                 const Shape& output);

}  // namespace uvea::nn
