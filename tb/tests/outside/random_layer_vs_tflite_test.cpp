// Random single layers: our reference against the TensorFlow Lite C library, bit for bit.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <random>
#include <set>
#include <string>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tflite/tflite_import.h"
#include "tb/tests/outside/compare.h"
#include "tb/tests/outside/random_layer.h"
#include "tb/tests/outside/tflite_library.h"

namespace uvea::tb {
namespace {

constexpr int kCases = 500;

/// The int8 depthwise kernel of 2.2.0 leaves the fused activation out (a network from the converter
/// does not show it: there the output's range ends where the activation does). Clamping what it
/// computed by the activation gives what the specification asks for.
void apply_activation(const nn::ConvLayer& layer, std::vector<std::uint8_t>& codes) {
  for (auto& code : codes) {
    code = static_cast<std::uint8_t>(
        std::clamp<int>(static_cast<std::int8_t>(code), layer.act_min, layer.act_max));
  }
}

void compare_random(LayerKind kind, bool is_signed, unsigned first_seed) {
  if (!std::filesystem::exists(UVEA_TFLITE_LIBRARY)) {
    GTEST_SKIP() << "skipped: no TensorFlow Lite library at " UVEA_TFLITE_LIBRARY
                    ", scripts/fetch-tflite obtains it";
  }
  const TfliteLibrary library(UVEA_TFLITE_LIBRARY);
  std::printf("seeds %u to %u\n", first_seed, first_seed + kCases - 1);
  std::size_t codes = 0, varied = 0;
  for (unsigned seed = first_seed; seed < first_seed + kCases; ++seed) {
    std::mt19937 random(seed);
    const RandomLayer layer = random_layer(kind, is_signed, random);
    const std::string what = "seed " + std::to_string(seed) + ": " + layer.describe();
    SCOPED_TRACE(what);
    const std::vector<std::uint8_t> model = layer.model();
    TfliteSession session(library, model);
    std::vector<std::uint8_t> theirs = session.run(layer.input);

    nn::ImportOptions options;
    options.weight_bits = 9;  // weights as in the file, also where they are unsigned
    const nn::Network network =
        nn::load_tflite_bytes(model.data(), model.size(), "random layer", options);
    const nn::TensorInfo& info = network.tensors[static_cast<std::size_t>(network.inputs.front())];
    ASSERT_EQ(info.shape.elements(), layer.input.size());
    if (kind == LayerKind::depthwise && is_signed) {
      apply_activation(network.layers[0].conv(), theirs);
    }
    const auto tensors =
        nn::run_reference(network, {nn::Tensor{info.shape, info.quant, layer.input}});
    EXPECT_TRUE(
        same_bytes(what, tensors[static_cast<std::size_t>(network.outputs.front())].bytes, theirs));
    codes += theirs.size();
    if (std::set<std::uint8_t>(theirs.begin(), theirs.end()).size() > 1) ++varied;
  }
  std::printf("%d layers, %zu codes compared\n", kCases, codes);
  // Layers whose output is one code all over show little; most must not be of that kind.
  EXPECT_GT(varied, static_cast<std::size_t>(kCases) * 3 / 4);
}

TEST(OutsideRandomLayer, ConvInt8) { compare_random(LayerKind::conv, true, 1000); }
TEST(OutsideRandomLayer, ConvUint8) { compare_random(LayerKind::conv, false, 2000); }
TEST(OutsideRandomLayer, DepthwiseInt8) { compare_random(LayerKind::depthwise, true, 3000); }
TEST(OutsideRandomLayer, DepthwiseUint8) { compare_random(LayerKind::depthwise, false, 4000); }
TEST(OutsideRandomLayer, FullyConnectedInt8) {
  compare_random(LayerKind::fully_connected, true, 5000);
}
TEST(OutsideRandomLayer, FullyConnectedUint8) {
  compare_random(LayerKind::fully_connected, false, 6000);
}

}  // namespace
}  // namespace uvea::tb
