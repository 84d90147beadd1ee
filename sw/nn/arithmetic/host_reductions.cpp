// Host operations that reduce dimensions: mean, arg_max.

#include <cmath>

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/host_kernels.h"
#include "sw/nn/arithmetic/host_view.h"

namespace uvea::nn::host {
namespace {

bool same_quantization(const Quantization& a, const Quantization& b) {
  return a.zero_point == b.zero_point && a.scale == b.scale;
}

/// The input with its kept dimensions in front of the reduced ones.
struct Reduction {
  View view;
  int count = 1;  ///< elements that go into one output
};

Reduction reduction(const Shape& in, const std::vector<int>& axes) {
  std::vector<int> order;
  Reduction result;
  for (int d = 0; d < in.rank(); ++d)
    if (std::find(axes.begin(), axes.end(), d) == axes.end()) order.push_back(d);
  for (const int axis : axes) {
    require(axis >= 0 && axis < in.rank(), "mean: axis out of range");
    order.push_back(axis);
    result.count *= in[axis];
  }
  require(static_cast<int>(order.size()) == in.rank(), "mean: an axis is there twice");
  result.view = View::of(in).permuted(order);
  return result;
}

}  // namespace

void run(const Mean& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  const Reduction reduced = reduction(in.shape, layer.axes);
  const int count = reduced.count;
  require(out.bytes.size() * static_cast<std::size_t>(count) == in.bytes.size(),
          "mean: shapes do not fit");
  const auto in_scale = static_cast<float>(in.quant.scale);
  const auto out_scale = static_cast<float>(out.quant.scale);
  const float ratio = in_scale / out_scale;
  const int out_zero = out.quant.zero_point;
  // Variants of one operation, each with its own rounding.
  const Requant of_sum =
      quantize_multiplier(static_cast<double>(in_scale / (static_cast<float>(count) * out_scale)));
  const Requant of_mean = quantize_multiplier(in.quant.scale / out.quant.scale);
  const int bias = static_cast<int>(
      std::clamp(static_cast<float>(in.quant.zero_point) * in_scale / out_scale, -1.0e8F, 1.0e8F));
  Walk walk(reduced.view);
  for (std::uint8_t& byte : out.bytes) {
    std::int32_t sum = 0;
    for (int i = 0; i < count; ++i, walk.next()) sum += in.code(walk.offset());
    std::int64_t code = 0;
    if (layer.of_window && !in.quant.is_signed) {
      code = std::int64_t{multiply_by_quantized_multiplier(sum, of_sum)} + out_zero - bias;
    } else if (layer.of_window) {
      const std::int32_t scaled =
          multiply_by_quantized_multiplier(sum - count * in.quant.zero_point, of_mean);
      code = divide_rounded(scaled, count) + out_zero;
    } else if (same_quantization(in.quant, out.quant)) {
      code = sum / count;
    } else {
      const float average = static_cast<float>(sum) / static_cast<float>(count);
      const float offset = static_cast<float>(-in.quant.zero_point) * ratio + 0.5F;
      code = static_cast<int>(std::clamp(std::round(average * ratio + offset), -1.0e8F, 1.0e8F)) +
             std::int64_t{out_zero};
    }
    byte = to_byte(
        static_cast<int>(std::clamp<std::int64_t>(code, out.quant.lowest(), out.quant.highest())));
  }
}

void run(const ArgMax& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  require(out.type == ElementType::int32 || out.type == ElementType::int64,
          "arg_max gives int32 or int64");
  const Reduction reduced = reduction(in.shape, {layer.axis});
  require(out.shape.elements() * static_cast<std::size_t>(reduced.count) == in.bytes.size(),
          "arg_max: shapes do not fit");
  const std::size_t bytes = element_bytes(out.type);
  Walk walk(reduced.view);
  for (std::size_t at = 0; at < out.bytes.size(); at += bytes) {
    int largest = in.quant.lowest() - 1, index = 0;
    for (int i = 0; i < reduced.count; ++i, walk.next()) {
      const int code = in.code(walk.offset());
      if (code > largest) {
        largest = code;
        index = i;
      }
    }
    for (std::size_t b = 0; b < 4; ++b) out.bytes[at + b] = to_byte(index >> (8 * b));
  }
}

}  // namespace uvea::nn::host
