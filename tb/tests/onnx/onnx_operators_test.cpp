// Operators on the host and what stands between the chip's layers, from .onnx files of one or two
// operators, against plain real arithmetic on ONNX's own layout.

#include <gtest/gtest.h>

#include <functional>
#include <numeric>

#include "tb/tests/onnx/onnx_case.h"

namespace uvea::test {
namespace {

constexpr std::uint64_t kSeed = 5;

/// x -> DequantizeLinear -> (what `build` makes of "x_real", named "r") -> QuantizeLinear -> y.
void one_operator(Dice& dice, const Dims& dims, const std::function<void(OnnxFile&)>& build,
                  const std::function<Reals(const Reals&)>& truth, const std::string& what,
                  int opset = 13) {
  const Input x(dice, dims, dice.scale(0.01, 0.1));
  const Reals real = truth(x.reals);
  const Scale out = fitting(dice, real.values);
  OnnxFile file(opset);
  file.input("x", x.scale.type, dims);
  file.dequantize("x", x.scale, "x_real");
  build(file);
  file.quantize("r", out, "y");
  file.output("y", out.type, real.dims);
  expect_real(load(file), {x}, real, out, kLost, what + ", seed " + std::to_string(kSeed));
}

Reals each(const Reals& x, const std::function<double(double)>& f) {
  Reals result = x;
  for (double& v : result.values) v = f(v);
  return result;
}

TEST(OnnxOperators, Unary) {
  Dice dice(kSeed);
  const std::vector<std::pair<std::string, std::function<double(double)>>> cases = {
      {"Relu", [](double v) { return std::max(v, 0.0); }},
      {"Sigmoid", [](double v) { return 1.0 / (1.0 + std::exp(-v)); }},
      {"Tanh", [](double v) { return std::tanh(v); }},
      {"HardSwish", [](double v) { return v * std::clamp(v / 6.0 + 0.5, 0.0, 1.0); }},
      {"LeakyRelu", [](double v) { return v < 0.0 ? static_cast<double>(0.125F) * v : v; }},
      {"HardSigmoid", [](double v) { return std::clamp(0.25 * v + 0.5, 0.0, 1.0); }}};
  for (const auto& [type, f] : cases) {
    for (int i = 0; i < 4; ++i) {
      one_operator(
          dice, {1, 3, dice.in(1, 5), 4},
          [&, t = type](OnnxFile& file) {
            auto& node = file.node(t, {"x_real"}, "r");
            if (t == "LeakyRelu") OnnxFile::attribute(node, "alpha", 0.125F);
            if (t == "HardSigmoid") OnnxFile::attribute(node, "alpha", 0.25F);
          },
          [&, g = f](const Reals& x) { return each(x, g); }, type);
    }
  }
}

TEST(OnnxOperators, BinaryWithAnotherInputAndWithAConstant) {
  Dice dice(kSeed);
  for (int i = 0; i < 40; ++i) {
    const std::vector<std::string> types = {"Add", "Sub", "Mul", "Max", "Min"};
    const std::string type = types[static_cast<std::size_t>(i) % types.size()];
    const Dims dims = {1, 3, 4, 2};
    const Dims other = dice.chance(50) ? dims : Dims{3, 1, 1};
    const Input x(dice, dims, dice.scale(0.01, 0.1)), y(dice, other, dice.scale(0.01, 0.1));
    Reals real = x.reals;
    for (std::size_t k = 0; k < real.values.size(); ++k) {
      double& a = real.values[k];
      const double b = y.reals.values[other == dims ? k : k / 8];
      a = type == "Add"   ? a + b
          : type == "Sub" ? a - b
          : type == "Mul" ? a * b
          : type == "Max" ? std::max(a, b)
                          : std::min(a, b);
    }
    const Scale out = fitting(dice, real.values);
    OnnxFile file;
    file.input("x", x.scale.type, dims);
    const bool constant = other != dims;
    if (constant)
      file.whole("k", y.scale.type, other,
                 std::vector<std::int64_t>(y.tensor.bytes.begin(), y.tensor.bytes.end()));
    else
      file.input("k", y.scale.type, other);
    const bool qlinear = (type == "Add" || type == "Mul") && dice.chance(50);
    if (qlinear) {
      const auto xs = file.initialisers(x.scale), ks = file.initialisers(y.scale),
                 ys = file.initialisers(out);
      file.node("QLinear" + type, {"x", xs[0], xs[1], "k", ks[0], ks[1], ys[0], ys[1]}, "y",
                "com.microsoft");
    } else {
      file.dequantize("x", x.scale, "x_real");
      file.dequantize("k", y.scale, "k_real");
      file.node(type, {"x_real", "k_real"}, "r");
      file.quantize("r", out, "y");
    }
    file.output("y", out.type, dims);
    std::vector<Input> inputs = {x};
    if (!constant) inputs.push_back(y);
    expect_real(load(file), inputs, real, out, kLost, type + " " + std::to_string(i));
  }
}

/// Mean or sum over windows of the last two dimensions.
Reals pooled(const Reals& x, std::int64_t kernel, std::int64_t stride, std::int64_t pad, bool max,
             bool count_pads) {
  Reals result;
  const auto out = [&](std::int64_t in) { return (in + 2 * pad - kernel) / stride + 1; };
  const std::int64_t h = x.dims[2], w = x.dims[3];
  result.dims = {x.dims[0], x.dims[1], out(h), out(w)};
  for (std::int64_t p = 0; p < x.dims[0] * x.dims[1]; ++p)
    for (std::int64_t e = 0; e < out(h); ++e)
      for (std::int64_t f = 0; f < out(w); ++f) {
        double sum = 0.0, most = -INFINITY;
        int count = 0;
        for (std::int64_t r = e * stride - pad; r < e * stride - pad + kernel; ++r)
          for (std::int64_t s = f * stride - pad; s < f * stride - pad + kernel; ++s) {
            const bool inside = r >= 0 && r < h && s >= 0 && s < w;
            count += inside || count_pads ? 1 : 0;
            if (!inside) continue;
            const double v = x.values[static_cast<std::size_t>((p * h + r) * w + s)];
            sum += v;
            most = std::max(most, v);
          }
        result.values.push_back(max ? most : sum / count);
      }
  return result;
}

TEST(OnnxOperators, Pooling) {
  Dice dice(kSeed);
  for (int i = 0; i < 24; ++i) {
    const std::int64_t kernel = dice.in(2, 3), stride = dice.in(1, 2), pad = dice.in(0, 1);
    const bool max = i % 3 == 0, count_pads = dice.chance(50);
    one_operator(
        dice, {dice.in(1, 2), dice.in(1, 3), dice.in(3, 6), dice.in(3, 6)},
        [&](OnnxFile& file) {
          auto& node = file.node(max ? "MaxPool" : "AveragePool", {"x_real"}, "r");
          OnnxFile::attribute(node, "kernel_shape", Dims{kernel, kernel});
          OnnxFile::attribute(node, "strides", Dims{stride, stride});
          OnnxFile::attribute(node, "pads", Dims{pad, pad, pad, pad});
          if (!max) OnnxFile::attribute(node, "count_include_pad", std::int64_t{count_pads});
        },
        [&](const Reals& x) { return pooled(x, kernel, stride, pad, max, count_pads); },
        "pool " + std::to_string(i));
  }
  one_operator(
      dice, {2, 3, 4, 5}, [](OnnxFile& file) { file.node("GlobalAveragePool", {"x_real"}, "r"); },
      [](const Reals& x) {
        Reals mean{{2, 3, 1, 1}, {}};
        for (std::size_t p = 0; p < 6; ++p)
          mean.values.push_back(std::accumulate(x.values.begin() + static_cast<long>(20 * p),
                                                x.values.begin() + static_cast<long>(20 * p + 20),
                                                0.0) /
                                20.0);
        return mean;
      },
      "GlobalAveragePool");
}

TEST(OnnxOperators, SoftmaxOverChannels) {
  Dice dice(kSeed);
  one_operator(
      dice, {1, 5, 2, 2},
      [](OnnxFile& file) {
        OnnxFile::attribute(file.node("Softmax", {"x_real"}, "r"), "axis", std::int64_t{1});
      },
      [](const Reals& x) {
        Reals result = x;
        for (std::size_t p = 0; p < 4; ++p) {
          double sum = 0.0;
          for (std::size_t c = 0; c < 5; ++c) sum += std::exp(x.values[c * 4 + p]);
          for (std::size_t c = 0; c < 5; ++c)
            result.values[c * 4 + p] = std::exp(x.values[c * 4 + p]) / sum;
        }
        return result;
      },
      "Softmax");
}

/// MaxPool with a kernel of 1 leaves the values, but its result has the channels last.
void moved(const std::string& what, const std::function<void(OnnxFile&)>& build, const Dims& from,
           const Dims& to, const std::function<std::size_t(std::size_t)>& place) {
  Dice dice(kSeed);
  one_operator(
      dice, from,
      [&](OnnxFile& file) {
        OnnxFile::attribute(file.node("MaxPool", {"x_real"}, "p"), "kernel_shape", Dims{1, 1});
        build(file);
      },
      [&](const Reals& x) {
        Reals result{to, {}};
        for (std::size_t i = 0; i < static_cast<std::size_t>(count_of(to)); ++i)
          result.values.push_back(x.values.at(place(i)));
        return result;
      },
      what);
}

TEST(OnnxOperators, MovesKeepOnnxOrder) {
  const auto same = [](std::size_t i) { return i; };
  moved(
      "Flatten", [](OnnxFile& f) { f.node("Flatten", {"p"}, "r"); }, {2, 3, 4, 5}, {2, 60}, same);
  moved(
      "Reshape",
      [](OnnxFile& f) {
        f.node("Reshape", {"p", f.whole("s", OnnxType::int64, {3}, {0, -1, 6})}, "r");
      },
      {1, 3, 4, 5}, {1, 10, 6}, same);
  moved(
      "Transpose",
      [](OnnxFile& f) {
        OnnxFile::attribute(f.node("Transpose", {"p"}, "r"), "perm", Dims{0, 2, 3, 1});
      },
      {1, 3, 4, 5}, {1, 4, 5, 3}, [](std::size_t i) { return i % 3 * 20 + i / 3; });
  moved(
      "Slice",
      [](OnnxFile& f) {
        f.node("Slice",
               {"p", f.whole("a", OnnxType::int64, {2}, {-1, 1}),
                f.whole("e", OnnxType::int64, {2}, {-100, 4}),
                f.whole("x_", OnnxType::int64, {2}, {1, 3}),
                f.whole("st", OnnxType::int64, {2}, {-2, 2})},
               "r");
      },
      {1, 3, 4, 5}, {1, 2, 4, 2},
      [](std::size_t i) { return (2 - i / 8 * 2) * 20 + i / 2 % 4 * 5 + 1 + i % 2 * 2; });
  moved(
      "Resize",
      [](OnnxFile& f) {
        auto& node = f.node("Resize", {"p", "", f.real("k", {4}, {1, 1, 2, 2})}, "r");
        OnnxFile::attribute(node, "coordinate_transformation_mode", std::string("asymmetric"));
        OnnxFile::attribute(node, "nearest_mode", std::string("floor"));
      },
      {1, 2, 3, 2}, {1, 2, 6, 4},
      [](std::size_t i) { return i / 24 * 6 + i % 24 / 4 / 2 * 2 + i % 4 / 2; });
  moved(
      "Pad edge",
      [](OnnxFile& f) {
        auto& node =
            f.node("Pad", {"p", f.whole("k", OnnxType::int64, {8}, {0, 0, 0, 1, 0, 0, 0, 1})}, "r");
        OnnxFile::attribute(node, "mode", std::string("edge"));
      },
      {1, 2, 3, 2}, {1, 2, 3, 4}, [](std::size_t i) { return i / 4 * 2 + (i % 4) / 2; });
}

TEST(OnnxOperators, FullyConnectedBehindAnImage) {
  // Flatten reads N, C, H, W: the weights' features are in that order.
  Dice dice(kSeed);
  for (int i = 0; i < 20; ++i) {
    const bool transposed = dice.chance(50), matmul = !transposed && dice.chance(50);
    const Dims dims = {dice.in(1, 2), 3, 2, 4};
    one_operator(
        dice, dims,
        [&](OnnxFile& file) {
          OnnxFile::attribute(file.node("MaxPool", {"x_real"}, "p"), "kernel_shape", Dims{1, 1});
          file.node("Flatten", {"p"}, "flat");
          std::vector<std::int64_t> codes;
          for (int k = 0; k < 24 * 5; ++k) {
            const int o = transposed ? k / 24 : k % 5, f = transposed ? k % 24 : k / 5;
            codes.push_back((o * 37 + f * 11) % 200 - 100);
          }
          file.whole("w", OnnxType::int8, transposed ? Dims{5, 24} : Dims{24, 5}, codes);
          file.dequantize("w", {0.01F, 0, OnnxType::int8}, "w_real");
          if (matmul) {
            file.node("MatMul", {"flat", "w_real"}, "m");
            file.node("Add", {"m", file.real("b", {5}, {0, 0, 0, 0, 0})}, "r");
          } else {
            auto& node = file.node("Gemm", {"flat", "w_real"}, "r");
            OnnxFile::attribute(node, "transB", std::int64_t{transposed});
          }
        },
        [&](const Reals& x) {
          Reals result{{dims[0], 5}, {}};
          for (std::size_t n = 0; n < static_cast<std::size_t>(dims[0]); ++n)
            for (int o = 0; o < 5; ++o) {
              double sum = 0.0;
              for (int f = 0; f < 24; ++f)
                sum += x.values[n * 24 + static_cast<std::size_t>(f)] * static_cast<double>(0.01F) *
                       ((o * 37 + f * 11) % 200 - 100);
              result.values.push_back(sum);
            }
          return result;
        },
        "fully connected " + std::to_string(i));
  }
}

}  // namespace
}  // namespace uvea::test
