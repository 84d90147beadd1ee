// Host operations on two operands, element by element.

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/host_kernels.h"
#include "sw/nn/arithmetic/host_view.h"

namespace uvea::nn::host {
namespace {

/// out[i] = function(a's value or code, b's) with both repeated to the output's shape; the function
/// takes flat indices of a and b.
template <typename Function>
void for_each_pair(const Tensor& a, const Tensor& b, Tensor& out, Function function) {
  View view_a = View::of(a.shape), view_b = View::of(b.shape);
  require(view_a.broadcast(out.shape) && view_b.broadcast(out.shape), "shapes do not fit");
  Walk at_a(view_a), at_b(view_b);
  for (std::uint8_t& byte : out.bytes) {
    byte = to_byte(function(at_a.offset(), at_b.offset()));
    at_a.next();
    at_b.next();
  }
}

constexpr int kHeadroom = 20;  // bits kept below the codes while both are brought to one scale

struct SumFactors {
  SumFactors(const Tensor& in_a, const Tensor& in_b, const Tensor& sum) {
    const double twice_max_scale = 2.0 * std::max(in_a.quant.scale, in_b.quant.scale);
    a = quantize_multiplier(in_a.quant.scale / twice_max_scale);
    b = quantize_multiplier(in_b.quant.scale / twice_max_scale);
    out = quantize_multiplier(twice_max_scale / ((1 << kHeadroom) * sum.quant.scale));
  }
  Requant a, b, out;
};

void sum(const Binary& layer, const Tensor& a, const Tensor& b, const SumFactors& factors,
         Tensor& out) {
  const auto scaled = [](const Tensor& t, std::size_t i, const Requant& factor) {
    return multiply_by_quantized_multiplier(t.value(i) * (1 << kHeadroom), factor);
  };
  for_each_pair(a, b, out, [&](std::size_t i, std::size_t j) {
    return requantize(scaled(a, i, factors.a) + scaled(b, j, factors.b), 0, factors.out,
                      out.quant.zero_point, layer.clamp.min, layer.clamp.max);
  });
}

/// As add, with the second factor negative: products of negative numbers are rounded otherwise, so
/// this is not the sum with a negative operand.
void sub(const Binary& layer, const Tensor& a, const Tensor& b, Tensor& out) {
  SumFactors factors(a, b, out);
  factors.b.multiplier = -factors.b.multiplier;
  sum(layer, a, b, factors, out);
}

void mul(const Binary& layer, const Tensor& a, const Tensor& b, Tensor& out) {
  // Products and quotients of scales in single precision.
  const float factor = static_cast<float>(a.quant.scale) * static_cast<float>(b.quant.scale) /
                       static_cast<float>(out.quant.scale);
  const Requant requant = quantize_multiplier(static_cast<double>(factor));
  for_each_pair(a, b, out, [&](std::size_t i, std::size_t j) {
    return requantize(a.value(i) * b.value(j), 0, requant, out.quant.zero_point, layer.clamp.min,
                      layer.clamp.max);
  });
}

}  // namespace

void run(const Binary& layer, const Inputs& in, Tensor& out) {
  require(in.size() == 2, "the operation takes two inputs");
  const Tensor &a = *in[0], &b = *in[1];
  require(a.type == ElementType::code8 && b.type == a.type && out.type == a.type,
          "the operation takes codes");
  switch (layer.op) {
    case BinaryOp::add:
      sum(layer, a, b, SumFactors(a, b, out), out);
      break;
    case BinaryOp::sub:
      sub(layer, a, b, out);
      break;
    case BinaryOp::mul:
      mul(layer, a, b, out);
      break;
    case BinaryOp::minimum:
      for_each_pair(a, b, out,
                    [&](std::size_t i, std::size_t j) { return std::min(a.code(i), b.code(j)); });
      break;
    case BinaryOp::maximum:
      for_each_pair(a, b, out,
                    [&](std::size_t i, std::size_t j) { return std::max(a.code(i), b.code(j)); });
      break;
  }
}

void run(const Prelu&, const Inputs& in, Tensor& out) {
  require(in.size() == 2, "prelu takes two inputs");
  const Tensor &a = *in[0], &slope = *in[1];
  require(a.type == ElementType::code8 && slope.type == a.type && out.type == a.type,
          "prelu takes codes");
  const auto in_scale = static_cast<float>(a.quant.scale);
  const auto out_scale = static_cast<float>(out.quant.scale);
  const Requant positive = quantize_multiplier(static_cast<double>(in_scale / out_scale));
  const Requant negative = quantize_multiplier(
      static_cast<double>(in_scale * static_cast<float>(slope.quant.scale) / out_scale));
  const auto code = [&](int product, const Requant& factor) {
    return requantize(product, 0, factor, out.quant.zero_point, out.quant.lowest(),
                      out.quant.highest());
  };
  for_each_pair(a, slope, out, [&](std::size_t i, std::size_t j) {
    const int value = a.value(i);
    if (value < 0) return code(value * slope.value(j), negative);
    // uint8 has an older arithmetic, in which codes that are not negative stay as they are.
    return a.quant.is_signed ? code(value, positive) : a.code(i);
  });
}

}  // namespace uvea::nn::host
