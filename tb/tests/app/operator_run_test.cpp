// Files in which the chip's layers stand between operators of the host: run by the program with
// every oact compared, and its output held against the reference.

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tflite/tflite_import.h"
#include "tb/tests/app/program.h"
#include "tb/tests/nn/model_spec.h"

namespace uvea::test {
namespace {

using tb::ModelSpec;
using tb::OptionSpec;
using Kind = OptionSpec::Kind;
using Dims = std::vector<std::int32_t>;

constexpr unsigned kSeed = 43;

OptionSpec byte(int slot, int value) { return {slot, Kind::byte, static_cast<double>(value)}; }
OptionSpec integer(int slot, int value) {
  return {slot, Kind::integer, static_cast<double>(value)};
}

class Model {
 public:
  int add(Dims shape, float scale = 0.05F, int zero_point = -128) {
    spec.tensors.push_back({name(), std::move(shape), tb::spec_int8, {scale}, {zero_point}});
    return last();
  }
  int reals(Dims shape) {
    spec.tensors.push_back({name(), std::move(shape), tb::spec_float32});
    return last();
  }
  int weights(Dims shape) {
    std::size_t count = 1;
    for (const int d : shape) count *= static_cast<std::size_t>(d);
    std::vector<std::uint8_t> codes(count);
    for (auto& code : codes) code = static_cast<std::uint8_t>(random() % 41 - 20);
    spec.tensors.push_back(
        {name(), std::move(shape), tb::spec_int8, {0.01F}, {0}, std::move(codes), 0});
    return last();
  }
  int constant(Dims shape, const Dims& values) {
    spec.tensors.push_back(
        {name(), std::move(shape), tb::spec_int32, {}, {}, tb::int32_bytes(values)});
    return last();
  }
  void op(int code, Dims inputs, Dims outputs, int options_type,
          std::vector<OptionSpec> options = {}) {
    spec.operators.push_back(
        {code, std::move(inputs), std::move(outputs), options_type, std::move(options), 2});
  }

  ModelSpec spec;
  std::mt19937 random{kSeed};

 private:
  std::string name() const { return "t" + std::to_string(spec.tensors.size()); }
  int last() const { return static_cast<int>(spec.tensors.size()) - 1; }
};

const std::vector<OptionSpec> kValid = {byte(0, 1), integer(1, 1), integer(2, 1)};

/// Runs random inputs through both; gives what the program printed.
std::string expect_same(Model& model, int output) {
  model.spec.outputs = {output};
  const auto bytes = model.spec.bytes();
  const Folder folder;
  const std::string file = folder.file("model.tflite", {bytes.begin(), bytes.end()});
  const nn::Network network = nn::load_tflite_bytes(bytes.data(), bytes.size(), "model");
  const nn::TensorInfo& info = network.tensors.at(static_cast<std::size_t>(network.inputs.at(0)));
  std::vector<std::uint8_t> input;
  while (input.size() < info.bytes()) {
    if (info.type == nn::ElementType::float32) {
      const float real = static_cast<float>(model.random() % 4096) / 400.0F;
      std::uint8_t raw[sizeof real];
      std::memcpy(raw, &real, sizeof real);
      input.insert(input.end(), raw, raw + sizeof real);
    } else {
      input.push_back(model.random() % 3 == 0 ? 0x80
                                              : static_cast<std::uint8_t>(model.random() % 256));
    }
  }
  const std::string in = folder.file("in", {input.begin(), input.end()});
  const Ended run = run_program({"run", file, "--input", in, "--dump-output", folder.path("out")});
  EXPECT_EQ(run.status, 0) << run.out << run.err;
  const auto expected = nn::run_reference(network, {{info.shape, info.quant, input, info.type}})
                            .at(static_cast<std::size_t>(network.outputs.at(0)))
                            .bytes;
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(content_of(folder.path("out")), std::string(expected.begin(), expected.end()));
  return run.out;
}

TEST(OperatorRun, TransposeConvRunsOnTheChip) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Model m;
  const int in = m.add({1, 5, 6, 8}), filter = m.weights({6, 4, 3, 8});
  const int out = m.add({1, 10, 12, 6}, 0.2F, -10), shape = m.constant({4}, {1, 10, 12, 6});
  m.op(67, {shape, filter, in}, {out}, 49, {byte(0, 0), integer(1, 2), integer(2, 2)});
  const std::string text = expect_same(m, out);
  EXPECT_NE(text.find("spread"), std::string::npos) << text;
  EXPECT_NE(text.find("conv"), std::string::npos) << text;
}

TEST(OperatorRun, SpaceToBatchAndBackIsADilatedLayer) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Model m;
  const int in = m.add({1, 9, 9, 4}), pieces = m.add({4, 7, 7, 4}),
            filter = m.weights({5, 3, 3, 4}), sums = m.add({4, 5, 5, 5}, 0.2F, -10),
            out = m.add({1, 9, 9, 5}, 0.2F, -10);
  const int block = m.constant({2}, {2, 2}), pads = m.constant({2, 2}, {2, 3, 2, 3}),
            crops = m.constant({2, 2}, {0, 1, 0, 1});
  m.op(38, {in, block, pads}, {pieces}, 25);
  m.op(3, {pieces, filter}, {sums}, 1, kValid);
  m.op(37, {sums, block, crops}, {out}, 24);
  const std::string text = expect_same(m, out);
  EXPECT_NE(text.find("run as dilated"), std::string::npos) << text;
}

TEST(OperatorRun, RealsAtBothEnds) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Model m;
  const int in = m.reals({1, 6, 6, 3}), codes = m.add({1, 6, 6, 3}),
            filter = m.weights({4, 3, 3, 3}), sums = m.add({1, 4, 4, 4}, 0.2F, -10),
            out = m.reals({1, 4, 4, 4});
  m.op(114, {in}, {codes}, 0);
  m.op(3, {codes, filter}, {sums}, 1, kValid);
  m.op(6, {sums}, {out}, 0);
  expect_same(m, out);
}

TEST(OperatorRun, BranchesOfASplitMeetAgain) {
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  Model m;
  const int in = m.add({1, 6, 6, 8}), axis = m.constant({1}, {3}), left = m.add({1, 6, 6, 4}),
            right = m.add({1, 6, 6, 4}), filter = m.weights({4, 1, 1, 4}),
            sums = m.add({1, 6, 6, 4}, 0.2F, -10), gate = m.add({1, 6, 6, 4}, 1.0F / 256),
            gated = m.add({1, 6, 6, 4}, 0.1F, -20), factor = m.weights({4}),
            scaled = m.add({1, 6, 6, 4}, 0.01F, 5), turned = m.add({1, 6, 4, 6}, 0.01F, 5),
            perm = m.constant({4}, {0, 1, 3, 2}), last = m.weights({3, 3, 3, 6}),
            out = m.add({1, 4, 2, 3}, 0.05F, 0);
  m.op(49, {axis, in}, {left, right}, 35, {integer(0, 2)});
  m.op(3, {left, filter}, {sums}, 1, kValid);
  m.op(14, {sums}, {gate}, 0);
  m.op(18, {right, gate}, {gated}, 21);
  m.op(18, {gated, factor}, {scaled}, 21);
  m.op(39, {scaled, perm}, {turned}, 26);
  m.op(3, {turned, last}, {out}, 1, kValid);
  expect_same(m, out);
}

}  // namespace
}  // namespace uvea::test
