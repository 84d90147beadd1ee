// Files that are refused, each with the sentence that says why; and that the documentation lists
// what the code supports.

#include <gtest/gtest.h>

#include "sw/nn/import/file.h"
#include "sw/user_error.h"
#include "tb/tests/onnx/onnx_case.h"

namespace uvea::test {
namespace {

/// A sound little file: one convolution.
OnnxFile sound(int opset = 13) {
  OnnxFile file(opset);
  file.input("x", OnnxType::int8, {-1, 2, 4, 4});
  file.dequantize("x", {0.5F, 0, OnnxType::int8}, "x_real");
  file.whole("w", OnnxType::int8, {2, 2, 1, 1}, {1, 2, 3, 4});
  file.dequantize("w", {0.5F, 0, OnnxType::int8}, "w_real");
  file.node("Conv", {"x_real", "w_real"}, "c");
  file.quantize("c", {0.5F, 0, OnnxType::int8}, "y");
  file.output("y", OnnxType::int8, {1, 2, 4, 4});
  return file;
}

void expect_refused(const OnnxFile& file, const std::string& part) {
  try {
    load(file);
    ADD_FAILURE() << "accepted, expected: " << part;
  } catch (const UserError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_EQ(text.rfind("test.onnx: ", 0), 0U) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
}

onnx_file::NodeProto& node_of(OnnxFile& file, const std::string& output) {
  for (auto& node : *file.graph().mutable_node())
    if (node.output(0) == output) return node;
  throw std::logic_error("no node " + output);
}

TEST(OnnxRefusal, ASoundFileIsTaken) {
  const nn::Network network = load(sound());
  ASSERT_EQ(network.notices.size(), 1U);
  EXPECT_NE(network.notices[0].find("taken as 1"), std::string::npos);
}

TEST(OnnxRefusal, TheFile) {
  const auto refused = [](const std::string& bytes, const std::string& part) {
    try {
      nn::load_onnx_bytes(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), "f");
      ADD_FAILURE() << "accepted";
    } catch (const UserError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  refused("", "is empty");
  refused("no protobuf", "is no ONNX file");
  refused(sound().bytes().substr(0, 100), "is no ONNX file");
  expect_refused(sound(6), "operator set 6 is not read");
  expect_refused(sound(99), "operator set 99 is not read");
  OnnxFile external = sound();
  external.graph().mutable_initializer(2)->set_data_location(1);
  expect_refused(external, "has its data in another file");
  OnnxFile functions = sound();
  functions.model().add_functions();
  expect_refused(functions, "has functions of its own");
  OnnxFile sparse = sound();
  sparse.graph().add_sparse_initializer();
  expect_refused(sparse, "sparse initialisers");
  OnnxFile data = sound();
  data.graph().mutable_initializer(2)->add_dims(7);
  expect_refused(data, "do not fit its type");
}

TEST(OnnxRefusal, AllOperatorsAtOnce) {
  OnnxFile file = sound();
  file.node("LSTM", {"y"}, "a");
  file.node("LSTM", {"y"}, "b");
  file.node("MatMulInteger", {"y"}, "d");
  file.node("ConvInteger", {"y"}, "e");
  file.node("Fancy", {"y"}, "f", "my.domain");
  expect_refused(file, "2 x LSTM");
  expect_refused(file, "1 x MatMulInteger (dynamic quantisation");
  expect_refused(file, "1 x ConvInteger (dynamic quantisation");
  expect_refused(file, "1 x Fancy (my.domain)");
}

TEST(OnnxRefusal, AllNodesAtOnce) {
  OnnxFile file = sound();
  OnnxFile::attribute(node_of(file, "c"), "pads", Dims{1, 0, 0, 0});
  file.dequantize("x", {0.25F, 0, OnnxType::int8}, "other");
  expect_refused(file, "Conv 'c': padding as large as the kernel");
  expect_refused(file, "DequantizeLinear 'other': its scale");
}

TEST(OnnxRefusal, Nodes) {
  OnnxFile real;
  real.input("x", OnnxType::float32, {1, 4});
  real.node("Relu", {"x"}, "y");
  real.output("y", OnnxType::float32, {1, 4});
  expect_refused(real, "float model");

  OnnxFile unquantised = sound();
  unquantised.node("Relu", {"c"}, "second");  // a second use of the result
  expect_refused(unquantised, "is not quantised");

  OnnxFile weights = sound();
  node_of(weights, "c").set_input(1, weights.real("wf", {2, 2, 1, 1}, {1, 2, 3, 4}));
  expect_refused(weights, "its weights are not quantised");

  OnnxFile group = sound();
  OnnxFile::attribute(node_of(group, "c"), "group", std::int64_t{3});
  expect_refused(group, "contradict each other");

  OnnxFile scale = sound();
  scale.graph().mutable_initializer(0)->set_raw_data(std::string("\0\0\0\0", 4));
  expect_refused(scale, "scale is not positive");

  OnnxFile shape = sound();
  shape.graph()
      .mutable_output(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(1)
      ->set_dim_value(3);
  expect_refused(shape, "contradicts what its operators give");

  OnnxFile dynamic = sound();
  dynamic.graph()
      .mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(2)
      ->set_dim_param("height");
  expect_refused(dynamic, "dimension 2 of input x is not fixed");

  OnnxFile missing = sound();
  node_of(missing, "c").set_input(0, "nobody");
  expect_refused(missing, "is not computed by an operator before it");
}

TEST(OnnxRefusal, TheDocumentationListsWhatIsSupported) {
  const auto bytes = nn::read_file(UVEA_DOCS_DIR "/formats.md", "the documentation");
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_NE(text.find(nn::onnx_operator_table()), std::string::npos)
      << "docs/formats.md should have:\n"
      << nn::onnx_operator_table();
}

}  // namespace
}  // namespace uvea::test
