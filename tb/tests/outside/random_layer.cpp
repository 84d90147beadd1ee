#include "tb/tests/outside/random_layer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <sstream>

namespace uvea::tb {
namespace {

class Draw {
 public:
  explicit Draw(std::mt19937& random) : random_(random) {}
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }
  /// Log-uniform in [low, high].
  double log_between(double low, double high) {
    return std::exp(std::uniform_real_distribution<double>(std::log(low), std::log(high))(random_));
  }

 private:
  std::mt19937& random_;
};

/// Rows or columns from a kernel's first tap to its last.
int reach(int kernel, int dilation) { return (kernel - 1) * dilation + 1; }

int out_size(int in, int kernel, int stride, bool same) {
  return same ? (in + stride - 1) / stride : (in - kernel) / stride + 1;
}

void draw_shape(RandomLayer& layer, Draw& draw) {
  layer.batch = draw.chance(0.7) ? 1 : draw.between(2, 3);
  if (layer.kind == LayerKind::fully_connected) {
    layer.in_c = draw.between(1, 150);
    layer.out_c = draw.between(1, 40);
    return;
  }
  const int largest = draw.chance(0.15) ? 11 : 5;
  layer.kernel_h = draw.between(1, largest);
  layer.kernel_w = draw.chance(0.7) ? layer.kernel_h : draw.between(1, largest);
  layer.stride_h = draw.between(1, 4);
  // The depthwise kernel of the interpreter takes one stride for both axes in some of its paths.
  layer.stride_w =
      layer.kind == LayerKind::depthwise || draw.chance(0.7) ? layer.stride_h : draw.between(1, 4);
  if (draw.chance(0.3)) layer.dilation_h = draw.between(1, 4);
  if (draw.chance(0.3)) layer.dilation_w = draw.between(1, 4);
  layer.same = draw.chance(0.6);
  // Under SAME, an image smaller than the kernel is legal.
  const int reach_h = reach(layer.kernel_h, layer.dilation_h);
  const int reach_w = reach(layer.kernel_w, layer.dilation_w);
  layer.in_h = draw.between(layer.same ? 1 : reach_h, reach_h + 12);
  layer.in_w = draw.between(layer.same ? 1 : reach_w, reach_w + 12);
  layer.in_c = draw.between(1, 24);
  layer.out_c = layer.kind == LayerKind::depthwise
                    ? layer.in_c * (draw.chance(0.7) ? 1 : draw.between(2, 4))
                    : draw.between(1, 36);
}

int taps(const RandomLayer& layer) {
  return layer.kernel_h * layer.kernel_w * (layer.kind == LayerKind::depthwise ? 1 : layer.in_c);
}

/// Means of uniform codes less their zero points.
double mean_iact(const RandomLayer& layer) {
  return (layer.is_signed ? -0.5 : 127.5) - layer.in_zero;
}
double mean_weight(const RandomLayer& layer) {
  return layer.is_signed ? 0.0 : 127.5 - layer.weight_zero;
}

void draw_quantization(RandomLayer& layer, Draw& draw) {
  const int low = layer.is_signed ? -128 : 0;
  layer.in_zero = draw.chance(0.3) ? low : draw.between(low, low + 255);
  layer.weight_zero = layer.is_signed    ? 0
                      : draw.chance(0.5) ? draw.between(96, 160)
                                         : draw.between(0, 255);
  layer.in_scale = static_cast<float>(draw.log_between(1e-3, 0.1));
  const double base = draw.log_between(1e-4, 0.05);
  layer.per_channel =
      layer.is_signed && layer.kind != LayerKind::fully_connected && draw.chance(0.8);
  layer.weight_scales.assign(static_cast<std::size_t>(layer.per_channel ? layer.out_c : 1),
                             static_cast<float>(base));
  for (float& scale : layer.weight_scales) {
    if (layer.per_channel) scale = static_cast<float>(base * draw.log_between(0.05, 1.0));
    // A dead channel: the multiplier becomes tiny or is taken as zero.
    if (layer.per_channel && draw.chance(0.05)) scale = static_cast<float>(base * 1e-9);
  }
  layer.out_zero = draw.chance(0.3) ? low : draw.between(low, low + 255);
  // The spread of a sum of uniform products, so that outputs mostly use their range; sometimes far
  // beyond (everything saturates) or far below (few codes are used).
  const double spread = std::hypot(74.0, mean_iact(layer)) * std::hypot(74.0, mean_weight(layer)) *
                        std::sqrt(taps(layer)) * layer.in_scale * base;
  const double range =
      draw.chance(0.85) ? draw.log_between(1.0, 6.0) : draw.log_between(0.01, 100.0);
  layer.out_scale = static_cast<float>(spread * range / 255.0);
}

}  // namespace

