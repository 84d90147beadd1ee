#include "sw/nn/turned.h"

#include <utility>

namespace uvea::nn {

ConvGeometry turned(const ConvGeometry& geo) {
  ConvGeometry out = geo;
  std::swap(out.in_h, out.in_w);
  std::swap(out.out_h, out.out_w);
  std::swap(out.kernel_h, out.kernel_w);
  std::swap(out.stride_h, out.stride_w);
  std::swap(out.dilation_h, out.dilation_w);
  std::swap(out.pad_top, out.pad_left);
  return out;
}

ConvLayer turned(const ConvLayer& layer) {
  ConvLayer out = layer;
  out.geo = turned(layer.geo);
  if (layer.weights.empty()) return out;
  const ConvGeometry& g = layer.geo;
  for (int m = 0; m < g.out_c; ++m)
    for (int r = 0; r < g.kernel_h; ++r)
      for (int s = 0; s < g.kernel_w; ++s)
        for (int c = 0; c < g.in_c_per_group(); ++c)
          out.weights[out.weight_index(m, s, r, c)] = layer.weights[layer.weight_index(m, r, s, c)];
  return out;
}

Tensor turned(const Tensor& tensor) {
  Tensor out = tensor;
  out.shape = {tensor.shape.n(), tensor.shape.w(), tensor.shape.h(), tensor.shape.c()};
  const Shape& shape = tensor.shape;
  for (int n = 0; n < shape.n(); ++n)
    for (int h = 0; h < shape.h(); ++h)
      for (int w = 0; w < shape.w(); ++w)
        for (int c = 0; c < shape.c(); ++c)
          out.bytes[out.index(n, w, h, c)] = tensor.bytes[tensor.index(n, h, w, c)];
  return out;
}

}  // namespace uvea::nn
