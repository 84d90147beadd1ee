// Host operations over windows of a feature map: pooling, mean, resizing.

#include <cmath>

#include "sw/nn/fixed_point.h"
#include "sw/nn/host_kernels.h"

namespace uvea::nn::host {
namespace {

/// Calls visit(flat output index, n, c, first row, last row + 1, first col, last col + 1) with the
/// part of each pooling window that lies in the feature map.
template <typename Visit>
void for_each_window(const HostLayer& layer, const Tensor& in, Tensor& out, Visit visit) {
  require(in.shape.n() == out.shape.n() && in.shape.c() == out.shape.c(),
          "pool: shapes do not fit");
  std::size_t i = 0;
  for (int n = 0; n < out.shape.n(); ++n) {
    for (int e = 0; e < out.shape.h(); ++e) {
      for (int f = 0; f < out.shape.w(); ++f) {
        const int top = e * layer.stride_h - layer.pad_top;
        const int left = f * layer.stride_w - layer.pad_left;
        const int h0 = std::max(top, 0), h1 = std::min(top + layer.kernel_h, in.shape.h());
        const int w0 = std::max(left, 0), w1 = std::min(left + layer.kernel_w, in.shape.w());
        require(h0 < h1 && w0 < w1, "pool: a window lies outside of the feature map");
        for (int c = 0; c < out.shape.c(); ++c, ++i) visit(i, n, c, h0, h1, w0, w1);
      }
    }
  }
}

std::int64_t divide_rounded(std::int64_t sum, std::int64_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

std::int32_t sum_of_codes(const Tensor& in, int n, int c) {
  std::int32_t sum = 0;
  for (int h = 0; h < in.shape.h(); ++h)
    for (int w = 0; w < in.shape.w(); ++w) sum += in.code(in.index(n, h, w, c));
  return sum;
}

bool same_quantization(const Quantization& a, const Quantization& b) {
  return a.zero_point == b.zero_point && a.scale == b.scale;
}

/// How many input pixels one output pixel spans.
float resize_scale(int in, int out, bool align_corners) {
  return align_corners && out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                                  : static_cast<float>(in) / static_cast<float>(out);
}

/// The two input pixels that an output pixel lies between, and the share of the second one.
struct Between {
  int low = 0, high = 0;
  float share = 0.0F;
};

Between between(int out_pixel, float scale, bool half_pixel_centers, int in_size) {
  const auto pixel = static_cast<float>(out_pixel);
  const float place = half_pixel_centers ? (pixel + 0.5F) * scale - 0.5F : pixel * scale;
  Between b;
  b.low = std::max(static_cast<int>(std::floor(place)), 0);
  b.high = std::min(static_cast<int>(std::ceil(place)), in_size - 1);
  b.low = std::min(b.low, in_size - 1);
  b.high = std::max(b.high, 0);
  b.share = place - static_cast<float>(b.low);
  return b;
}

}  // namespace

void average_pool(const HostLayer& layer, const Tensor& in, Tensor& out) {
  for_each_window(layer, in, out, [&](std::size_t i, int n, int c, int h0, int h1, int w0, int w1) {
    std::int64_t sum = 0;
    for (int h = h0; h < h1; ++h)
      for (int w = w0; w < w1; ++w) sum += in.code(in.index(n, h, w, c));
    const std::int64_t count = static_cast<std::int64_t>(h1 - h0) * (w1 - w0);
    out.bytes[i] = to_byte(
        std::clamp(static_cast<int>(divide_rounded(sum, count)), layer.act_min, layer.act_max));
  });
}

void max_pool(const HostLayer& layer, const Tensor& in, Tensor& out) {
  for_each_window(layer, in, out, [&](std::size_t i, int n, int c, int h0, int h1, int w0, int w1) {
    int largest = in.quant.lowest();
    for (int h = h0; h < h1; ++h)
      for (int w = w0; w < w1; ++w) largest = std::max(largest, in.code(in.index(n, h, w, c)));
    out.bytes[i] = to_byte(std::clamp(largest, layer.act_min, layer.act_max));
  });
}

void mean(const HostLayer& layer, const Tensor& in, Tensor& out) {
  require(out.shape.n() == in.shape.n() && out.shape.h() == 1 && out.shape.w() == 1 &&
              out.shape.c() == in.shape.c(),
          "mean: shapes do not fit");
  const int count = in.shape.h() * in.shape.w();
  const auto in_scale = static_cast<float>(in.quant.scale);
  const auto out_scale = static_cast<float>(out.quant.scale);
  const float ratio = in_scale / out_scale;
  const int out_zero = out.quant.zero_point;
  // Variants of one operation, each with its own rounding, chosen by type and keep_dims.
  const Requant of_sum =
      quantize_multiplier(static_cast<double>(in_scale / (static_cast<float>(count) * out_scale)));
  const Requant of_mean = quantize_multiplier(in.quant.scale / out.quant.scale);
  const int bias = static_cast<int>(
      std::clamp(static_cast<float>(in.quant.zero_point) * in_scale / out_scale, -1.0e8F, 1.0e8F));
  for (int n = 0; n < in.shape.n(); ++n) {
    for (int c = 0; c < in.shape.c(); ++c) {
      const std::int32_t sum = sum_of_codes(in, n, c);
      std::int64_t code = 0;
      if (layer.keep_dims && !in.quant.is_signed) {
        code = std::int64_t{multiply_by_quantized_multiplier(sum, of_sum)} + out_zero - bias;
      } else if (layer.keep_dims) {
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
      out.bytes[out.index(n, 0, 0, c)] = to_byte(static_cast<int>(
          std::clamp<std::int64_t>(code, out.quant.lowest(), out.quant.highest())));
    }
  }
}

void resize_nearest(const HostLayer& layer, const Tensor& in, Tensor& out) {
  require(in.shape.n() == out.shape.n() && in.shape.c() == out.shape.c(),
          "resize: shapes do not fit");
  const float offset = layer.half_pixel_centers ? 0.5F : 0.0F;
  const auto source = [&](int pixel, int in_size, int out_size) {
    const float place =
        (static_cast<float>(pixel) + offset) * resize_scale(in_size, out_size, layer.align_corners);
    // 2.2.0 itself does not look at align_corners here; this is what later versions make of it.
    const float rounded = layer.align_corners ? std::round(place) : std::floor(place);
    return std::clamp(static_cast<int>(rounded), 0, in_size - 1);
  };
  for (int n = 0; n < out.shape.n(); ++n) {
    for (int h = 0; h < out.shape.h(); ++h) {
      for (int w = 0; w < out.shape.w(); ++w) {
        const std::size_t from = in.index(n, source(h, in.shape.h(), out.shape.h()),
                                          source(w, in.shape.w(), out.shape.w()), 0);
        std::copy_n(in.bytes.begin() + static_cast<std::ptrdiff_t>(from), out.shape.c(),
                    out.bytes.begin() + static_cast<std::ptrdiff_t>(out.index(n, h, w, 0)));
      }
    }
  }
}

void resize_bilinear(const HostLayer& layer, const Tensor& in, Tensor& out) {
  require(in.shape.n() == out.shape.n() && in.shape.c() == out.shape.c(),
          "resize: shapes do not fit");
  const float scale_h = resize_scale(in.shape.h(), out.shape.h(), layer.align_corners);
  const float scale_w = resize_scale(in.shape.w(), out.shape.w(), layer.align_corners);
  const auto at = [&](int n, int h, int w, int c) {
    return static_cast<float>(in.code(in.index(n, h, w, c)));
  };
  for (int n = 0; n < out.shape.n(); ++n) {
    for (int h = 0; h < out.shape.h(); ++h) {
      const Between y = between(h, scale_h, layer.half_pixel_centers, in.shape.h());
      for (int w = 0; w < out.shape.w(); ++w) {
        const Between x = between(w, scale_w, layer.half_pixel_centers, in.shape.w());
        for (int c = 0; c < out.shape.c(); ++c) {
          const float p00 = at(n, y.low, x.low, c), p01 = at(n, y.low, x.high, c);
          const float p10 = at(n, y.high, x.low, c), p11 = at(n, y.high, x.high, c);
          // The two types are summed in different orders, which shows in the last bit.
          const float value =
              in.quant.is_signed
                  ? p00 * (1 - y.share) * (1 - x.share) + p10 * y.share * (1 - x.share) +
                        p01 * (1 - y.share) * x.share + p11 * y.share * x.share
                  : p00 * ((1 - y.share) * (1 - x.share)) + p01 * ((1 - y.share) * x.share) +
                        p10 * (y.share * (1 - x.share)) + p11 * (y.share * x.share);
          const int code = static_cast<int>(value);  // 2.2.0 truncates towards zero
          out.bytes[out.index(n, h, w, c)] =
              to_byte(std::clamp(code, out.quant.lowest(), out.quant.highest()));
        }
      }
    }
  }
}

}  // namespace uvea::nn::host
