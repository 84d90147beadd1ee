// Host operations whose outputs depend on one position each: add, softmax, quantize, relu, concat,
// pad.

#include <array>
#include <cmath>

#include "sw/nn/fixed_point.h"
#include "sw/nn/host_kernels.h"

namespace uvea::nn::host {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

/// Flat index of a position in a tensor that is repeated along its dimensions of 1.
std::size_t broadcast_index(const Tensor& t, int n, int h, int w, int c) {
  return t.index(t.shape.n() == 1 ? 0 : n, t.shape.h() == 1 ? 0 : h, t.shape.w() == 1 ? 0 : w,
                 t.shape.c() == 1 ? 0 : c);
}

bool broadcasts(const Shape& from, const Shape& to) {
  const auto fits = [](int a, int b) { return a == b || a == 1; };
  return fits(from.n(), to.n()) && fits(from.h(), to.h()) && fits(from.w(), to.w()) &&
         fits(from.c(), to.c());
}

void rescale(const Tensor& in, Tensor& out, const Requant& factor, int act_min, int act_max) {
  require(in.bytes.size() == out.bytes.size(), "input and output differ in size");
  for (std::size_t i = 0; i < in.bytes.size(); ++i) {
    const int scaled = multiply_by_quantized_multiplier(in.value(i), factor);
    out.bytes[i] =
        to_byte(std::clamp(wrapping_add(scaled, out.quant.zero_point), act_min, act_max));
  }
}

}  // namespace

void add(const HostLayer& layer, const Tensor& a, const Tensor& b, Tensor& out) {
  require(broadcasts(a.shape, out.shape) && broadcasts(b.shape, out.shape),
          "add: shapes do not fit");
  constexpr int headroom = 20;  // bits kept below the codes while both are brought to one scale
  const double twice_max_scale = 2.0 * std::max(a.quant.scale, b.quant.scale);
  const Requant factor_a = quantize_multiplier(a.quant.scale / twice_max_scale);
  const Requant factor_b = quantize_multiplier(b.quant.scale / twice_max_scale);
  const Requant factor_out =
      quantize_multiplier(twice_max_scale / ((1 << headroom) * out.quant.scale));
  const auto scaled = [](const Tensor& t, std::size_t i, const Requant& factor) {
    return multiply_by_quantized_multiplier(t.value(i) * (1 << headroom), factor);
  };
  std::size_t i = 0;
  for (int n = 0; n < out.shape.n(); ++n) {
    for (int h = 0; h < out.shape.h(); ++h) {
      for (int w = 0; w < out.shape.w(); ++w) {
        for (int c = 0; c < out.shape.c(); ++c, ++i) {
          const std::int32_t sum = scaled(a, broadcast_index(a, n, h, w, c), factor_a) +
                                   scaled(b, broadcast_index(b, n, h, w, c), factor_b);
          out.bytes[i] = to_byte(
              requantize(sum, 0, factor_out, out.quant.zero_point, layer.act_min, layer.act_max));
        }
      }
    }
  }
}

void softmax(const HostLayer& layer, const Tensor& in, Tensor& out) {
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

void quantize(const Tensor& in, Tensor& out) {
  rescale(in, out, quantize_multiplier(in.quant.scale / out.quant.scale), out.quant.lowest(),
          out.quant.highest());
}

void relu(const HostLayer& layer, const Tensor& in, Tensor& out) {
  // The factor is a quotient in single precision here.
  const float factor = static_cast<float>(in.quant.scale) / static_cast<float>(out.quant.scale);
  rescale(in, out, quantize_multiplier(static_cast<double>(factor)), layer.act_min, layer.act_max);
}

void concat(const HostLayer& layer, const std::vector<const Tensor*>& in, Tensor& out) {
  const Shape& whole = out.shape;
  require(layer.axis >= 0 && layer.axis < whole.rank(), "concat: axis out of range");
  std::size_t outer = 1, inner = 1, extent = 0;
  for (int d = 0; d < whole.rank(); ++d) {
    if (d < layer.axis) outer *= size(whole[d]);
    if (d > layer.axis) inner *= size(whole[d]);
  }
  for (const Tensor* t : in) {
    require(t->shape.rank() == whole.rank(), "concat: shapes do not fit");
    for (int d = 0; d < whole.rank(); ++d)
      require(d == layer.axis || t->shape[d] == whole[d], "concat: shapes do not fit");
    extent += size(t->shape[layer.axis]);
  }
  require(extent == size(whole[layer.axis]), "concat: shapes do not fit");
  std::size_t to_offset = 0;
  for (const Tensor* t : in) {
    const std::size_t run = size(t->shape[layer.axis]) * inner;
    const bool same = t->quant.scale == out.quant.scale &&
                      t->quant.zero_point == out.quant.zero_point &&
                      t->quant.is_signed == out.quant.is_signed;
    const float scale =
        static_cast<float>(t->quant.scale) * (1.0F / static_cast<float>(out.quant.scale));
    const float bias = static_cast<float>(-t->quant.zero_point) * scale;
    for (std::size_t o = 0; o < outer; ++o) {
      for (std::size_t i = 0; i < run; ++i) {
        const std::size_t from = o * run + i;
        const std::size_t to = o * extent * inner + to_offset + i;
        if (same) {
          out.bytes[to] = t->bytes[from];
        } else {
          const float steps = std::round(static_cast<float>(t->code(from)) * scale + bias);
          const int code =
              static_cast<int>(std::clamp(steps, -1000.0F, 1000.0F)) + out.quant.zero_point;
          out.bytes[to] = to_byte(std::clamp(code, out.quant.lowest(), out.quant.highest()));
        }
      }
    }
    to_offset += run;
  }
}

void pad(const HostLayer& layer, const Tensor& in, Tensor& out) {
  require(layer.pads.size() == 4 && *std::min_element(layer.pads.begin(), layer.pads.end()) >= 0 &&
              out.shape.n() == in.shape.n() && out.shape.c() == in.shape.c() &&
              out.shape.h() == in.shape.h() + layer.pads[0] + layer.pads[1] &&
              out.shape.w() == in.shape.w() + layer.pads[2] + layer.pads[3],
          "pad: shapes do not fit");
  std::fill(out.bytes.begin(), out.bytes.end(), to_byte(out.quant.zero_point));
  for (int n = 0; n < in.shape.n(); ++n) {
    for (int h = 0; h < in.shape.h(); ++h) {
      const auto from = in.bytes.begin() + static_cast<std::ptrdiff_t>(in.index(n, h, 0, 0));
      const auto to = out.bytes.begin() + static_cast<std::ptrdiff_t>(
                                              out.index(n, h + layer.pads[0], layer.pads[2], 0));
      std::copy_n(from, in.shape.w() * in.shape.c(), to);
    }
  }
}

}  // namespace uvea::nn::host
