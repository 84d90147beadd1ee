// Operators on each code of one tensor, or on each row of codes.

#include <cmath>

#include "sw/nn/tflite/operators.h"

namespace uvea::nn::tflite {
namespace {

constexpr int kSoftmaxOptions = 9, kLogSoftmaxOptions = 36, kLeakyReluOptions = 75,
              kHardSwishOptions = 91;  // union types

using Layers = std::vector<ImportedLayer>;

/// Input and output, which have codes of one type and the same shape.
struct Ends {
  explicit Ends(const OpContext& context)
      : in(context.codes(context.input(0))), out(context.codes(context.output())) {
    context.require(in.quant.is_signed == out.quant.is_signed,
                    "inputs and output must all be INT8 or all UINT8");
    context.require(in.shape == out.shape, "the output's shape contradicts the input's");
  }
  bool out_is(double scale, int above_lowest) const {
    return out.quant.scale == scale && out.quant.zero_point == out.quant.lowest() + above_lowest;
  }
  TensorInfo in, out;
};

}  // namespace

Layers import_relu(const OpContext& context) {
  const Ends ends(context);
  context.rescaling(ends.in.quant.scale / ends.out.quant.scale);
  const int code = context.op().code;
  const Activation activation = code == op_relu    ? Activation::relu
                                : code == op_relu6 ? Activation::relu6
                                                   : Activation::relu_n1_to_1;
  return {{host::Relu{activation_range(activation, ends.out.quant)}}};
}

Layers import_softmax(const OpContext& context) {
  const RawOperator& op = context.options(kSoftmaxOptions);
  const Ends ends(context);
  const auto beta = op.option<float>(0, 0.0F);
  context.require(beta > 0.0F && beta < 1.0e6F, "beta must be a positive number");
  context.require(std::isfinite(static_cast<float>(ends.in.quant.scale) * beta),
                  "the input's scale times beta is too large");
  context.require(ends.out_is(1.0 / 256, 0),
                  "the output must have scale 1/256 and the lowest code as zero point");
  return {{host::Softmax{static_cast<double>(beta)}}};
}

Layers import_log_softmax(const OpContext& context) {
  context.options(kLogSoftmaxOptions);
  const Ends ends(context);
  context.require(ends.out_is(16.0 / 256, 255),
                  "the output must have scale 1/16 and the highest code as zero point");
  context.require(std::isfinite(static_cast<float>(ends.in.quant.scale) * 512.0F),
                  "the input's scale is too large");
  if (ends.in.quant.is_signed) {  // the limits of its fixed point
    context.require(ends.in.quant.scale > 1.0 / (1 << 26) && ends.in.quant.scale < 16.0,
                    "the input's scale must be from 2^-26 to 16");
    context.require(ends.in.shape.c() < 4096, "INT8 rows of more than 4095 are not supported");
  }
  return {{host::LogSoftmax{}}};
}

Layers import_logistic(const OpContext& context) {
  const Ends ends(context);
  context.require(ends.out_is(1.0 / 256, 0),
                  "the output must have scale 1/256 and the lowest code as zero point");
  return {{host::Curve{host::CurveKind::logistic}}};
}

Layers import_tanh(const OpContext& context) {
  const Ends ends(context);
  context.require(ends.out_is(1.0 / 128, 128),
                  "the output must have scale 1/128 and the middle code as zero point");
  return {{host::Curve{host::CurveKind::tanh}}};
}

Layers import_hard_swish(const OpContext& context) {
  context.options(kHardSwishOptions);
  const Ends ends(context);
  // Single precision, as the kernel has it.
  const float fine = (1.0F / 128.0F) * static_cast<float>(ends.in.quant.scale);
  context.rescaling(static_cast<double>(fine / (3.0F / 32768.0F)));
  const float factor = fine / static_cast<float>(ends.out.quant.scale);
  context.require(context.rescaling(static_cast<double>(factor)).shift <= 0,
                  "the input's scale is more than 128 times the output's; corrupted?");
  return {{host::Curve{host::CurveKind::hard_swish}}};
}

Layers import_leaky_relu(const OpContext& context) {
  const RawOperator& op = context.options(kLeakyReluOptions);
  const Ends ends(context);
  const auto alpha = op.option<float>(0, 0.0F);
  context.require(std::isfinite(alpha), "alpha must be a number");
  const double scale = ends.in.quant.scale, out_scale = ends.out.quant.scale;
  context.rescaling(scale / out_scale);
  context.rescaling(
      ends.in.quant.is_signed
          ? static_cast<double>(static_cast<float>(scale) * std::fabs(alpha)) / out_scale
          : static_cast<double>(static_cast<float>(scale) * static_cast<float>(scale) /
                                static_cast<float>(out_scale)));
  context.require(std::isfinite(alpha / static_cast<float>(scale)), "alpha is too large");
  return {{host::Curve{host::CurveKind::leaky_relu, alpha}}};
}

Layers import_quantize(const OpContext& context) {
  const TensorInfo in = context.info(context.input(0)), out = context.info(context.output());
  const bool from_real = in.type == ElementType::float32,
             to_real = out.type == ElementType::float32;
  context.require((from_real || in.type == ElementType::code8) &&
                      (to_real || out.type == ElementType::code8) && !(from_real && to_real),
                  "goes between INT8 or UINT8 and FLOAT32, or between 8-bit types");
  context.require(in.shape == out.shape, "the output's shape contradicts the input's");
  if (!from_real && !to_real) context.rescaling(in.quant.scale / out.quant.scale);
  return {{host::Quantize{}}};
}

}  // namespace uvea::nn::tflite
