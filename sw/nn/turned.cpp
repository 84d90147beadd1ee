#include "sw/nn/turned.h"

#include <stdexcept>
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

Tensor turned(const Tensor& iacts, const ConvGeometry& geo) {
  Tensor in = iacts, out = iacts;
  in.shape = {geo.batch, geo.in_h, geo.in_w, geo.in_c};
  out.shape = {geo.batch, geo.in_w, geo.in_h, geo.in_c};
  if (in.bytes.size() != in.shape.elements())
    throw std::invalid_argument("iacts do not fit the layer's geometry");
  for (int n = 0; n < geo.batch; ++n)
    for (int h = 0; h < geo.in_h; ++h)
      for (int w = 0; w < geo.in_w; ++w)
        for (int c = 0; c < geo.in_c; ++c)
          out.bytes[out.index(n, w, h, c)] = in.bytes[in.index(n, h, w, c)];
  return out;
}

}  // namespace uvea::nn
