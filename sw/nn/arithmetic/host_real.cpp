// Host operations in real arithmetic (host_real.h).

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "sw/nn/arithmetic/host_kernels.h"
#include "sw/nn/arithmetic/host_view.h"

namespace uvea::nn::host {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

float float_at(const Tensor& tensor, std::size_t i) {
  float value;
  std::memcpy(&value, tensor.bytes.data() + i * sizeof value, sizeof value);
  return value;
}

void require_real(const Tensor& tensor) {
  require(tensor.type == ElementType::code8 || tensor.type == ElementType::float32,
          "real arithmetic takes codes or float32");
}

double real_at(const Tensor& tensor, std::size_t i) {
  return tensor.type == ElementType::code8 ? tensor.quant.scale * tensor.value(i)
                                           : static_cast<double>(float_at(tensor, i));
}

/// Clamps and rounds results to what the output stores.
class Store {
 public:
  Store(Tensor& out, const RealClamp& clamp) : out_(out), clamp_(clamp) { require_real(out); }

  void put(std::size_t i, double real) const {
    const double bounded = std::max(clamp_.min, std::min(clamp_.max, real));
    if (out_.type == ElementType::code8) {
      out_.bytes[i] = to_byte(code(bounded));
    } else {
      const auto value = static_cast<float>(bounded);
      std::memcpy(out_.bytes.data() + i * sizeof value, &value, sizeof value);
    }
  }

 private:
  /// No number (0 / 0, or NaN in a float32) is stored as the zero point.
  int code(double real) const {
    const Quantization& quant = out_.quant;
    const double steps = std::nearbyint(real / quant.scale);
    if (std::isnan(steps)) return quant.zero_point;
    return static_cast<int>(std::clamp(steps + quant.zero_point,
                                       static_cast<double>(quant.lowest()),
                                       static_cast<double>(quant.highest())));
  }

  Tensor& out_;
  const RealClamp clamp_;
};

double apply(const RealUnary& layer, double x) {
  switch (layer.function) {
    case RealFunction::identity:
      return x;
    case RealFunction::leaky_relu:
      return x < 0.0 ? layer.alpha * x : x;
    case RealFunction::sigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    case RealFunction::tanh:
      return std::tanh(x);
    case RealFunction::hard_sigmoid:
      return std::clamp(layer.alpha * x + layer.beta, 0.0, 1.0);
    case RealFunction::hard_swish:
      return x * std::clamp(x / 6.0 + 0.5, 0.0, 1.0);
  }
  return x;
}

double apply(RealBinaryOp op, double a, double b) {
  switch (op) {
    case RealBinaryOp::add:
      return a + b;
    case RealBinaryOp::sub:
      return a - b;
    case RealBinaryOp::mul:
      return a * b;
    case RealBinaryOp::div:
      return a / b;
    case RealBinaryOp::minimum:
      return std::min(a, b);
    case RealBinaryOp::maximum:
      return std::max(a, b);
  }
  return a;
}

}  // namespace

void run(const RealUnary& layer, const Inputs& in, Tensor& out) {
  const Tensor& x = only(in);
  require_real(x);
  require(x.shape.elements() == out.shape.elements(), "input and output differ in size");
  const Store store(out, layer.clamp);
  for (std::size_t i = 0; i < x.shape.elements(); ++i) store.put(i, apply(layer, real_at(x, i)));
}

void run(const RealBinary& layer, const Inputs& in, Tensor& out) {
  require(in.size() == 2, "the operation takes two inputs");
  const Tensor &a = *in[0], &b = *in[1];
  require_real(a);
  require_real(b);
  View view_a = View::of(a.shape), view_b = View::of(b.shape);
  require(view_a.broadcast(out.shape) && view_b.broadcast(out.shape),
          "the shapes of inputs and output contradict each other");
  const Store store(out, layer.clamp);
  Walk at_a(view_a), at_b(view_b);
  for (std::size_t i = 0; i < out.shape.elements(); ++i, at_a.next(), at_b.next())
    store.put(i, apply(layer.op, real_at(a, at_a.offset()), real_at(b, at_b.offset())));
}

