#pragma once
// The single operations behind run_host_layer, one overload per struct of host_layer.h. `out` comes
// with its shape, quantisation, type and room; shapes are as host_ops.h asks, or
// std::invalid_argument is thrown.

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "sw/nn/host_layer.h"

namespace uvea::nn::host {

inline void require(bool fits, const char* what) {
  if (!fits) throw std::invalid_argument(what);
}

inline std::uint8_t to_byte(int code) { return static_cast<std::uint8_t>(code); }

using Inputs = std::vector<const Tensor*>;

/// The only input.
inline const Tensor& only(const Inputs& in) {
  require(in.size() == 1, "the operation takes one input");
  return *in.front();
}

/// Rounded halves away from zero.
inline std::int64_t divide_rounded(std::int64_t sum, std::int64_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

// host_elementwise.cpp
void run(const Binary& layer, const Inputs& in, Tensor& out);
void run(const Prelu& layer, const Inputs& in, Tensor& out);

// host_curves.cpp
void run(const Curve& layer, const Inputs& in, Tensor& out);

// host_activations.cpp
void run(const Relu& layer, const Inputs& in, Tensor& out);
void run(const Softmax& layer, const Inputs& in, Tensor& out);
void run(const Quantize& layer, const Inputs& in, Tensor& out);

// host_log_softmax.cpp
void run(const LogSoftmax& layer, const Inputs& in, Tensor& out);

// host_windows.cpp
void run(const Pool& layer, const Inputs& in, Tensor& out);
void run(const Resize& layer, const Inputs& in, Tensor& out);

// host_reductions.cpp
void run(const Mean& layer, const Inputs& in, Tensor& out);
void run(const ArgMax& layer, const Inputs& in, Tensor& out);

// host_moves.cpp
void run(const Reshape& layer, const Inputs& in, Tensor& out);
void run(const Transpose& layer, const Inputs& in, Tensor& out);
void run(const Concat& layer, const Inputs& in, Tensor& out);
void run(const Pack& layer, const Inputs& in, Tensor& out);
void run(const Slice& layer, const Inputs& in, Tensor& out);
void run(const Pad& layer, const Inputs& in, Tensor& out);

// host_blocks.cpp
void run(const SpaceToDepth& layer, const Inputs& in, Tensor& out);
void run(const DepthToSpace& layer, const Inputs& in, Tensor& out);
void run(const SpaceToBatch& layer, const Inputs& in, Tensor& out);
void run(const BatchToSpace& layer, const Inputs& in, Tensor& out);
void run(const Spread& layer, const Inputs& in, Tensor& out);
// host_real.cpp
void run(const RealUnary& layer, const Inputs& in, Tensor& out);
void run(const RealBinary& layer, const Inputs& in, Tensor& out);
void run(const RealAveragePool& layer, const Inputs& in, Tensor& out);
void run(const RealMean& layer, const Inputs& in, Tensor& out);
void run(const RealSoftmax& layer, const Inputs& in, Tensor& out);
void run(const Pick& layer, const Inputs& in, Tensor& out);

}  // namespace uvea::nn::host
