// Files that a user hands in, wrong in every way: with the built program.

#include <gtest/gtest.h>

#include "tb/tests/app/refusal.h"
#include "tb/tests/nn/model_spec.h"

namespace uvea::test {
namespace {

using tb::ModelSpec;

std::string text_of(const ModelSpec& spec) {
  const auto bytes = spec.bytes();
  return {bytes.begin(), bytes.end()};
}

class BadInput : public ::testing::Test {
 protected:
  /// The program refuses `arguments`, and makes no folder for results.
  void refused(std::vector<std::string> arguments, const std::string& part) const {
    arguments.emplace_back("--out");
    arguments.push_back(folder.path("never"));
    expect_refused(folder, arguments, part);
  }
  void refused_network(const std::string& name, const std::string& content,
                       const std::string& part) const {
    const std::string path = folder.file(name, content);
    refused({"run", path}, name);
    refused({"run", path}, part);
  }

  const Folder folder;
  const std::string model = content_of(UVEA_CONFIGS_DIR "/networks/fashion_mnist.tflite");
};

TEST_F(BadInput, ModelsThatAreNone) {
  ASSERT_GT(model.size(), 1000U);
  refused_network("empty.tflite", "", "empty");
  refused_network("text.tflite", std::string(5000, 'x'), "TFL3");
  for (const std::size_t kept : {3U, 200U, 1000U})
    refused_network("cut.tflite", model.substr(0, kept), "cut.tflite");
  refused_network("cut.tflite", model.substr(0, model.size() / 2), "truncated");
  std::string corrupted = model;
  corrupted.replace(0, 4, "\xff\xff\xff\x7f");
  refused_network("corrupted.tflite", corrupted, "corrupted");
}

TEST_F(BadInput, FilesThatAreNotThere) {
  refused({"run", folder.path("none.tflite")}, "none.tflite");
  refused({"run", folder.path("none.csv")}, "none.csv");
  refused({"run", folder.path("")}, "folder");
  refused({"run", folder.file("network.bin", model)},
          "expected a .tflite, .onnx, .csv or .yaml file");
}

TEST_F(BadInput, AnUnsupportedOperatorIsNamed) {
  ModelSpec spec = tb::conv_spec();
  spec.operators[0].code = 14;
  refused_network("logistic.tflite", text_of(spec), "LOGISTIC");
}

TEST_F(BadInput, AFloatModel) {
  ModelSpec spec = tb::conv_spec();
  for (auto& tensor : spec.tensors) tensor.type = tb::spec_float32;
  refused_network("float.tflite", text_of(spec), "float model");
}

TEST_F(BadInput, ScalesThatOverflow) {
  // Found only when 9-bit weights are brought to 8 bits.
  ModelSpec spec = tb::conv_spec();
  for (auto& tensor : spec.tensors)
    if (tensor.type == tb::spec_int8) tensor.type = tb::spec_uint8;
  spec.tensors[0].zero_points = spec.tensors[3].zero_points = {0};
  spec.tensors[1].zero_points = {10};
  spec.tensors[1].data.assign(spec.tensors[1].data.size(), 20);
  spec.tensors[1].data[0] = 255;
  for (auto& tensor : spec.tensors) tensor.scales = {1.0F};
  spec.tensors[3].scales = {1.0F / 536870912 / 1.5F};
  refused_network("scales.tflite", text_of(spec), "does not fit 32 bits");
}

TEST_F(BadInput, InputsOfTheWrongKind) {
  const std::string png = content_of(UVEA_CONFIGS_DIR "/networks/fashion_mnist/00.png");
  const auto input = [&](const std::string& name, const std::string& content,
                         const std::string& part) {
    const std::string path = folder.file(name, content);
    refused({"run", "--input", path}, name);
    refused({"run", "--input", path}, part);
  };
  input("text.png", "no picture", "not a picture of a kind that is read");
  input("empty.png", "", "empty");
  input("empty.raw", "", "empty");
  input("cut.png", png.substr(0, png.size() / 2), "cut.png");
  input("picture.gif", "GIF89a and so on", "a GIF picture, which is not read; convert it to PNG");
  input("picture.png", "GIF89a and so on", "a GIF picture");
  input("picture.xyz", "who knows", "no known picture kind");
  input("short.raw", std::string(783, 'x'), "784");
  input("long.raw", std::string(785, 'x'), "784");
  // Two channels: no picture has them.
  const std::string two = folder.file("two.tflite", text_of(tb::conv_spec()));
  const std::string picture = folder.file("picture.png", png);
  refused({"run", two, "--input", picture}, "2 channels");
}

TEST_F(BadInput, TablesNameFileAndLine) {
  const std::string head =
      "# source\nname,type,in_h,in_w,in_c,out_c,kernel_h,kernel_w,stride,pad,groups,macs,"
      "weight_density,iact_density\n";
  const std::string good = "A,conv,4,4,3,2,1,1,1,0,1,96,1,1\n";
  refused_network("bad.csv", head + good + "B,conv,4,4,3,two,1,1,1,0,1,96,1,1\n", "bad.csv:4:");
  refused_network("bad.csv", head + good + good, "bad.csv:4:");
  refused_network("bad.csv", head + "A,conv,4,4,3,2,1,1,1,0,1,97,1,1\n", "expected 96");
  refused_network("bad.csv", head + "A,conv,4,4,3,2,1,1,1,0,1,96,1.5,1\n", "bad.csv:3:");
  refused_network("bad.csv", head + "A,conv,4,4,3\n", "bad.csv:3:");
  refused_network("bad.csv", head + "A,pool,4,4,3,2,1,1,1,0,1,96,1,1\n", "\"pool\"");
  refused_network("bad.csv", head, "without a row");
  refused_network("bad.csv", "", "bad.csv");
  refused_network("bad.csv", good, "bad.csv:1:");
}

TEST_F(BadInput, MappingFiles) {
  const auto mapping = [&](const std::string& content, const std::string& part) {
    const std::string path = folder.file("bad.map", content);
    refused({"run", "--mapping", path}, "bad.map");
    refused({"run", "--mapping", path}, part);
  };
  const Ended good = run_program({"map", "--layers", "stem"});
  ASSERT_EQ(good.status, 0) << good.err;
  const auto with = [&](const std::string& key, const std::string& value) {
    std::string changed;
    int lines = 0;
    for (const std::string& line : lines_of(good.out)) {
      const bool hit = line.rfind(key + " ", 0) == 0;
      lines += hit ? 1 : 0;
      changed += (hit ? key + " = " + value : line) + "\n";
    }
    EXPECT_EQ(lines, 1) << key << "\n" << good.out;
    return changed;
  };
  mapping("[stem]\nc0 = many\n", "bad.map:2:");
  mapping(with("m0", "64"), "illegal mapping");
  mapping("[stm]\n" + good.out.substr(good.out.find(']') + 1), "stem");
  mapping("", "bad.map");
  // The compressed mode of a dense PE.
  const std::string csc = folder.file("bad.map", with("mode", "csc"));
  refused({"run", "--mapping", csc, "--chip", UVEA_CONFIGS_DIR "/chips/eyeriss_v1_5.cfg"},
          "pe.kind = dense: mode csc needs sparse PEs, this chip allows raw only");
}

TEST_F(BadInput, ChipFiles) {
  const auto chip = [&](const std::string& content, const std::string& part) {
    refused({"run", "--chip", folder.file("bad.cfg", content)}, part);
  };
  chip("[pe]\nweight_bits = many\n", "bad.cfg:2:");
  chip("[pe]\n\nsmid = 1\n", "did you mean 'pe.simd'");
  chip("[pe]\nweight_bits = 12\n", "expected 8..9 bits");
  chip("weight_bits = 8\n", "bad.cfg:1:");
  // A layer that fits no way: the limit is named.
  chip("[glb]\niact_bank_words = 1\npsum_bank_words = 1\nio_fifo_words = 1\n", "glb.");
}

}  // namespace
}  // namespace uvea::test
