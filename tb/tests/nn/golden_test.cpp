// The reference against outputs of an outside interpreter on real networks and pictures.

#include <gtest/gtest.h>

#include <filesystem>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/import/file.h"
#include "sw/nn/tflite/tflite_import.h"

namespace uvea::nn {
namespace {

class Golden : public testing::TestWithParam<const char*> {};

TEST_P(Golden, OutputIsTheInterpretersToTheByte) {
  const std::string models = std::string(UVEA_SHARED_DIR) + "/models/";
  if (!std::filesystem::exists(models + "golden"))
    GTEST_SKIP() << "skipped: no golden outputs at " << models << "golden";
  ImportOptions options;
  options.weight_bits = 9;
  const Network network = load_tflite(models + GetParam() + ".tflite", options);
  EXPECT_TRUE(network.notices.empty());
  for (const char* picture : {"astronaut", "chelsea"}) {
    const std::string pair = models + "golden/" + GetParam() + "." + picture;
    const TensorInfo& info = network.tensors[static_cast<std::size_t>(network.inputs.front())];
    const Tensor input{info.shape, info.quant, read_file(pair + ".in", "a golden input")};
    const auto tensors = run_reference(network, {input});
    const auto& output = tensors[static_cast<std::size_t>(network.outputs.front())];
    const auto expected = read_file(pair + ".out", "a golden output");
    ASSERT_FALSE(expected.empty());
    EXPECT_EQ(output.bytes, expected) << pair;
  }
}

// Two images at once give what each gives alone.
TEST_P(Golden, BatchOfTwoGivesBothOutputs) {
  const std::string models = std::string(UVEA_SHARED_DIR) + "/models/";
  if (!std::filesystem::exists(models + "golden"))
    GTEST_SKIP() << "skipped: no golden outputs at " << models << "golden";
  ImportOptions options;
  options.weight_bits = 9;
  options.batch = 2;
  const Network network = load_tflite(models + GetParam() + ".tflite", options);
  Tensor input{network.tensors[static_cast<std::size_t>(network.inputs.front())].shape, {}, {}};
  std::vector<std::uint8_t> expected;
  for (const char* picture : {"astronaut", "chelsea"}) {
    const std::string pair = models + "golden/" + GetParam() + "." + picture;
    const auto in = read_file(pair + ".in", "a golden input");
    const auto out = read_file(pair + ".out", "a golden output");
    input.bytes.insert(input.bytes.end(), in.begin(), in.end());
    expected.insert(expected.end(), out.begin(), out.end());
  }
  EXPECT_EQ(
      run_reference(network, {input})[static_cast<std::size_t>(network.outputs.front())].bytes,
      expected);
}

INSTANTIATE_TEST_SUITE_P(Models, Golden,
                         testing::Values("vww_96_int8", "resnet8_cifar10_int8",
                                         "mobilenet_v1_0.5_128_quant"));

// On the 8-bit chip unsigned weights lose their last bit, and little else.
TEST(GoldenEightBits, UnsignedWeightsAreRequantisedWithNotice) {
  const std::string model =
      std::string(UVEA_SHARED_DIR) + "/models/mobilenet_v1_0.5_128_quant.tflite";
  if (!std::filesystem::exists(model)) GTEST_SKIP() << "skipped: no " << model;
  const Network network = load_tflite(model);
  ASSERT_EQ(network.notices.size(), 1U);
  EXPECT_NE(network.notices[0].find("pe.weight_bits=9"), std::string::npos);
  EXPECT_FALSE(network.weight_sqnr_db.empty());
  for (const auto& [layer, db] : network.weight_sqnr_db) {
    EXPECT_GT(db, 30.0) << layer;
    EXPECT_LT(db, 200.0) << layer;
  }
  for (const Layer& layer : network.layers) {
    if (!layer.on_chip()) continue;
    for (const std::int16_t w : layer.conv().weights) ASSERT_TRUE(w >= -128 && w <= 127);
  }
}

}  // namespace
}  // namespace uvea::nn