int RandomLayer::out_h() const {
  return out_size(in_h, reach(kernel_h, dilation_h), stride_h, same);
}
int RandomLayer::out_w() const {
  return out_size(in_w, reach(kernel_w, dilation_w), stride_w, same);
}

std::string RandomLayer::describe() const {
  std::ostringstream text;
  text << (kind == LayerKind::conv        ? "conv"
           : kind == LayerKind::depthwise ? "depthwise"
                                          : "fc")
       << (is_signed ? " int8" : " uint8") << (per_channel ? " per channel" : "")
       << (has_bias ? "" : " no bias") << (same ? " SAME" : " VALID") << " activation "
       << activation << " in " << batch << 'x' << in_h << 'x' << in_w << 'x' << in_c << " out_c "
       << out_c << " kernel " << kernel_h << 'x' << kernel_w << " stride " << stride_h << 'x'
       << stride_w << " dilation " << dilation_h << 'x' << dilation_w << " zero points " << in_zero
       << ' ' << weight_zero << ' ' << out_zero << " scales " << in_scale << ' ' << weight_scales[0]
       << ' ' << out_scale;
  return text.str();
}

RandomLayer random_layer(LayerKind kind, bool is_signed, std::mt19937& random) {
  Draw draw(random);
  RandomLayer layer;
  layer.kind = kind;
  layer.is_signed = is_signed;
  draw_shape(layer, draw);
  draw_quantization(layer, draw);
  layer.activation = draw.between(0, 3);
  // The 2.2.0 convolution refuses to go without a bias, and the depthwise one crashes.
  layer.has_bias = kind != LayerKind::fully_connected || draw.chance(0.8);

  const double density = draw.chance(0.3) ? draw.between(0, 100) / 100.0 : 1.0;
  layer.weights.resize(static_cast<std::size_t>(taps(layer)) *
                       static_cast<std::size_t>(layer.out_c));
  for (auto& code : layer.weights) {
    const int value = is_signed ? draw.between(-127, 127) : draw.between(0, 255);
    code = static_cast<std::uint8_t>(draw.chance(density) ? value : layer.weight_zero);
  }
  layer.bias.resize(layer.has_bias ? static_cast<std::size_t>(layer.out_c) : 0);
  // A trained bias cancels the sum's mean; one far off leaves outputs at one end of their range.
  const int mean = static_cast<int>(mean_iact(layer) * mean_weight(layer) * taps(layer));
  const int centre = draw.chance(0.9) ? -mean : 0;
  const int reach = 8000 * static_cast<int>(std::sqrt(taps(layer)));
  for (auto& value : layer.bias) value = draw.between(centre - reach, centre + reach);

  layer.input.resize(static_cast<std::size_t>(layer.batch) * static_cast<std::size_t>(layer.in_h) *
                     static_cast<std::size_t>(layer.in_w) * static_cast<std::size_t>(layer.in_c));
  const bool extremes = draw.chance(0.1);
  for (auto& code : layer.input) {
    code = static_cast<std::uint8_t>(extremes ? (draw.chance(0.5) ? 0x80 : 0x7f)
                                              : draw.between(0, 255));
  }
  return layer;
}

}  // namespace uvea::tb
