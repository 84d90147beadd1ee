#pragma once
// Layers and tensors with height and width exchanged: the same values in another order.

#include "sw/nn/layer.h"

namespace uvea::nn {

/// Kernel, stride, dilation, padding and both images turned.
ConvGeometry turned(const ConvGeometry& geo);
ConvLayer turned(const ConvLayer& layer);
/// By its shape, which must be 4-D.
Tensor turned(const Tensor& tensor);

}  // namespace uvea::nn
