// Whole networks, every tensor of every layer: our reference against the TensorFlow Lite C library.

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tflite/tflite_import.h"
#include "tb/tests/outside/compare.h"
#include "tb/tests/outside/grey_png.h"
#include "tb/tests/outside/tflite_file.h"
#include "tb/tests/outside/tflite_library.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

const char* const kNoLibrary = "skipped: no TensorFlow Lite library at " UVEA_TFLITE_LIBRARY
                               ", scripts/fetch-tflite obtains it";

Bytes read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

/// Compares every operator's output for each input. Inputs must have the network's input shape.
void compare_all_tensors(const fs::path& model, const std::vector<Bytes>& inputs) {
  ASSERT_FALSE(inputs.empty());
  nn::ImportOptions options;
  options.weight_bits = 9;  // weights as in the file, also where they are unsigned
  const nn::Network network = nn::load_tflite(model.string(), options);
  const TfliteFile file = TfliteFile::read(model.string());
  const TfliteLibrary library(UVEA_TFLITE_LIBRARY);

  ASSERT_EQ(network.layers.size(), file.operator_count()) << "one layer for each operator";

  std::vector<std::vector<nn::Tensor>> reference;
  for (const Bytes& bytes : inputs) {
    const nn::TensorInfo& info = network.tensors[static_cast<std::size_t>(network.inputs.front())];
    ASSERT_EQ(bytes.size(), info.shape.elements());
    reference.push_back(nn::run_reference(network, {nn::Tensor{info.shape, info.quant, bytes}}));
  }

  std::size_t codes = 0;
  for (std::size_t i = 0; i < file.operator_count(); ++i) {
    const int tensor = file.operator_output(i);
    const auto ours = static_cast<std::size_t>(network.layers[i].output);
    TfliteSession session(library, file.with_output(tensor));
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      const Bytes theirs = session.run(inputs[k]);
      const std::string what = file.tensor_name(tensor) + ", input " + std::to_string(k);
      EXPECT_TRUE(same_bytes(what, reference[k][ours].bytes, theirs));
      codes += theirs.size();
    }
  }
  std::printf("%s: %zu tensors, %zu inputs, %zu codes compared\n", model.filename().c_str(),
              file.operator_count(), inputs.size(), codes);
}

Bytes random_bytes(std::size_t size, unsigned seed) {
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> code(0, 255);
  Bytes bytes(size);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(code(random));
  return bytes;
}

void compare_shared(const std::string& name) {
  if (!fs::exists(UVEA_TFLITE_LIBRARY)) GTEST_SKIP() << kNoLibrary;
  const fs::path folder = UVEA_SHARED_MODELS;
  const fs::path model = folder / (name + ".tflite");
  if (!fs::exists(model)) GTEST_SKIP() << "skipped: no " << model.string();
  std::vector<Bytes> inputs;
  for (const char* picture : {"astronaut", "chelsea"}) {
    inputs.push_back(read_file(folder / "golden" / (name + "." + picture + ".in")));
  }
  inputs.push_back(random_bytes(inputs[0].size(), 7));
  inputs.push_back(Bytes(inputs[0].size(), 0x80));
  compare_all_tensors(model, inputs);
}

TEST(OutsideNetwork, EmbeddedNetworkIsBitExactInEveryLayerOnItsImages) {
  if (!fs::exists(UVEA_TFLITE_LIBRARY)) GTEST_SKIP() << kNoLibrary;
  const fs::path folder = UVEA_NETWORKS;
  std::vector<Bytes> inputs;
  for (int i = 0; i < 16; ++i) {
    const std::string number = std::to_string(100 + i).substr(1);
    Bytes image = read_grey_png((folder / "fashion_mnist" / (number + ".png")).string(), 28, 28);
    for (auto& pixel : image) pixel = static_cast<std::uint8_t>(pixel - 128);  // pixel to int8 code
    inputs.push_back(image);
  }
  compare_all_tensors(folder / "fashion_mnist.tflite", inputs);
}

TEST(OutsideNetwork, VisualWakeWordsIsBitExactInEveryLayer) { compare_shared("vww_96_int8"); }

TEST(OutsideNetwork, ResNet8IsBitExactInEveryLayer) { compare_shared("resnet8_cifar10_int8"); }

TEST(OutsideNetwork, MobileNetWithUnsignedWeightsIsBitExactInEveryLayer) {
  compare_shared("mobilenet_v1_0.5_128_quant");
}

// The comparison itself: it must see a single wrong weight, and the output patch must take effect.
TEST(OutsideNetwork, ComparisonSeesOneChangedWeight) {
  if (!fs::exists(UVEA_TFLITE_LIBRARY)) GTEST_SKIP() << kNoLibrary;
  const std::string path = std::string(UVEA_NETWORKS) + "/fashion_mnist.tflite";
  nn::Network network = nn::load_tflite(path);
  const TfliteFile file = TfliteFile::read(path);
  const TfliteLibrary library(UVEA_TFLITE_LIBRARY);
  const nn::TensorInfo& info = network.tensors[static_cast<std::size_t>(network.inputs.front())];
  const Bytes input = random_bytes(info.shape.elements(), 11);
  const nn::Tensor tensor{info.shape, info.quant, input};
  const auto stem = static_cast<std::size_t>(network.layers[0].output);

  TfliteSession session(library, file.with_output(file.operator_output(0)));
  const Bytes theirs = session.run(input);
  EXPECT_TRUE(same_bytes("stem", nn::run_reference(network, {tensor})[stem].bytes, theirs));
  std::int16_t& weight = network.layers[0].conv().weights[4];
  weight = static_cast<std::int16_t>(weight > 0 ? weight - 60 : weight + 60);
  EXPECT_FALSE(same_bytes("stem", nn::run_reference(network, {tensor})[stem].bytes, theirs));

  TfliteSession second(library, file.with_output(file.operator_output(1)));
  EXPECT_NE(second.run(input).size(), theirs.size());
}

TEST(OutsideNetwork, InterpreterRefusesWhatItCannotRun) {
  if (!fs::exists(UVEA_TFLITE_LIBRARY)) GTEST_SKIP() << kNoLibrary;
  const TfliteLibrary library(UVEA_TFLITE_LIBRARY);
  EXPECT_EQ(library.version(), "2.2.0");
  EXPECT_THROW(TfliteSession(library, Bytes(64, 0)), std::runtime_error);
  const TfliteFile file = TfliteFile::read(std::string(UVEA_NETWORKS) + "/fashion_mnist.tflite");
  TfliteSession session(library, file.bytes());
  EXPECT_THROW(session.run(Bytes(3, 0)), std::runtime_error);
  EXPECT_THROW(TfliteLibrary("/nonexistent/library.so"), std::runtime_error);
}

}  // namespace
}  // namespace uvea::tb
