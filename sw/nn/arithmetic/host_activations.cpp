// Host operations whose outputs depend on one position each: relu, softmax, quantize.

#include <array>
#include <cmath>
#include <cstring>

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/host_kernels.h"

namespace uvea::nn::host {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

void rescale(const Tensor& in, Tensor& out, const Requant& factor, const CodeRange& clamp) {
  require(in.bytes.size() == out.bytes.size(), "input and output differ in size");
  for (std::size_t i = 0; i < in.bytes.size(); ++i) {
    const int scaled = multiply_by_quantized_multiplier(in.value(i), factor);
    out.bytes[i] =
        to_byte(std::clamp(wrapping_add(scaled, out.quant.zero_point), clamp.min, clamp.max));
  }
}

}  // namespace

void run(const Relu& layer, const Inputs& in, Tensor& out) {
  // The factor is a quotient in single precision here.
  const float factor =
      static_cast<float>(only(in).quant.scale) / static_cast<float>(out.quant.scale);
  rescale(only(in), out, quantize_multiplier(static_cast<double>(factor)), layer.clamp);
}

void run(const Softmax& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  require(in.bytes.size() == out.bytes.size() && in.shape.c() == out.shape.c(),
          "softmax: input and output differ in shape");
  // Single precision throughout, e^x from a table over the distance to the largest code.
  std::array<float, 256> exp_of_distance{};
  const float step = -static_cast<float>(in.quant.scale) * static_cast<float>(layer.beta);
  for (std::size_t d = 0; d < exp_of_distance.size(); ++d)
    exp_of_distance[d] = std::exp(step * static_cast<float>(d));
  const std::size_t channels = size(in.shape.c());
  for (std::size_t row = 0; row < in.bytes.size(); row += channels) {
    int largest = in.quant.lowest();
    for (std::size_t c = 0; c < channels; ++c) largest = std::max(largest, in.code(row + c));
    const auto exponential = [&](std::size_t c) {
      return exp_of_distance[size(largest - in.code(row + c))];
    };
    float sum = 0.0F;
    for (std::size_t c = 0; c < channels; ++c) sum += exponential(c);
    const float normalise = 1.0F / (sum * static_cast<float>(out.quant.scale));
    for (std::size_t c = 0; c < channels; ++c) {
      const float steps = exponential(c) * normalise;
      // uint8 outputs are rounded by adding a half, and their zero point is taken as 0.
      const int code = out.quant.is_signed
                           ? static_cast<int>(std::round(steps)) + out.quant.zero_point
                           : static_cast<int>(steps + 0.5F);
      out.bytes[row + c] = to_byte(std::clamp(code, out.quant.lowest(), out.quant.highest()));
    }
  }
}

void run(const Quantize&, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  require(in.shape.elements() == out.shape.elements(), "input and output differ in size");
  if (in.type == ElementType::code8 && out.type == ElementType::code8) {
    rescale(in, out, quantize_multiplier(in.quant.scale / out.quant.scale),
            {out.quant.lowest(), out.quant.highest()});
  } else if (in.type == ElementType::float32 && out.type == ElementType::code8) {
    const auto scale = static_cast<float>(out.quant.scale);
    for (std::size_t i = 0; i < out.bytes.size(); ++i) {
      float real = 0.0F;
      std::memcpy(&real, &in.bytes[i * sizeof real], sizeof real);
      // What is no number becomes the lowest code.
      const float steps = std::clamp(std::round(real / scale), -1.0e6F, 1.0e6F);
      const int code = (steps == steps ? static_cast<int>(steps) : -1000000) + out.quant.zero_point;
      out.bytes[i] = to_byte(std::clamp(code, out.quant.lowest(), out.quant.highest()));
    }
  } else {
    require(in.type == ElementType::code8 && out.type == ElementType::float32,
            "quantize goes between codes and float32");
    for (std::size_t i = 0; i < in.bytes.size(); ++i) {
      const auto real = static_cast<float>(in.quant.scale * in.value(i));
      std::memcpy(&out.bytes[i * sizeof real], &real, sizeof real);
    }
  }
}

}  // namespace uvea::nn::host