void run(const RealAveragePool& layer, const Inputs& in, Tensor& out) {
  const Tensor& x = only(in);
  require_real(x);
  require(x.shape.n() == out.shape.n() && x.shape.c() == out.shape.c(),
          "pooling keeps images and channels");
  const Store store(out, layer.clamp);
  for (int n = 0; n < out.shape.n(); ++n) {
    for (int e = 0; e < out.shape.h(); ++e) {
      for (int f = 0; f < out.shape.w(); ++f) {
        const Window::Place at = layer.window.at(e, f, x.shape.h(), x.shape.w());
        // A window may reach beyond the padding, too, where the output's size is rounded up.
        const int rows =
            std::min(at.top + layer.window.kernel_h, x.shape.h() + layer.pad_bottom) - at.top;
        const int cols =
            std::min(at.left + layer.window.kernel_w, x.shape.w() + layer.pad_right) - at.left;
        const std::int64_t count = layer.count_pads ? std::int64_t{rows} * cols
                                                    : std::int64_t{std::max(at.h1 - at.h0, 0)} *
                                                          std::max(at.w1 - at.w0, 0);
        for (int c = 0; c < out.shape.c(); ++c) {
          double sum = 0.0;
          for (int h = at.h0; h < at.h1; ++h)
            for (int w = at.w0; w < at.w1; ++w) sum += real_at(x, x.index(n, h, w, c));
          store.put(out.index(n, e, f, c), sum / static_cast<double>(count));
        }
      }
    }
  }
}

void run(const RealMean& layer, const Inputs& in, Tensor& out) {
  const Tensor& x = only(in);
  require_real(x);
  // The dimensions that stay, then those that are summed.
  std::vector<int> order;
  std::size_t count = 1;
  for (int d = 0; d < x.shape.rank(); ++d)
    if (std::find(layer.axes.begin(), layer.axes.end(), d) == layer.axes.end()) order.push_back(d);
  for (const int axis : layer.axes) {
    require(axis >= 0 && axis < x.shape.rank(), "no such axis");
    order.push_back(axis);
    count *= size(x.shape[axis]);
  }
  require(out.shape.elements() * count == x.shape.elements(), "the output does not fit the axes");
  const Store store(out, layer.clamp);
  const View view = View::of(x.shape).permuted(order);
  Walk at(view);
  for (std::size_t i = 0; i < out.shape.elements(); ++i) {
    double sum = 0.0;
    for (std::size_t k = 0; k < count; ++k, at.next()) sum += real_at(x, at.offset());
    store.put(i, sum / static_cast<double>(count));
  }
}

void run(const RealSoftmax& layer, const Inputs& in, Tensor& out) {
  const Tensor& x = only(in);
  require_real(x);
  require(layer.first >= 0 && layer.first <= layer.last && layer.last < x.shape.rank(),
          "no such axis");
  require(x.shape.elements() == out.shape.elements(), "input and output differ in size");
  std::size_t length = 1, inner = 1;
  for (int d = layer.first; d < x.shape.rank(); ++d)
    (d <= layer.last ? length : inner) *= size(x.shape[d]);
  const Store store(out, {});
  std::vector<double> terms(length);
  const std::size_t block = length * inner;
  for (std::size_t start = 0; start < x.shape.elements(); start += block) {
    for (std::size_t i = start; i < start + inner; ++i) {
      double largest = -std::numeric_limits<double>::infinity(), sum = 0.0;
      for (std::size_t k = 0; k < length; ++k)
        largest = std::max(largest, real_at(x, i + k * inner));
      for (std::size_t k = 0; k < length; ++k)
        sum += terms[k] = std::exp(real_at(x, i + k * inner) - largest);
      for (std::size_t k = 0; k < length; ++k) store.put(i + k * inner, terms[k] / sum);
    }
  }
}

void run(const Pick& layer, const Inputs& in, Tensor& out) {
  const Tensor& x = only(in);
  require(layer.axis >= 0 && layer.axis < x.shape.rank() && x.type == out.type, "no such axis");
  Shape fits = x.shape;
  fits[layer.axis] = static_cast<int>(layer.from.size());
  require(fits == out.shape, "the output does not fit the picked places");
  std::size_t inner = element_bytes(x.type), outer = 1;
  for (int d = 0; d < x.shape.rank(); ++d)
    if (d != layer.axis) (d < layer.axis ? outer : inner) *= size(x.shape[d]);
  auto to = out.bytes.begin();
  for (std::size_t o = 0; o < outer; ++o) {
    for (const int from : layer.from) {
      require(from >= 0 && from < x.shape[layer.axis], "a picked place is not there");
      const auto place = (o * size(x.shape[layer.axis]) + size(from)) * inner;
      to = std::copy_n(x.bytes.begin() + static_cast<std::ptrdiff_t>(place), inner, to);
    }
  }
}

}  // namespace uvea::nn::host
