// Operators in the importer: the list of them, constants, and forms that the outside interpreter
// lacks.

#include <gtest/gtest.h>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/import/file.h"
#include "tb/tests/nn/import_checks.h"

namespace uvea::nn {
namespace {

using tb::int32_bytes;
using tb::ModelSpec;
using tb::OptionSpec;

TEST(TfliteOperators, TheDocumentedListIsTheTables) {
  const auto bytes = read_file(UVEA_DOCS_DIR "/formats.md", "the documentation");
  const std::string docs(bytes.begin(), bytes.end());
  const auto lines = supported_tflite_operators();
  ASSERT_EQ(lines.size(), 2U);
  for (const std::string& line : lines)
    EXPECT_NE(docs.find("- " + line + "\n"), std::string::npos)
        << "docs/formats.md should have the line: - " << line;
}

/// 1x2x3 codes 1 to 6 through one STRIDED_SLICE.
std::vector<std::uint8_t> strided(const std::vector<std::int32_t>& begin,
                                  const std::vector<std::int32_t>& end,
                                  const std::vector<std::int32_t>& stride,
                                  std::vector<std::int32_t> out, int ellipsis, int added,
                                  int shrunk) {
  ModelSpec spec = unary(45, {1, 2, 3}, std::move(out));
  const auto rank = static_cast<std::int32_t>(begin.size());
  for (const auto& values : {begin, end, stride}) {
    spec.operators[0].inputs.push_back(static_cast<std::int32_t>(spec.tensors.size()));
    spec.tensors.push_back({"constant", {rank}, tb::spec_int32, {}, {}, int32_bytes(values)});
  }
  spec.operators[0].options_type = 32;
  spec.operators[0].options = {{2, OptionSpec::integer, static_cast<double>(ellipsis)},
                               {3, OptionSpec::integer, static_cast<double>(added)},
                               {4, OptionSpec::integer, static_cast<double>(shrunk)}};
  const Network network = load(spec);
  const Tensor input{{1, 2, 3}, network.tensors[0].quant, {1, 2, 3, 4, 5, 6}};
  return run_reference(network, {input})[static_cast<std::size_t>(network.outputs[0])].bytes;
}

// The outside interpreter has neither of these two masks.
TEST(TfliteOperators, StridedSliceWithAnEllipsisAndNewDimensions) {
  using Bytes = std::vector<std::uint8_t>;
  EXPECT_EQ(strided({0, 1}, {0, 2}, {1, 1}, {1, 2, 1}, 1, 0, 0), (Bytes{2, 5}));
  EXPECT_EQ(strided({0, 1}, {0, 2}, {1, 1}, {1, 2}, 1, 0, 2), (Bytes{2, 5}));
  EXPECT_EQ(strided({0, 0, 1}, {0, 1, 2}, {1, 1, 1}, {1, 1, 1, 3}, 0, 1, 0), (Bytes{4, 5, 6}));
  EXPECT_EQ(strided({0, 0, 5}, {0, 0, -9}, {1, 1, -2}, {1, 2, 1, 2}, 1, 2, 0), (Bytes{3, 1, 6, 4}));
  EXPECT_THROW(strided({2}, {1}, {1}, {1, 2, 3}, 0, 0, 0), UserError);
  EXPECT_THROW(strided({0}, {1}, {0}, {1, 2, 3}, 0, 0, 0), UserError);
  EXPECT_THROW(strided({0}, {1}, {1}, {1, 2, 3}, 0, 0, 1), UserError);
  EXPECT_THROW(strided({0, 0}, {0, 0}, {1, 1}, {1, 2, 3}, 3, 0, 0), UserError);
}

TEST(TfliteOperators, FoldsOperatorsOfConstantsOnly) {
  ModelSpec spec = unary(0, {1, 2}, {1, 2});
  spec.tensors.push_back(spec.tensors[0]);
  spec.tensors[2].name = "constant";
  spec.tensors[2].data = {1, 2};
  spec.tensors.push_back(spec.tensors[0]);
  spec.tensors[3].name = "folded";
  spec.tensors.push_back({"perm", {2}, tb::spec_int32, {}, {}, int32_bytes({0, 1})});
  spec.operators[0].inputs = {0, 3};
  spec.operators.insert(spec.operators.begin(), {39, {2, 4}, {3}});
  const Network network = load(spec);
  EXPECT_EQ(network.layers.size(), 1U);
  ASSERT_EQ(network.layers[0].inputs.size(), 2U);
  EXPECT_EQ(network.constants.at(network.layers[0].inputs[1]).bytes,
            (std::vector<std::uint8_t>{1, 2}));
  spec.tensors[2].data.push_back(3);
  expect_refused(spec, "constant constant holds 3 bytes, its shape needs 2");
}

}  // namespace
}  // namespace uvea::nn
