// Imported .onnx files against the same operators in plain real arithmetic on ONNX's own layout
// (dequantise, compute in double precision, compare): a code may be half a step from the real
// result, plus what the formats lose.
// A bias in FLOAT is rounded to the accumulator's step first: half of that more.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tb/tests/app/program.h"
#include "tb/tests/onnx/onnx_case.h"

namespace uvea::test {
namespace {

/// A convolution in its own words.
struct Conv {
  Dims in, weights;  // N C H W, M C/g R S
  std::int64_t groups = 1, stride_h = 1, stride_w = 1, dilation_h = 1, dilation_w = 1;
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
  std::int64_t out(int axis) const {
    const std::int64_t pads = axis == 0 ? top + bottom : left + right;
    const std::int64_t dilation = axis == 0 ? dilation_h : dilation_w;
    const std::int64_t stride = axis == 0 ? stride_h : stride_w;
    const auto d = static_cast<std::size_t>(axis + 2);
    return (in[d] + pads - (weights[d] - 1) * dilation - 1) / stride + 1;
  }

  Reals run(const std::vector<double>& x, const std::vector<double>& w,
            const std::vector<double>& bias) const {
    Reals result;
    result.dims = {in[0], weights[0], out(0), out(1)};
    const std::int64_t per_group = weights[0] / groups;
    for (std::int64_t n = 0; n < in[0]; ++n)
      for (std::int64_t m = 0; m < weights[0]; ++m)
        for (std::int64_t e = 0; e < out(0); ++e)
          for (std::int64_t f = 0; f < out(1); ++f) {
            double sum = bias.empty() ? 0.0 : bias[static_cast<std::size_t>(m)];
            for (std::int64_t c = 0; c < weights[1]; ++c)
              for (std::int64_t r = 0; r < weights[2]; ++r)
                for (std::int64_t s = 0; s < weights[3]; ++s) {
                  const std::int64_t h = e * stride_h + r * dilation_h - top;
                  const std::int64_t v = f * stride_w + s * dilation_w - left;
                  if (h < 0 || h >= in[2] || v < 0 || v >= in[3]) continue;
                  const std::int64_t channel = m / per_group * weights[1] + c;
                  sum +=
                      x[static_cast<std::size_t>(((n * in[1] + channel) * in[2] + h) * in[3] + v)] *
                      w[static_cast<std::size_t>(
                          ((m * weights[1] + c) * weights[2] + r) * weights[3] + s)];
                }
            result.values.push_back(sum);
          }
    return result;
  }
};

Conv random_conv(Dice& dice) {
  Conv conv;
  conv.groups = dice.chance(40) ? dice.in(1, 4) : 1;
  const std::int64_t channels = dice.in(1, 4), outputs = dice.in(1, 4);
  conv.weights = {conv.groups * outputs, dice.chance(30) ? 1 : channels, dice.in(1, 4),
                  dice.in(1, 4)};
  conv.stride_h = dice.in(1, 3);
  conv.stride_w = dice.in(1, 3);
  conv.dilation_h = dice.in(1, 2);
  conv.dilation_w = dice.in(1, 3);
  const std::int64_t reach_h = (conv.weights[2] - 1) * conv.dilation_h + 1;
  const std::int64_t reach_w = (conv.weights[3] - 1) * conv.dilation_w + 1;
  const auto pad = [&](std::int64_t reach) { return dice.in(0, static_cast<int>(reach) - 1); };
  conv.top = pad(reach_h);
  conv.bottom = pad(reach_h);
  conv.left = pad(reach_w);
  conv.right = pad(reach_w);
  conv.in = {dice.in(1, 2), conv.groups * conv.weights[1], dice.in(1, 6) + reach_h,
             dice.in(1, 6) + reach_w};
  return conv;
}

/// The program runs the file, every oact of the chip as the reference has it, and dumps what the
/// reference gives.
void expect_on_chip(const OnnxFile& file, const nn::Network& network, const Input& x,
                    const std::string& what) {
  const auto text = [](const std::vector<std::uint8_t>& bytes) {
    return std::string(bytes.begin(), bytes.end());
  };
  const Folder folder;
  const Ended ended = run_program(
      {"run", folder.file("net.onnx", file.bytes()), "--quiet", "--set", "pe.weight_bits=9",
       "--input", folder.file("x.bin", text(x.tensor.bytes)), "--dump-output", folder.path("y")});
  ASSERT_EQ(ended.status, 0) << what << ": " << ended.err;
  const auto tensors = nn::run_reference(network, {x.tensor});
  EXPECT_EQ(content_of(folder.path("y")),
            text(tensors.at(static_cast<std::size_t>(network.outputs.front())).bytes))
      << what;
}

/// Quantised weights with what they mean, per tensor or per channel of `axis`.
struct Weights {
  std::vector<std::int64_t> codes;
  std::vector<double> reals;
  std::vector<float> scales;
  std::vector<std::int64_t> zeros;
  OnnxType type = OnnxType::int8;

