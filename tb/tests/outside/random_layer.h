#pragma once
// Single-layer .tflite models with random shapes and quantisation, built slot by slot.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace uvea::tb {

enum class LayerKind { conv, depthwise, fully_connected };

/// A convolution, depthwise or fully connected layer with its input, all at random.
struct RandomLayer {
  LayerKind kind = LayerKind::conv;
  bool is_signed = true;     ///< int8 with symmetric weights, else uint8 with a weight zero point
  bool per_channel = false;  ///< one weight scale per output channel (int8 conv and depthwise)
  bool has_bias = true;
  bool same = true;    ///< SAME padding, else VALID
  int activation = 0;  ///< 0 none, 1 ReLU, 2 ReLU -1..1, 3 ReLU6
  int batch = 1, in_h = 1, in_w = 1, in_c = 1, out_c = 1;
  int kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1;
  int dilation_h = 1, dilation_w = 1;

  float in_scale = 1, out_scale = 1;
  int in_zero = 0, weight_zero = 0, out_zero = 0;
  std::vector<float> weight_scales;
  std::vector<std::uint8_t> weights;  ///< in the file's layout
  std::vector<std::int32_t> bias;
  std::vector<std::uint8_t> input;

  int out_h() const;
  int out_w() const;
  /// Everything of the shape and quantisation on one line, for a failing test.
  std::string describe() const;
  /// The layer as a .tflite file.
  std::vector<std::uint8_t> model() const;
};

/// Draws a layer that is legal for the TensorFlow Lite 2.2.0 kernels.
RandomLayer random_layer(LayerKind kind, bool is_signed, std::mt19937& random);

}  // namespace uvea::tb
