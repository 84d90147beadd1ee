#pragma once
// Layers of a quantised network: what the chip runs (ConvLayer) and what the host runs.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sw/nn/host_layer.h"
#include "sw/nn/tensor.h"

namespace uvea::nn {

/// Shape of a convolution. Everything the chip runs is one: a depthwise layer has groups == in_c,
/// a fully connected layer is 1x1 (in_h == in_w == 1 where it takes more than the channels).
/// Padding is explicit; bottom/right padding follows from the output size.
struct ConvGeometry {
  int batch = 1;
  int groups = 1;
  int in_h = 1, in_w = 1, in_c = 1;     ///< in_c over all groups
  int out_h = 1, out_w = 1, out_c = 1;  ///< out_c over all groups
  int kernel_h = 1, kernel_w = 1;
  int stride_h = 1, stride_w = 1;
  int pad_top = 0, pad_left = 0;
  int dilation_h = 1, dilation_w = 1;  ///< distance of neighbouring taps

  int in_c_per_group() const { return in_c / groups; }
  int out_c_per_group() const { return out_c / groups; }
  /// Input rows and columns from a kernel's first tap to its last.
  int reach_h() const { return (kernel_h - 1) * dilation_h + 1; }
  int reach_w() const { return (kernel_w - 1) * dilation_w + 1; }
  /// Nominal MACs, padding taps counted, for the whole batch.
  std::int64_t macs() const {
    return static_cast<std::int64_t>(batch) * out_h * out_w * out_c * kernel_h * kernel_w *
           in_c_per_group();
  }
};

/// Fixed-point rescaling of one output channel, as the TensorFlow Lite quantisation specification
/// gives it: out = zero_point + rounded(acc * multiplier * 2^shift / 2^31).
struct Requant {
  std::int32_t multiplier = 0;  ///< Q31, in [2^30, 2^31) or 0
  std::int32_t shift = 0;       ///< positive: left
};

/// How a rescaled accumulator becomes an integer.
enum class Rounding {
  twice,     ///< TensorFlow Lite: when the product's high half is taken, and again when shifted
  half_even  ///< ONNX: the exact product once, halves to the even neighbour
};

enum class ConvKind { conv, depthwise, fully_connected };

/// A layer that the chip runs, in integers only.
struct ConvLayer {
  ConvKind kind = ConvKind::conv;
  ConvGeometry geo;
  /// Weight minus weight zero point, [out_c][kernel_h][kernel_w][in_c_per_group], 8 or 9 bits.
  std::vector<std::int16_t> weights;
  std::vector<std::int32_t> bias;  ///< [out_c], 32 bit, at scale iact * weight
  std::vector<Requant> requant;    ///< [out_c]
  Quantization in;
  Quantization out;
  int act_min = -128, act_max = 127;  ///< clamp of the output codes
  Rounding rounding = Rounding::twice;

  std::size_t weight_index(int m, int r, int s, int c) const {
    return ((static_cast<std::size_t>(m) * static_cast<std::size_t>(geo.kernel_h) +
             static_cast<std::size_t>(r)) *
                static_cast<std::size_t>(geo.kernel_w) +
            static_cast<std::size_t>(s)) *
               static_cast<std::size_t>(geo.in_c_per_group()) +
           static_cast<std::size_t>(c);
  }
};

/// One layer of a network. Tensors are named by their index in Network::tensors.
struct Layer {
  std::string name;
  std::vector<int> inputs;
  int output = -1;
  std::variant<ConvLayer, HostLayer> op;

  bool on_chip() const { return std::holds_alternative<ConvLayer>(op); }
  const ConvLayer& conv() const { return std::get<ConvLayer>(op); }
  ConvLayer& conv() { return std::get<ConvLayer>(op); }
};

}  // namespace uvea::nn