  Weights(Dice& dice, const Dims& dims, int axis) {
    const bool per_channel = dice.chance(50);
    const std::int64_t channels = per_channel ? dims[static_cast<std::size_t>(axis)] : 1;
    type = dice.chance(60) ? OnnxType::int8 : OnnxType::uint8;
    const bool symmetric = type == OnnxType::int8 && dice.chance(80);
    for (std::int64_t k = 0; k < channels; ++k) {
      scales.push_back(dice.real(0.002, 0.02));
      zeros.push_back(symmetric ? 0
                                : (type == OnnxType::int8 ? dice.in(-20, 20) : dice.in(90, 160)));
    }
    std::int64_t inner = 1;
    for (std::size_t d = static_cast<std::size_t>(axis) + 1; d < dims.size(); ++d) inner *= dims[d];
    for (std::int64_t i = 0; i < count_of(dims); ++i) {
      const auto k = static_cast<std::size_t>(per_channel ? i / inner % channels : 0);
      codes.push_back((type == OnnxType::int8 ? -128 : 0) + dice.in(0, 255));
      reals.push_back(static_cast<double>(scales[k]) *
                      static_cast<double>(codes.back() - zeros[k]));
    }
  }
  Dims scale_dims() const {
    return scales.size() == 1 ? Dims{} : Dims{static_cast<std::int64_t>(scales.size())};
  }
  void put(OnnxFile& file, const Dims& dims, bool raw) const {
    file.whole("w", type, dims, codes, raw);
    file.real("w_scale", scale_dims(), scales, raw);
    file.whole("w_zero", type, scale_dims(), zeros, raw);
  }
};

void conv_case(std::uint64_t seed) {
  Dice dice(seed);
  const Conv conv = random_conv(dice);
  const std::string what = "seed " + std::to_string(seed);
  const Input x(dice, conv.in, dice.scale(0.01, 0.1));
  const Weights w(dice, conv.weights, 0);
  // QLinearConv or QDQ; bias none, INT32 in accumulator steps, or FLOAT.
  const bool qlinear = dice.chance(40), raw = dice.chance(50);
  const int bias_kind = dice.in(0, qlinear ? 1 : 2);
  std::vector<double> bias;
  std::vector<std::int64_t> bias_codes;
  std::vector<float> bias_floats, bias_scales;
  double slack = kLost;
  std::vector<double> steps;
  for (std::int64_t m = 0; m < conv.weights[0]; ++m)
    steps.push_back(
        static_cast<double>(x.scale.scale) *
        static_cast<double>(w.scales[w.scales.size() == 1 ? 0 : static_cast<std::size_t>(m)]));
  for (const double step : steps) {
    if (bias_kind == 1) {
      bias_codes.push_back(dice.in(-3000, 3000));
      bias_scales.push_back(static_cast<float>(step));
      bias.push_back(step * static_cast<double>(bias_codes.back()));
    } else if (bias_kind == 2) {
      bias_floats.push_back(dice.real(-1.0, 1.0));
      bias.push_back(static_cast<double>(bias_floats.back()));
    }
  }
  const Reals exact = conv.run(x.reals.values, w.reals, bias);
  const int activation = qlinear ? 0 : dice.in(0, 2);
  Reals real = exact;
  if (activation != 0)
    for (double& v : real.values) v = std::clamp(v, 0.0, activation == 1 ? INFINITY : 0.75);
  const Scale out = fitting(dice, exact.values);
  if (bias_kind == 2)
    slack += 0.5 * *std::max_element(steps.begin(), steps.end()) / static_cast<double>(out.scale);

  OnnxFile file;
  file.input("x", x.scale.type, conv.in);
  w.put(file, conv.weights, raw);
  const Dims outputs = {conv.weights[0]};
  onnx_file::NodeProto* node = nullptr;
  if (qlinear) {
    const auto xs = file.initialisers(x.scale), ys = file.initialisers(out);
    std::vector<std::string> inputs = {"x", xs[0], xs[1], "w", "w_scale", "w_zero", ys[0], ys[1]};
    if (bias_kind == 1)
      inputs.push_back(file.whole("b", OnnxType::int32, outputs, bias_codes, raw));
    node = &file.node("QLinearConv", inputs, "y");
  } else {
    file.dequantize("x", x.scale, "x_real");
    auto& dq = file.node("DequantizeLinear", {"w", "w_scale", "w_zero"}, "w_real");
    OnnxFile::attribute(dq, "axis", std::int64_t{0});
    std::vector<std::string> inputs = {"x_real", "w_real"};
    if (bias_kind == 1) {
      file.whole("b", OnnxType::int32, outputs, bias_codes, raw);
      file.real("b_scale", outputs, bias_scales);
      auto& b = file.node("DequantizeLinear", {"b", "b_scale"}, "b_real");
      OnnxFile::attribute(b, "axis", std::int64_t{0});
      inputs.push_back("b_real");
    } else if (bias_kind == 2) {
      inputs.push_back(file.real("b", outputs, bias_floats, raw));
    }
    node = &file.node("Conv", inputs, "c");
    std::string last = "c";
    if (activation == 1) {
      file.node("Relu", {"c"}, "r");
      last = "r";
    } else if (activation == 2) {
      file.node("Clip", {"c", file.real("low", {}, {0.0F}), file.real("high", {}, {0.75F})}, "r");
      last = "r";
    }
    file.quantize(last, out, "y");
  }
  OnnxFile::attribute(*node, "group", conv.groups);
  OnnxFile::attribute(*node, "kernel_shape", Dims{conv.weights[2], conv.weights[3]});
  OnnxFile::attribute(*node, "strides", Dims{conv.stride_h, conv.stride_w});
  OnnxFile::attribute(*node, "dilations", Dims{conv.dilation_h, conv.dilation_w});
  OnnxFile::attribute(*node, "pads", Dims{conv.top, conv.left, conv.bottom, conv.right});
  // A float bias gives (N, M, E, F) as everything else.
  file.output("y", out.type, real.dims);
  const nn::Network network = load(file);
  expect_real(network, {x}, real, out, slack, what);
  constexpr std::uint64_t one_in = 10;
  if (seed % one_in == 0 && !testing::Test::HasFatalFailure())
    expect_on_chip(file, network, x, what);
}

TEST(OnnxTruth, Conv) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    conv_case(seed);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace uvea::test
