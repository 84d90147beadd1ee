// Operators on codes, element by element, against the TensorFlow Lite 2.2.0 C library, where
// scripts/fetch-tflite has put it.

#include <gtest/gtest.h>

#include <algorithm>

#include "tb/tests/nn/tflite_case.h"

namespace uvea::tb {
namespace {

OptionSpec byte(int slot, int value) {
  return {slot, OptionSpec::byte, static_cast<double>(value)};
}

/// A shape that is repeated to the given one: some dimensions 1, perhaps fewer in front.
Dims repeated(Case& c, Dims shape) {
  if (c.draw.chance(30)) return shape;
  for (auto& dim : shape)
    if (c.draw.chance(40)) dim = 1;
  const int drop = c.draw.between(0, static_cast<int>(shape.size()) - 1);
  if (c.draw.chance(40)) shape.erase(shape.begin(), shape.begin() + drop);
  return shape;
}

/// Input and a second operand: a constant, or the input in another scale. Gives its index.
int operands(Case& c, const Dims& shape, bool same_scale, bool broadcast) {
  c.add("in", shape);
  if (c.draw.chance(60)) {
    const int index = c.constant_codes("constant", broadcast ? repeated(c, shape) : shape);
    if (same_scale) {
      c.spec.tensors.back().scales = c.spec.tensors[0].scales;
      c.spec.tensors.back().zero_points = c.spec.tensors[0].zero_points;
    }
    return index;
  }
  const int index = same_scale ? c.add_like("rescaled", shape, 0) : c.add("rescaled", shape);
  c.spec.operators = {{114, {0}, {index}, 0, {}, 2}};
  return index;
}

void binary(Case& c, int code, int options_type, int version) {
  const Dims shape = c.shape(c.draw.between(1, 4), 7);
  const int other = operands(c, shape, false, true);
  const int out = c.add("out", shape);
  // The library's product of uint8 with a repeated dimension shifts by a negative number, which C++
  // leaves undefined, where the factor is 1 or more.
  auto& tensors = c.spec.tensors;
  const auto scale = [&](int t) -> float& {
    return tensors[static_cast<std::size_t>(t)].scales[0];
  };
  if (code == 18 && !c.is_signed && tensors[static_cast<std::size_t>(other)].shape != shape)
    scale(out) = std::max(scale(out), scale(0) * scale(other) * 1.1F);
  const bool swap = c.draw.chance(50);
  c.spec.operators.push_back({code,
                              {swap ? other : 0, swap ? 0 : other},
                              {out},
                              options_type,
                              {byte(0, c.draw.between(0, 3))},
                              version});
}

TEST(OperatorsVsTflite, AddWithConstantsAndRepeatedDimensions) {
  compare_with_tflite(20000, [](Case& c) { binary(c, 0, 11, c.is_signed ? 2 : 1); });
}
TEST(OperatorsVsTflite, Sub) {
  compare_with_tflite(21000, [](Case& c) { binary(c, 41, 28, c.is_signed ? 2 : 1); });
}
TEST(OperatorsVsTflite, Mul) {
  compare_with_tflite(22000, [](Case& c) { binary(c, 18, 21, c.is_signed ? 2 : 1); });
}

TEST(OperatorsVsTflite, MinimumAndMaximum) {
  compare_with_tflite(23000, [](Case& c) {
    const Dims shape = c.shape(c.draw.between(1, 4), 7);
    const int other = operands(c, shape, true, true);
    const int out = c.add_like("out", shape, 0);
    c.spec.operators.push_back(
        {c.draw.chance(50) ? 55 : 57, {0, other}, {out}, 39, {}, c.is_signed ? 2 : 1});
  });
}

// int8 has none in the library; host_ops_test.cpp has it.
TEST(OperatorsVsTflite, Prelu) {
  compare_with_tflite(24000, [](Case& c) {
    c.only_unsigned();
    const Dims shape = c.shape(4, 7);
    c.add("in", shape);
    Dims slopes(shape.begin() + 1, shape.end());
    if (c.draw.chance(60)) slopes[0] = slopes[1] = 1;
    const int slope = c.constant_codes("slope", slopes);
    const int out = c.add("out", shape);
    // Its shift goes to the right only.
    auto& tensors = c.spec.tensors;
    tensors[2].scales[0] =
        std::max(tensors[2].scales[0], tensors[0].scales[0] * tensors[1].scales[0] * 1.1F);
    c.spec.operators = {{54, {0, slope}, {out}, 0, {}, 1}};
  });
}

/// An operator of one input on any shape, with its output's scale (0: any) and zero point.
void unary(Case& c, int code, int options_type, std::vector<OptionSpec> options, float scale,
           int above_lowest, int version) {
  const Dims shape = c.shape(c.draw.between(1, 4), 9);
  c.add("in", shape);
  if (scale > 0)
    c.add("out", shape, scale, c.low() + above_lowest);
  else
    c.add("out", shape);
  c.spec.operators = {{code, {0}, {1}, options_type, std::move(options), version}};
}

TEST(OperatorsVsTflite, Logistic) {
  compare_with_tflite(25000, [](Case& c) { unary(c, 14, 0, {}, 1.0F / 256, 0, 1); });
}
TEST(OperatorsVsTflite, Tanh) {
  compare_with_tflite(26000, [](Case& c) { unary(c, 28, 0, {}, 1.0F / 128, 128, 1); });
}
TEST(OperatorsVsTflite, HardSwish) {
  compare_with_tflite(27000, [](Case& c) { unary(c, 117, 91, {}, 0, 0, 1); });
}
// The library keeps the slope of the first LEAKY_RELU of a process for all that follow: only the
// output's scale and zero point vary here. int8 has none; host_ops_test.cpp has it.
TEST(OperatorsVsTflite, LeakyRelu) {
  compare_with_tflite(28000, [](Case& c) {
    c.only_unsigned();
    const Dims shape = c.shape(c.draw.between(1, 4), 9);
    c.add("in", shape, 0.0235F, 97);
    c.add("out", shape);
    c.spec.operators = {{98, {0}, {1}, 75, {{0, OptionSpec::real, 0.1}}, 1}};
  });
}
TEST(OperatorsVsTflite, ReluN1To1) {
  compare_with_tflite(29000, [](Case& c) { unary(c, 20, 0, {}, 0, 0, 1); });
}
TEST(OperatorsVsTflite, LogSoftmax) {
  compare_with_tflite(30000, [](Case& c) { unary(c, 50, 36, {}, 16.0F / 256, 255, 1); });
}

TEST(OperatorsVsTflite, ArgMax) {
  compare_with_tflite(31000, [](Case& c) {
    const int rank = c.draw.between(1, 4);
    Dims shape = c.shape(rank, 9);
    c.add("in", shape);
    const int axis = c.draw.between(0, rank - 1);
    const bool wide = c.draw.chance(50);
    const int axes = c.constant("axis", {1}, {c.draw.chance(50) ? axis : axis - rank});
    shape.erase(shape.begin() + axis);
    c.spec.tensors.push_back({"out", shape, wide ? spec_int64 : spec_int32});
    c.spec.operators = {{56, {0, axes}, {2}, 40, {byte(0, wide ? spec_int64 : spec_int32)}, 1}};
  });
}

TEST(OperatorsVsTflite, MeanOverAnyAxes) {
  compare_with_tflite(32000, [](Case& c) {
    const int rank = c.draw.between(1, 4);
    const Dims shape = c.shape(rank, 9);
    const bool keep = c.draw.chance(50);
    const int middle = c.low() + 128;
    const float scale = c.draw.scale();
    c.add("in", shape, scale, middle + c.draw.between(-15, 15));
    std::vector<std::int32_t> axes;
    Dims out;
    for (int d = 0; d < rank; ++d) {
      const bool reduced = c.draw.chance(50) || (d + 1 == rank && axes.empty());
      if (reduced) axes.push_back(c.draw.chance(50) ? d : d - rank);
      if (!reduced)
        out.push_back(shape[static_cast<std::size_t>(d)]);
      else if (keep)
        out.push_back(1);
    }
    if (c.draw.chance(30)) {
      c.add_like("out", out, 0);
    } else {
      c.add("out", out, scale * static_cast<float>(c.draw.between(140, 400)) / 100.0F,
            middle + c.draw.between(-15, 15));
    }
    const int indices = c.constant("axes", {static_cast<std::int32_t>(axes.size())}, axes);
    c.spec.operators = {{40, {0, indices}, {1}, 27, {byte(0, keep)}, c.is_signed ? 2 : 1}};
  });
}

}  // namespace
}  // namespace uvea::tb
