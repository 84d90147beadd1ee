// Bad models: each is refused with one line that names file, place and reason, and no damage to a
// file can do more than that.

#include "sw/nn/tflite/tflite_import.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/import/file.h"
#include "sw/user_error.h"
#include "tb/tests/nn/import_checks.h"
#include "tb/tests/nn/model_spec.h"

namespace uvea::nn {
namespace {

using tb::conv_spec;
using tb::int32_bytes;
using tb::ModelSpec;
using tb::OptionSpec;

TEST(TfliteImport, ReadsAConvolution) {
  const Network network = load(conv_spec());
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.name, "model");
  const ConvLayer& layer = network.layers[0].conv();
  EXPECT_EQ(layer.geo.out_c, 4);
  EXPECT_EQ(layer.geo.pad_top, 1);
  EXPECT_EQ(layer.geo.pad_left, 1);
  EXPECT_EQ(layer.bias, (std::vector<std::int32_t>{100, -200, 300, -400}));
  EXPECT_EQ(layer.weights[1], 37 - 127);
  EXPECT_EQ(layer.act_min, -128);
  EXPECT_TRUE(network.notices.empty());
}

TEST(TfliteImport, SamePaddingPutsTheOddRowAtTheBottom) {
  ModelSpec spec = conv_spec();
  spec.tensors[0].shape = {1, 6, 6, 2};
  spec.tensors[3].shape = {1, 3, 3, 4};
  spec.operators[0].options[1].value = spec.operators[0].options[2].value = 2;
  const ConvGeometry g = load(spec).layers[0].conv().geo;
  EXPECT_EQ(g.pad_top, 0);
  EXPECT_EQ(g.out_h, 3);
}

TEST(TfliteImport, ValidPaddingHasNone) {
  ModelSpec spec = conv_spec();
  spec.operators[0].options[0].value = 1;
  spec.tensors[3].shape = {1, 3, 3, 4};
  const ConvGeometry g = load(spec).layers[0].conv().geo;
  EXPECT_EQ(g.pad_top, 0);
  EXPECT_EQ(g.out_w, 3);
}

TEST(TfliteImport, DilationWidensTheWindow) {
  ModelSpec spec = conv_spec();
  spec.operators[0].options[4].value = 2;  // columns
  ConvGeometry g = load(spec).layers[0].conv().geo;
  EXPECT_EQ(g.dilation_h, 1);
  EXPECT_EQ(g.dilation_w, 2);
  EXPECT_EQ(g.pad_top, 1);
  EXPECT_EQ(g.pad_left, 2);
  spec.operators[0].options[0].value = 1;
  spec.tensors[3].shape = {1, 3, 1, 4};
  g = load(spec).layers[0].conv().geo;
  EXPECT_EQ(g.pad_left, 0);
  EXPECT_EQ(g.out_h, 3);
  EXPECT_EQ(g.out_w, 1);
}

TEST(TfliteImport, GroupsFollowFromTheWeights) {
  ModelSpec spec = conv_spec();
  spec.tensors[0].shape = {1, 5, 5, 4};
  EXPECT_EQ(load(spec).layers[0].conv().geo.groups, 2);
}

TEST(TfliteImport, BatchScalesTensorsAndLayers) {
  ImportOptions options;
  options.batch = 3;
  const Network network = load(conv_spec(), options);
  EXPECT_EQ(network.tensors[0].shape.n(), 3);
  EXPECT_EQ(network.layers[0].conv().geo.batch, 3);
  options.batch = 0;
  EXPECT_THROW(load(conv_spec(), options), UserError);
}

TEST(TfliteImport, CodesAbove127StandInTheWideField) {
  expect_refused(unary(150, {1, 4}, {1, 4}), "(GELU)");
  expect_refused(unary(999, {1, 4}, {1, 4}), "builtin operator 999");
}

TEST(TfliteImport, NamesAnUnsupportedOperator) {
  expect_refused(unary(47, {1, 4}, {1, 4}), "operator 0 (EXP): this operator is not supported");
  expect_refused(unary(32, {1, 4}, {1, 4}), "(CUSTOM)");
}

TEST(TfliteImport, CompiledFilesAreToldApart) {
  ModelSpec spec = unary(32, {1, 4}, {1, 4});
  spec.operators[0].custom = "edgetpu-custom-op";
  expect_refused(spec,
                 "compiled for the Edge TPU, its layers are no longer in it; give the .tflite "
                 "from before edgetpu_compiler");
  spec.operators[0].custom = "ethos-u";
  expect_refused(spec, "compiled by Vela for an Ethos-U");
  spec.operators[0].custom = "TFLite_Detection_PostProcess";
  expect_refused(spec, "operator 0 (CUSTOM TFLite_Detection_PostProcess): this operator is not");
}

TEST(TfliteImport, NamesEverythingThatIsInTheWayAtOnce) {
  ModelSpec spec = conv_spec();
  spec.operators[0].options[4].value = 0;  // dilation 0
  for (const int code : {36, 44, 36}) {
    const auto made = static_cast<std::int32_t>(spec.tensors.size());
    spec.tensors.push_back({"made", {1, 5, 5, 4}, tb::spec_int8, {0.1F}, {0}});
    spec.operators.push_back({code, {made - 1}, {made}});
    spec.outputs = {made};
  }
  expect_refused(spec,
                 "operator 1 (GATHER, 2 of them): this operator is not supported; operator 2 "
                 "(UNIDIRECTIONAL_SEQUENCE_LSTM): this operator is not supported; operator 0 "
                 "(CONV_2D): ");
  expect_refused(
      spec, "; supported are CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED and TRANSPOSE_CONV on");
}

TEST(TfliteImport, TakesSeveralInputsAndOutputs) {
  // in -> conv -> out -> relu -> second, out is an output, too; and so is the other input.
  ModelSpec spec = conv_spec();
  spec.tensors.push_back({"second", {1, 5, 5, 4}, tb::spec_int8, {0.1F}, {-128}});
  spec.tensors.push_back({"other", {1, 5, 5, 4}, tb::spec_int8, {0.1F}, {-128}});
  spec.operators.push_back({0, {3, 5}, {4}, 11, {{0, tb::OptionSpec::byte, 0}}, 2});
  spec.inputs = {0, 5};
  spec.outputs = {3, 4, 5, 3};
  const Network network = load(spec);
  const auto names = [&](const std::vector<int>& tensors) {
    std::vector<std::string> result;
    for (const int t : tensors) result.push_back(network.tensors[static_cast<std::size_t>(t)].name);
    return result;
  };
  EXPECT_EQ(names(network.inputs), (std::vector<std::string>{"in", "other"}));
  EXPECT_EQ(names(network.outputs), (std::vector<std::string>{"out", "second", "other"}));
}

TEST(TfliteImport, RefusesFilesThatAreNoModels) {
  expect_refused(std::vector<std::uint8_t>{}, "empty");
  expect_refused(std::vector<std::uint8_t>{1, 2, 3}, "truncated");
  expect_refused(std::vector<std::uint8_t>(1000, 0x41), "TFL3");
  EXPECT_THROW(load_tflite("/nonexistent/model.tflite"), UserError);
  EXPECT_THROW(load_tflite("/"), UserError);
}

TEST(TfliteImport, RefusesWhatTheGraphMayNotBe) {
  ModelSpec spec = conv_spec();
  spec.subgraphs = 2;
  expect_refused(spec, "has 2 subgraphs");
  spec = conv_spec();
  spec.inputs = {0, 0};
  expect_refused(spec, "input in is named twice");
  spec = conv_spec();
  spec.outputs = {};
  expect_refused(spec, "has 0 outputs");
  spec = conv_spec();
  spec.outputs = {1};
  expect_refused(spec, "no operator computes its output");
  spec = conv_spec();
  spec.inputs = {};
  expect_refused(spec, "has 0 inputs");
  spec = conv_spec();
  spec.operators.push_back(spec.operators[0]);
  expect_refused(spec, "is written twice");
  spec = conv_spec();
  spec.inputs = {3};
  expect_refused(spec, "not computed by an operator before it");
  spec = conv_spec();
  spec.operators.clear();
  expect_refused(spec, "no operators");
  spec = conv_spec();
  spec.operators[0].inputs = {0, 9, 2};
  expect_refused(spec, "refers to tensor 9 of 4");
}

TEST(TfliteImport, RefusesFloatAndUnquantisedModels) {
  ModelSpec spec = conv_spec();
  spec.tensors[0].type = tb::spec_float32;
  expect_refused(spec, "tensor in is FLOAT32, expected INT8 or UINT8; quantise the model");
  spec.tensors[1].type = spec.tensors[3].type = tb::spec_float32;
  expect_refused(spec, "float model (in is FLOAT32)");
  spec.tensors[1].type = tb::spec_int8;
  expect_refused(spec, "only its weights are quantised");
  spec = conv_spec();
  spec.tensors[0].type = spec.tensors[3].type = static_cast<tb::SpecType>(7);
  expect_refused(spec, "its activations are 16 bits (in is INT16)");
  spec = conv_spec();
  spec.tensors[1].type = static_cast<tb::SpecType>(17);
  expect_refused(spec, "4-bit weights are not supported");
  spec = conv_spec();
  spec.tensors[3].type = tb::spec_float32;
  expect_refused(spec, "FLOAT32");
  spec = conv_spec();
  spec.tensors[0].scales.clear();
  expect_refused(spec, "0 scales");
  spec = conv_spec();
  spec.tensors[0].scales = {-0.5F};
  expect_refused(spec, "positive");
  spec = conv_spec();
  spec.tensors[0].zero_points = {128};
  expect_refused(spec, "zero point 128");
  spec = conv_spec();
  spec.tensors[3].scales = {1e-30F};
  expect_refused(spec, "does not fit 32 bits");
}

TEST(TfliteImport, RefusesConvolutionsThatItCannotRun) {
  ModelSpec spec = conv_spec();
  spec.operators[0].options[4].value = 0;
  expect_refused(spec, "operator 0 (CONV_2D): dilation 1x0: must be from 1 to 32768");
  spec = conv_spec();
  spec.operators[0].options[4].value = 32000;
  expect_refused(spec, "at dilation 32000 spans");
  spec = conv_spec();
  spec.operators[0].options[3].value = 4;
  expect_refused(spec, "fused activation TANH");
  spec = conv_spec();
  spec.operators[0].options[1].value = 0;
  expect_refused(spec, "stride 1x0");
  spec = conv_spec();
  spec.operators[0].options[0].value = 7;
  expect_refused(spec, "unknown padding 7");
  spec = conv_spec();
  spec.operators[0].options_type = 2;
  expect_refused(spec, "options of another operator");
  spec = conv_spec();
  spec.tensors[1].data.clear();
  expect_refused(spec, "weights are not constant");
  spec = conv_spec();
  spec.tensors[1].data.pop_back();
  expect_refused(spec, "weight buffer holds 71 bytes, its shape needs 72");
  spec = conv_spec();
  spec.tensors[1].scales.pop_back();
  expect_refused(spec, "3 scales");
  spec = conv_spec();
  spec.tensors[1].quantized_dimension = 3;
  expect_refused(spec, "dimension 3, expected 0");
  spec = conv_spec();
  spec.tensors[1].zero_points = {0, 0, 1, 0};
  expect_refused(spec, "zero point 0");
  spec = conv_spec();
  spec.tensors[2].data.pop_back();
  expect_refused(spec, "bias buffer holds 15 bytes");
  spec = conv_spec();
  spec.tensors[2].type = tb::spec_int8;
  expect_refused(spec, "expected INT32");
  spec = conv_spec();
  spec.tensors[3].shape = {1, 5, 5, 5};
  expect_refused(spec, "contradicts");
  spec = conv_spec();
  spec.tensors[0].shape = {1, 5, 5, 3};
  expect_refused(spec, "groups");
  spec = conv_spec();
  for (int i : {0, 1, 3}) spec.tensors[static_cast<std::size_t>(i)].type = tb::spec_uint8;
  for (int i : {0, 3}) spec.tensors[static_cast<std::size_t>(i)].zero_points = {0};
  expect_refused(spec, "UINT8 weights with a scale per channel");
}

TEST(TfliteImport, RefusesAbsurdShapes) {
  ModelSpec spec = conv_spec();
  spec.tensors[0].shape = {1, 1 << 30, 1 << 30, 1 << 30};
  expect_refused(spec, "at most 2^28 elements");
  spec.tensors[0].shape = {1, 0, 5, 2};
  expect_refused(spec, "dimension 1 is 0");
  spec.tensors[0].shape = {1, -5, 5, 2};
  expect_refused(spec, "dimension 1 is -5");
  spec.tensors[0].shape = std::vector<std::int32_t>(9, 1);
  expect_refused(spec, "9 dimensions");
}

TEST(TfliteImport, RefusesHostOperatorsWithContradictingShapes) {
  expect_refused(unary(22, {1, 4}, {1, 5}), "same number of elements");
  expect_refused(unary(21, {1, 4}, {2, 2}), "contradicts");
  expect_refused(unary(0, {1, 4}, {1, 4}), "two inputs");
  expect_refused(unary(40, {1, 2, 2, 4}, {1, 4}), "input 1 is missing");
  ModelSpec pool = unary(17, {1, 4, 4, 2}, {1, 2, 2, 2});
  pool.operators[0].options_type = 5;
  expect_refused(pool, "kernel 0x0");
}

TEST(TfliteImport, RunsQuantizeAndDequantizeOfAFloatShell) {
  ModelSpec spec = conv_spec();
  spec.tensors.push_back({"float in", {1, 5, 5, 2}, tb::spec_float32});
  spec.tensors.push_back({"float out", {1, 5, 5, 4}, tb::spec_float32});
  spec.operators.insert(spec.operators.begin(), {114, {4}, {0}});
  spec.operators.push_back({6, {3}, {5}});
  spec.inputs = {4};
  spec.outputs = {5};
  const Network network = load(spec);
  EXPECT_EQ(network.layers.size(), 3U);
  const auto info = [&](int i) { return network.tensors[static_cast<std::size_t>(i)]; };
  EXPECT_EQ(info(network.inputs.front()).name, "float in");
  EXPECT_EQ(info(network.inputs.front()).type, ElementType::float32);
  EXPECT_EQ(info(network.inputs.front()).quant.scale, static_cast<double>(0.05F));
  EXPECT_EQ(info(network.outputs.front()).name, "float out");
  EXPECT_EQ(info(network.outputs.front()).type, ElementType::float32);
}

/// A uint8 model of one 3x3 convolution whose first output channel has a weight of 245.
ModelSpec nine_bit_spec() {
  ModelSpec spec = conv_spec();
  for (auto& tensor : spec.tensors)
    if (tensor.type == tb::spec_int8) tensor.type = tb::spec_uint8;
  spec.tensors[0].zero_points = spec.tensors[3].zero_points = {0};
  spec.tensors[1].scales = {0.01F};
  spec.tensors[1].zero_points = {10};
  std::fill(spec.tensors[1].data.begin(), spec.tensors[1].data.end(), std::uint8_t{20});
  spec.tensors[1].data[0] = 255;
  return spec;
}

// A rescaling factor just below 2^30 still fits, but not once the weights' step has grown.
TEST(TfliteImport, RefusesRefitsWhoseRescalingFitsNoMore) {
  ModelSpec spec = nine_bit_spec();
  spec.tensors[0].scales = {1.0F};
  spec.tensors[1].scales = {1.0F};
  spec.tensors[2].scales = {1.0F};
  spec.tensors[3].scales = {std::ldexp(1.0F, -29) / 1.5F};  // 1.5 * 2^29 * 245 / 127 > 2^30
  ImportOptions nine;
  nine.weight_bits = 9;
  EXPECT_EQ(load(spec, nine).layers.size(), 1U);
  expect_refused(spec, "does not fit 32 bits");
}

TEST(TfliteImport, RefusesHostOperatorsWhoseScalesOverflow) {
  ModelSpec softmax = unary(25, {1, 4}, {1, 4});
  softmax.operators[0].options_type = 9;
  softmax.operators[0].options = {{0, OptionSpec::real, 1000.0}};
  softmax.tensors[0].scales = {3.0e38F};
  softmax.tensors[1].scales = {1.0F / 256};
  softmax.tensors[1].zero_points = {-128};
  expect_refused(softmax, "scale");
  softmax.tensors[0].scales = {0.5F};
  EXPECT_EQ(load(softmax).layers.size(), 1U);

  ModelSpec concat = unary(2, {1, 4}, {1, 4});
  concat.operators[0].options_type = 10;
  concat.operators[0].options = {{0, OptionSpec::integer, 1}};
  for (auto& tensor : concat.tensors) tensor.type = tb::spec_uint8;
  EXPECT_EQ(load(concat).layers.size(), 1U);
  concat.tensors[1].scales = {1.0e-40F};  // 1 / scale is infinite in single precision
  expect_refused(concat, "does not fit 32 bits");

  // The largest quotient that fits is also run: what is accepted computes.
  ModelSpec relu = unary(19, {1, 4}, {1, 4});
  relu.tensors[0].scales = {1073741824.0F};
  relu.tensors[1].scales = {1.0F};
  expect_refused(relu, "does not fit 32 bits");
  relu.tensors[0].scales = {std::nextafter(1073741824.0F, 0.0F)};
  const Network network = load(relu);
  const Tensor input{{1, 1, 1, 4}, network.tensors[0].quant, {1, 3, 4, 5}};
  const auto tensors = run_reference(network, {input});
  const Tensor& output = tensors.at(static_cast<std::size_t>(network.outputs.front()));
  EXPECT_EQ(output.bytes.size(), 4U);
  EXPECT_EQ(output.bytes[1], 3U);  // the zero point stays
}

TEST(TfliteImport, WeightsBeyondTheChipsBitsAreRefitted) {
  const ModelSpec spec = nine_bit_spec();
  ImportOptions nine;
  nine.weight_bits = 9;
  const Network exact = load(spec, nine), fitted = load(spec);
  EXPECT_TRUE(exact.notices.empty());
  EXPECT_EQ(exact.layers[0].conv().weights[0], 245);
  ASSERT_EQ(fitted.notices.size(), 1U);
  // Layers count from 1, as in the table.
  EXPECT_NE(fitted.notices[0].find("dB (layer 1)"), std::string::npos) << fitted.notices[0];
  ASSERT_EQ(fitted.weight_sqnr_db.count(0), 1U);
  const ConvLayer &a = exact.layers[0].conv(), &b = fitted.layers[0].conv();
  EXPECT_EQ(b.weights[0], 127);
  EXPECT_EQ(b.weights[1], 5);               // 10 * 127 / 245
  EXPECT_EQ(b.bias[0], 52);                 // 100 * 127 / 245
  EXPECT_EQ(b.weights[18], a.weights[18]);  // channel 1 fits and stays
  EXPECT_EQ(b.requant[1].multiplier, a.requant[1].multiplier);
  const auto real = [](const Requant& r) { return r.multiplier * std::ldexp(1.0, r.shift - 31); };
  EXPECT_NEAR(real(b.requant[0]) / real(a.requant[0]), 245.0 / 127, 1e-6);
}

/// Loads damaged bytes: UserError or success, and what loads also runs.
void survive(const std::vector<std::uint8_t>& bytes, int& loaded, int& refused) {
  try {
    const Network network = load_tflite_bytes(bytes.data(), bytes.size(), "damaged.tflite");
    ++loaded;
    std::int64_t macs = 0;
    std::size_t codes = 0;
    for (const Layer& layer : network.layers)
      if (layer.on_chip()) macs += layer.conv().geo.macs();
    for (const TensorInfo& info : network.tensors) codes += info.shape.elements();
    if (macs > 20'000'000 || codes > 10'000'000) return;
    const TensorInfo& info = network.tensors[static_cast<std::size_t>(network.inputs.front())];
    const Tensor input{info.shape, info.quant,
                       std::vector<std::uint8_t>(info.shape.elements(), 17)};
    EXPECT_EQ(run_reference(network, {input}).size(), network.tensors.size());
  } catch (const UserError& error) {
    ++refused;
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

TEST(TfliteImport, EveryTruncationIsRefused) {
  const auto whole = conv_spec().bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    int loaded = 0, refused = 0;
    survive({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, loaded, refused);
    EXPECT_EQ(refused, 1) << size;
  }
  const auto real = read_file(std::string(UVEA_NETWORKS_DIR) + "/fashion_mnist.tflite", "a model");
  for (std::size_t size = 0; size < real.size(); size += 97) {
    int loaded = 0, refused = 0;
    survive({real.begin(), real.begin() + static_cast<std::ptrdiff_t>(size)}, loaded, refused);
    EXPECT_EQ(refused, 1) << size;
  }
}

TEST(TfliteImport, SurvivesEveryByteChanged) {
  const auto whole = conv_spec().bytes();
  int loaded = 0, refused = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto damaged = whole;
      damaged[i] = static_cast<std::uint8_t>(value);
      survive(damaged, loaded, refused);
    }
  }
  std::printf("%d loaded, %d refused\n", loaded, refused);
  EXPECT_GT(refused, 500);
}

TEST(TfliteImport, SurvivesRandomDamageToARealNetwork) {
  constexpr unsigned seed = 5;
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const auto real = read_file(std::string(UVEA_NETWORKS_DIR) + "/fashion_mnist.tflite", "a model");
  int loaded = 0, refused = 0;
  for (int i = 0; i < 1500; ++i) {
    auto damaged = real;
    for (int k = 0; k < 1 + i % 6; ++k) {
      const std::size_t at = random() % damaged.size();
      // Aligned words are what offsets, lengths and sizes are made of.
      const std::size_t bytes = random() % 2 == 0 ? 1 : 4;
      for (std::size_t b = 0; b < bytes && at / bytes * bytes + b < damaged.size(); ++b)
        damaged[at / bytes * bytes + b] = static_cast<std::uint8_t>(random());
    }
    survive(damaged, loaded, refused);
  }
  std::printf("%d loaded, %d refused\n", loaded, refused);
  EXPECT_EQ(loaded + refused, 1500);
}

}  // namespace
}  // namespace uvea::nn
