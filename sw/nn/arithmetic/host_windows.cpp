// Host operations over windows of a feature map: pooling, resizing.

#include <cmath>

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/host_kernels.h"

namespace uvea::nn::host {
namespace {

/// Calls visit(flat output index, n, c, first row, last row + 1, first col, last col + 1) with the
/// part of each pooling window that lies in the feature map.
template <typename Visit>
void for_each_window(const Pool& layer, const Tensor& in, Tensor& out, Visit visit) {
  require(in.shape.n() == out.shape.n() && in.shape.c() == out.shape.c(),
          "pool: shapes do not fit");
  std::size_t i = 0;
  for (int n = 0; n < out.shape.n(); ++n) {
    for (int e = 0; e < out.shape.h(); ++e) {
      for (int f = 0; f < out.shape.w(); ++f) {
        const Window::Place at = layer.window.at(e, f, in.shape.h(), in.shape.w());
        require(at.h0 < at.h1 && at.w0 < at.w1, "pool: a window lies outside of the feature map");
        for (int c = 0; c < out.shape.c(); ++c, ++i) visit(i, n, c, at.h0, at.h1, at.w0, at.w1);
      }
    }
  }
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

void average_pool(const Pool& layer, const Tensor& in, Tensor& out) {
  for_each_window(layer, in, out, [&](std::size_t i, int n, int c, int h0, int h1, int w0, int w1) {
    std::int64_t sum = 0;
    for (int h = h0; h < h1; ++h)
      for (int w = w0; w < w1; ++w) sum += in.code(in.index(n, h, w, c));
    const std::int64_t count = static_cast<std::int64_t>(h1 - h0) * (w1 - w0);
    out.bytes[i] = to_byte(
        std::clamp(static_cast<int>(divide_rounded(sum, count)), layer.clamp.min, layer.clamp.max));
  });
}

void max_pool(const Pool& layer, const Tensor& in, Tensor& out) {
  for_each_window(layer, in, out, [&](std::size_t i, int n, int c, int h0, int h1, int w0, int w1) {
    int largest = in.quant.lowest();
    for (int h = h0; h < h1; ++h)
      for (int w = w0; w < w1; ++w) largest = std::max(largest, in.code(in.index(n, h, w, c)));
    out.bytes[i] = to_byte(std::clamp(largest, layer.clamp.min, layer.clamp.max));
  });
}

void resize_nearest(const Resize& layer, const Tensor& in, Tensor& out) {
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

void resize_bilinear(const Resize& layer, const Tensor& in, Tensor& out) {
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

}  // namespace

void run(const Pool& layer, const Inputs& in, Tensor& out) {
  if (layer.kind == PoolKind::average)
    average_pool(layer, only(in), out);
  else
    max_pool(layer, only(in), out);
}

void run(const Resize& layer, const Inputs& in, Tensor& out) {
  if (layer.kind == ResizeKind::nearest)
    resize_nearest(layer, only(in), out);
  else
    resize_bilinear(layer, only(in), out);
}

}  // namespace uvea::nn::host
