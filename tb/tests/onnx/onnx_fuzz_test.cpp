// Damaged .onnx files: refused in one line, or loaded so that the reference can run them.

#include <gtest/gtest.h>

#include "tb/tests/fuzz/mutants.h"
#include "tb/tests/onnx/onnx_case.h"

namespace uvea::test {
namespace {

/// Most kinds of nodes in one small network.
std::string original() {
  OnnxFile file;
  const Scale s{0.05F, 3, OnnxType::int8};
  file.input("x", OnnxType::float32, {1, 2, 5, 5});
  file.quantize("x", s, "x_codes");
  file.dequantize("x_codes", s, "x_real");
  file.whole("w", OnnxType::int8, {4, 1, 3, 3}, std::vector<std::int64_t>(36, 9));
  file.real("w_scale", {4}, {0.1F, 0.2F, 0.1F, 0.05F});
  auto& dq = file.node("DequantizeLinear", {"w", "w_scale"}, "w_real");
  OnnxFile::attribute(dq, "axis", std::int64_t{0});
  auto& conv = file.node("Conv", {"x_real", "w_real", file.real("b", {4}, {1, 2, 3, 4})}, "c");
  OnnxFile::attribute(conv, "group", std::int64_t{2});
  OnnxFile::attribute(conv, "pads", Dims{1, 0, 1, 2});
  file.node("Relu", {"c"}, "r");
  file.quantize("r", s, "r_codes");
  file.dequantize("r_codes", s, "r_real");
  auto& pool = file.node("AveragePool", {"r_real"}, "p");
  OnnxFile::attribute(pool, "kernel_shape", Dims{2, 2});
  file.node("Sigmoid", {"p"}, "q");
  file.node("Mul", {"p", "q"}, "m");
  file.quantize("m", s, "m_codes");
  const auto scales = file.initialisers(s);
  file.node(
      "QLinearAdd",
      {"m_codes", scales[0], scales[1], "m_codes", scales[0], scales[1], scales[0], scales[1]}, "a",
      "com.microsoft");
  file.dequantize("a", s, "a_real");
  file.node(
      "Slice",
      {"a_real", file.whole("from", OnnxType::int64, {1}, {1}),
       file.whole("to", OnnxType::int64, {1}, {3}), file.whole("axis", OnnxType::int64, {1}, {1})},
      "cut");
  file.node("Flatten", {"cut"}, "flat");
  file.whole("fc", OnnxType::int8, {32, 3}, std::vector<std::int64_t>(96, 5));
  file.dequantize("fc", s, "fc_real");
  file.node("MatMul", {"flat", "fc_real"}, "y_real");
  file.quantize("y_real", s, "y_codes");
  file.dequantize("y_codes", s, "y");
  file.output("y", OnnxType::float32, {1, 3});
  return file.bytes();
}

void load_and_run(const std::string& bytes) {
  const nn::Network network = nn::load_onnx_bytes(
      reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), "mutant.onnx");
  std::int64_t work = 0;
  for (const nn::Layer& layer : network.layers)
    work += layer.on_chip() ? layer.conv().geo.macs() : 0;
  for (const nn::TensorInfo& tensor : network.tensors)
    work += static_cast<std::int64_t>(tensor.bytes());
  if (work > 10'000'000) return;  // sizes may be changed to large ones
  std::vector<nn::Tensor> inputs;
  for (const int i : network.inputs) {
    const nn::TensorInfo& info = network.tensors.at(static_cast<std::size_t>(i));
    inputs.push_back(
        {info.shape, info.quant, std::vector<std::uint8_t>(info.bytes(), 17), info.type});
  }
  const auto tensors = nn::run_reference(network, inputs);
  for (const int i : network.outputs)
    ASSERT_EQ(tensors.at(static_cast<std::size_t>(i)).bytes.size(),
              network.tensors.at(static_cast<std::size_t>(i)).bytes());
}

TEST(OnnxFuzz, DamagedFiles) {
  const std::string file = original();
  load_and_run(file);
  fuzz(file, 71, load_and_run);
}

}  // namespace
}  // namespace uvea::test
