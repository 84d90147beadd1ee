#pragma once
// What runs on the host between the chip's layers, in the integer (for softmax and resizing:
// single-precision) arithmetic of TensorFlow Lite 2.2.0.

#include <vector>

#include "sw/nn/network.h"

namespace uvea::nn {

/// The output of a host layer: `output` gives its shape, quantisation and type.
/// Throws std::invalid_argument when the shapes do not fit the operation; the importer refuses
/// such networks, so this is a fault of the caller.
///   Binary     add, sub: at the larger operand's scale with 20 bits below the codes; mul: of codes
///              less zero points; minimum, maximum: of codes
///   Relu       clamp, rescaled where the scales differ
///   Curve      logistic, tanh: in single precision; hard_swish: in 16-bit fixed point; leaky_relu
///   Prelu      negative values times the second operand's
///   Softmax, LogSoftmax   over the last dimension
///   Quantize   from one scale and zero point to another; float32 to codes: rounded halves away
///              from zero; codes to float32
///   Pool       average: rounded halves away from zero, padding is not counted; max: padding never
///              wins
///   Resize     nearest, bilinear: to the output's height and width
///   Mean       over `axes`, with four ways of rounding
///   ArgMax     an int32 or int64
///   Reshape, Transpose, Concat, Pack, Slice, Pad   move elements of any type (Pad: codes); Concat
///              and Pack rescale inputs of another scale
///   SpaceToDepth, DepthToSpace, SpaceToBatch, BatchToSpace, Spread   move blocks of positions
///   Real...    in real arithmetic, as ONNX has it (host_real.h); Pick moves elements of any type
Tensor run_host_layer(const HostLayer& layer, const std::vector<const Tensor*>& inputs,
                      const TensorInfo& output);

/// The real values of codes, as float32.
Tensor to_reals(const Tensor& codes);

}  // namespace uvea::nn
