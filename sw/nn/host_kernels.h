#pragma once
// The single operations behind run_host_layer. `out` comes with its shape, quantisation and room;
// shapes are as host_ops.h asks, or std::invalid_argument is thrown.

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "sw/nn/layer.h"

namespace uvea::nn::host {

inline void require(bool fits, const char* what) {
  if (!fits) throw std::invalid_argument(what);
}

inline std::uint8_t to_byte(int code) { return static_cast<std::uint8_t>(code); }

void average_pool(const HostLayer& layer, const Tensor& in, Tensor& out);
void max_pool(const HostLayer& layer, const Tensor& in, Tensor& out);
void mean(const HostLayer& layer, const Tensor& in, Tensor& out);
void resize_nearest(const HostLayer& layer, const Tensor& in, Tensor& out);
void resize_bilinear(const HostLayer& layer, const Tensor& in, Tensor& out);

void add(const HostLayer& layer, const Tensor& a, const Tensor& b, Tensor& out);
void softmax(const HostLayer& layer, const Tensor& in, Tensor& out);
void quantize(const Tensor& in, Tensor& out);
void relu(const HostLayer& layer, const Tensor& in, Tensor& out);
void concat(const HostLayer& layer, const std::vector<const Tensor*>& in, Tensor& out);
void pad(const HostLayer& layer, const Tensor& in, Tensor& out);

}  // namespace uvea::nn::host
