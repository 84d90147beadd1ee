// FULLY_CONNECTED on inputs of any rank, flattened or along the channels, against the TensorFlow
// Lite 2.2.0 C library, where scripts/fetch-tflite has put it.

#include <gtest/gtest.h>

#include <cmath>

#include "tb/tests/nn/tflite_case.h"

namespace uvea::tb {
namespace {

constexpr int kFullyConnected = 9, kOptions = 8, kInt8Version = 4;

/// The layer behind tensor 0, whose shape is `in`.
void fully_connected(Case& c, const Dims& in, int features, bool keep_num_dims) {
  const int units = c.draw.between(1, 20);
  const int weights = c.constant_codes("weights", {units, features});
  for (auto& code : c.spec.tensors.back().data)
    if (code == 0x80) code = 0x81;  // the file's weights are symmetric
  c.spec.tensors.back().zero_points = {0};
  std::vector<std::int32_t> values;
  for (int m = 0; m < units; ++m) values.push_back(c.draw.between(-3000, 3000));
  const int bias = c.draw.chance(80) ? c.constant("bias", {units}, values) : -1;
  Dims out = {area(in) / features, units};
  if (keep_num_dims) {
    out = in;
    out.back() = units;
  }
  auto& tensors = c.spec.tensors;
  const float spread = tensors[0].scales[0] * tensors[static_cast<std::size_t>(weights)].scales[0] *
                       5000.0F * std::sqrt(static_cast<float>(features));
  if (bias >= 0) {
    auto& scales = tensors[static_cast<std::size_t>(bias)];
    scales.scales = {tensors[0].scales[0] * tensors[static_cast<std::size_t>(weights)].scales[0]};
    scales.zero_points = {0};
  }
  const int made = c.add("out", out, spread / 100.0F, c.draw.between(c.low(), c.low() + 255));
  c.spec.operators = {{kFullyConnected,
                       {0, weights, bias},
                       {made},
                       kOptions,
                       {{0, OptionSpec::byte, static_cast<double>(c.draw.between(0, 3))},
                        {2, OptionSpec::byte, keep_num_dims ? 1.0 : 0.0}},
                       kInt8Version}};
}

void only_signed(Case& c) {
  c.is_signed = true;
  c.type = spec_int8;
}

TEST(FullyConnectedVsTflite, FlattensAnyRank) {
  compare_with_tflite(31000, [](Case& c) {
    only_signed(c);
    Dims in = c.shape(c.draw.between(1, 5), 6);
    c.add("in", in);
    // What is left of the dimensions from any of them on.
    const int from = c.draw.between(0, static_cast<int>(in.size()) - 1);
    fully_connected(c, in, area(Dims(in.begin() + from, in.end())), false);
  });
}

TEST(FullyConnectedVsTflite, RowsThatAreNoDimensionOfTheInput) {
  compare_with_tflite(32000, [](Case& c) {
    only_signed(c);
    const int features = c.draw.between(1, 12);
    Dims in = c.shape(c.draw.between(1, 3), 5);
    in.insert(in.begin() + c.draw.between(0, static_cast<int>(in.size())), features);
    c.add("in", in);
    fully_connected(c, in, features, false);
  });
}

TEST(FullyConnectedVsTflite, KeepsTheDimensions) {
  compare_with_tflite(33000, [](Case& c) {
    only_signed(c);
    const Dims in = c.shape(c.draw.between(2, 5), 6);
    c.add("in", in);
    fully_connected(c, in, in.back(), true);
  });
}

}  // namespace
}  // namespace uvea::tb
