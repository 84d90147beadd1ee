#pragma once
// Layers and tensors with height and width exchanged: the same values in another order.

#include "sw/nn/layer.h"

namespace uvea::nn {

/// Kernel, stride, dilation, padding and both images turned.
ConvGeometry turned(const ConvGeometry& geo);
ConvLayer turned(const ConvLayer& layer);
/// The iacts of a layer with this geometry, whatever shape the tensor has itself. Throws
/// std::invalid_argument when their number is another.
Tensor turned(const Tensor& iacts, const ConvGeometry& geo);

}  // namespace uvea::nn
