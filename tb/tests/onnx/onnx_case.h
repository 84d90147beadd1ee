#pragma once
// Random tensors for .onnx files and the comparison of what an imported file gives with reals.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/onnx/onnx_import.h"
#include "tb/tests/onnx/onnx_file.h"

namespace uvea::test {

using Scale = OnnxFile::Scale;
using Dims = std::vector<std::int64_t>;

/// Of a step, what a code may be further from the real result than half a step: a Q31 multiplier is
/// off by at most 2^-31 of its value, so a result of at most 512 steps by 2^-22 of a step; double
/// precision loses less than that in sums of these sizes.
constexpr double kLost = 1.0 / (1 << 22);

inline std::int64_t count_of(const Dims& dims) {
  std::int64_t count = 1;
  for (const std::int64_t d : dims) count *= d;
  return count;
}

inline nn::Network load(const OnnxFile& file, int weight_bits = 9) {
  const std::string bytes = file.bytes();
  nn::ImportOptions options;
  options.weight_bits = weight_bits;
  return nn::load_onnx_bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                             "test.onnx", options);
}

struct Dice {
  explicit Dice(std::uint64_t seed) : random(seed) {}
  int in(int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  }
  bool chance(int percent) { return in(1, 100) <= percent; }
  float real(double low, double high) {
    return static_cast<float>(low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53);
  }
  Scale scale(double low, double high) {
    const bool is_signed = chance(50);
    Scale s{real(low, high), is_signed ? in(-128, 127) : in(0, 255),
            is_signed ? OnnxType::int8 : OnnxType::uint8};
    if (chance(30)) s.zero_point = is_signed ? 0 : 128;
    return s;
  }
  std::mt19937_64 random;
};

inline int lowest(const Scale& s) { return s.type == OnnxType::int8 ? -128 : 0; }

/// Codes and what they mean, in ONNX's layout.
struct Reals {
  Dims dims;
  std::vector<double> values;
};

struct Input {
  Dims dims;
  Scale scale;
  nn::Tensor tensor;
  Reals reals;

  Input(Dice& dice, Dims d, const Scale& s) : dims(std::move(d)), scale(s) {
    reals.dims = dims;
    for (std::int64_t i = 0; i < count_of(dims); ++i) {
      const int code = lowest(scale) + dice.in(0, 255);
      tensor.bytes.push_back(static_cast<std::uint8_t>(code));
      reals.values.push_back(static_cast<double>(scale.scale) * (code - scale.zero_point));
    }
  }
};

/// Runs the network on `inputs` and holds its only output to `real`. `slack`: of a step, beyond the
/// rounding of the output.
inline void expect_real(const nn::Network& network, const std::vector<Input>& inputs,
                        const Reals& real, const Scale& out, double slack,
                        const std::string& what) {
  std::vector<nn::Tensor> tensors;
  for (const Input& input : inputs) tensors.push_back(input.tensor);
  const auto all = nn::run_reference(network, tensors);
  ASSERT_EQ(network.outputs.size(), 1U) << what;
  const nn::Tensor& made = all.at(static_cast<std::size_t>(network.outputs[0]));
  std::vector<int> dims(real.dims.begin(), real.dims.end());
  ASSERT_EQ(made.shape.dims(), dims) << what;
  ASSERT_EQ(made.bytes.size(), real.values.size()) << what;
  ASSERT_EQ(made.quant.is_signed, out.type == OnnxType::int8) << what;
  int inside = 0;
  for (std::size_t i = 0; i < real.values.size(); ++i) {
    const double steps = real.values[i] / static_cast<double>(out.scale) + out.zero_point;
    const double bounded = std::clamp(steps, lowest(out) + 0.0, lowest(out) + 255.0);
    ASSERT_LE(std::abs(made.code(i) - bounded), 0.5 + slack)
        << what << ", element " << i << " of " << real.values.size() << ": " << steps;
    inside += steps == bounded ? 1 : 0;
  }
  EXPECT_GT(inside, 0) << what << ": every code is clamped";
}

/// A scale and zero point under which most of such results are codes, and some are clamped.
inline Scale fitting(Dice& dice, const std::vector<double>& reals) {
  double low = 0.0, high = 1e-3;
  for (const double r : reals) {
    low = std::min(low, r);
    high = std::max(high, r);
  }
  const bool is_signed = dice.chance(50);
  Scale s{dice.real((high - low) / 270.0, (high - low) / 150.0), 0,
          is_signed ? OnnxType::int8 : OnnxType::uint8};
  const double zero = lowest(s) + 128.0 - (low + high) / 2.0 / static_cast<double>(s.scale);
  s.zero_point = static_cast<int>(std::clamp(zero, lowest(s) + 0.0, lowest(s) + 255.0));
  return s;
}

}  // namespace uvea::test
