// Networks with several inputs and outputs, as a user runs them.

#include <gtest/gtest.h>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tflite/tflite_import.h"
#include "tb/tests/app/program.h"
#include "tb/tests/nn/model_spec.h"

namespace uvea::test {
namespace {

/// in -> CONV_2D -> out; out + other -> sum. Outputs: out and sum.
tb::ModelSpec two_and_two() {
  tb::ModelSpec spec = tb::conv_spec();
  spec.tensors[3].name = "a/out";
  spec.tensors.push_back({"sum", {1, 5, 5, 4}, tb::spec_int8, {0.15F}, {-20}});
  spec.tensors.push_back({"other", {1, 5, 5, 4}, tb::spec_int8, {0.07F}, {3}});
  spec.operators.push_back({0, {3, 5}, {4}, 11, {{0, tb::OptionSpec::byte, 0}}, 2});
  spec.inputs = {0, 5};
  spec.outputs = {3, 4};
  return spec;
}

std::string text_of(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

class SeveralEnds : public testing::Test {
 protected:
  SeveralEnds() : network_(folder_.file("two.tflite", text_of(two_and_two().bytes()))) {
    for (int i = 0; i < 50; ++i) in_.push_back(static_cast<std::uint8_t>(i * 89 + 7));
    for (int i = 0; i < 100; ++i) other_.push_back(static_cast<std::uint8_t>(i * 57 + 31));
    in_file_ = folder_.file("in.bin", text_of(in_));
    other_file_ = folder_.file("other.bin", text_of(other_));
  }

  Ended run(const std::vector<std::string>& inputs, const std::string& dump) const {
    std::vector<std::string> words{"run", network_, "--quiet", "--dump-output", dump};
    for (const std::string& input : inputs) words.insert(words.end(), {"--input", input});
    return run_program(words);
  }

  const Folder folder_;
  const std::string network_;
  std::vector<std::uint8_t> in_, other_;
  std::string in_file_, other_file_;
};

TEST_F(SeveralEnds, EachOutputBecomesAFileOfItsName) {
  const std::string dump = folder_.path("dump");
  const Ended ended = run({"other=" + other_file_, "in=" + in_file_}, dump);
  ASSERT_EQ(ended.status, 0) << ended.err;
  const auto model = two_and_two().bytes();
  const nn::Network network = nn::load_tflite_bytes(model.data(), model.size(), "two");
  std::vector<nn::Tensor> inputs(2);
  inputs[0].bytes = in_;
  inputs[1].bytes = other_;
  const auto tensors = nn::run_reference(network, inputs);
  const auto expected = [&](std::size_t i) {
    return text_of(tensors.at(static_cast<std::size_t>(network.outputs.at(i))).bytes);
  };
  EXPECT_EQ(content_of(dump + "/a_out.bin"), expected(0));
  EXPECT_EQ(content_of(dump + "/sum.bin"), expected(1));
  EXPECT_NE(expected(0), expected(1));
}

TEST_F(SeveralEnds, AWrongOrMissingNameListsTheInputs) {
  const std::string listed = "in (1x5x5x2, int8), other (1x5x5x4, int8)";
  for (const auto& [inputs, part] :
       {std::pair{std::vector<std::string>{in_file_}, "expected NAME=FILE"},
        std::pair{std::vector<std::string>{"in=" + in_file_}, "no file for the input other"},
        std::pair{std::vector<std::string>{"inn=" + in_file_, "other=" + other_file_},
                  "expected NAME=FILE"}}) {
    const Ended ended = run(inputs, folder_.path("dump"));
    EXPECT_EQ(ended.status, 2);
    EXPECT_NE(ended.err.find(part), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find(listed), std::string::npos) << ended.err;
    EXPECT_EQ(lines_of(ended.err).size(), 1U);
  }
  const Ended twice = run({"in=" + in_file_, "in=" + in_file_}, folder_.path("dump"));
  EXPECT_EQ(twice.status, 2);
  EXPECT_NE(twice.err.find("given twice"), std::string::npos) << twice.err;
}

TEST_F(SeveralEnds, SeveralOutputsDoNotGoIntoOneFile) {
  const std::string file = folder_.file("dump", "kept");
  const Ended ended = run({"in=" + in_file_, "other=" + other_file_}, file);
  EXPECT_EQ(ended.status, 2);
  EXPECT_NE(ended.err.find("is no folder: the network has 2 outputs"), std::string::npos)
      << ended.err;
  EXPECT_EQ(content_of(file), "kept");
}

}  // namespace
}  // namespace uvea::test
