// FULLY_CONNECTED behind whatever: the program runs each file with every oact compared, its output
// is held against the reference, in one image and in two, and the note says where the host lays
// tensors anew.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <random>
#include <set>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tflite/tflite_import.h"
#include "tb/tests/app/program.h"
#include "tb/tests/nn/model_spec.h"

namespace uvea::test {
namespace {

using tb::OptionSpec;
using Dims = std::vector<std::int32_t>;

constexpr unsigned kFirstSeed = 51;
constexpr float kWeightScale = 0.01F;

OptionSpec byte(int slot, int value) {
  return {slot, OptionSpec::byte, static_cast<double>(value)};
}
OptionSpec integer(int slot, int value) {
  return {slot, OptionSpec::integer, static_cast<double>(value)};
}

/// A chain of layers; `last` is the tensor behind the newest one.
class Model {
 public:
  Model(unsigned seed, Dims input) : random_(seed) { last_ = add(std::move(input)); }

  int draw(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  const Dims& shape() const { return spec_.tensors[static_cast<std::size_t>(last_)].shape; }
  int elements() const {
    int count = 1;
    for (const int dim : shape()) count *= dim;
    return count;
  }

  void fully_connected(int features, int units, bool keep_num_dims = false) {
    Dims out{elements() / features, units};
    if (keep_num_dims) {
      out = shape();
      out.back() = units;
    }
    const int weights = constant({units, features});
    grow(9, {weights, -1}, std::move(out), 8, {byte(2, keep_num_dims ? 1 : 0)});
  }
  /// SAME, stride 1.
  void conv(int kernel, int out_c) {
    const int weights = constant({out_c, kernel, kernel, shape()[3]});
    grow(3, {weights}, {shape()[0], shape()[1], shape()[2], out_c}, 1,
         {byte(0, 0), integer(1, 1), integer(2, 1), byte(3, 1)});
  }
  void depthwise(int kernel) {
    const int weights = constant({1, kernel, kernel, shape()[3]});
    grow(4, {weights}, shape(), 2,
         {byte(0, 0), integer(1, 1), integer(2, 1), integer(3, 1), byte(4, 1)});
  }
  void max_pool() {  // 2x2, VALID, in the scale of its input
    const Dims& in = shape();
    grow(17, {}, {in[0], in[1] / 2, in[2] / 2, in[3]}, 5,
         {byte(0, 1), integer(1, 2), integer(2, 2), integer(3, 2), integer(4, 2)});
  }
  void reshape(Dims to) { grow(22, {}, std::move(to), 0, {}); }

  std::string bytes() {
    spec_.outputs = {last_};
    const auto model = spec_.bytes();
    return {model.begin(), model.end()};
  }
  std::string iacts(int images) {
    std::string codes(static_cast<std::size_t>(count_of(0) * images), '\x80');
    for (char& code : codes)
      if (draw(1, 3) != 1) code = static_cast<char>(draw(-128, 127));
    return codes;
  }

 private:
  int count_of(std::size_t tensor) const {
    int count = 1;
    for (const int dim : spec_.tensors[tensor].shape) count *= dim;
    return count;
  }
  int add(Dims shape, std::int64_t zero_point = -128, float scale = 0.05F) {
    const std::string name = "t" + std::to_string(spec_.tensors.size());
    spec_.tensors.push_back({name, std::move(shape), tb::spec_int8, {scale}, {zero_point}});
    return static_cast<int>(spec_.tensors.size()) - 1;
  }
  int constant(Dims shape) {
    const int tensor = add(std::move(shape), 0, kWeightScale);
    auto& spec = spec_.tensors.back();
    spec.data.resize(static_cast<std::size_t>(count_of(static_cast<std::size_t>(tensor))));
    for (auto& code : spec.data) code = static_cast<std::uint8_t>(draw(-20, 20));
    return tensor;
  }
  /// Without operands the output has its input's codes.
  void grow(int code, Dims operands, Dims out, int options_type, std::vector<OptionSpec> options) {
    const auto& in = spec_.tensors[static_cast<std::size_t>(last_)];
    std::int64_t zero_point = in.zero_points[0];
    float scale = in.scales[0];
    if (!operands.empty()) {
      const std::int64_t zero_points[] = {-128, 0, -9, 127};
      zero_point = zero_points[draw(0, 3)];
      // So that the spread of the sums fills the codes.
      const auto& weights = spec_.tensors[static_cast<std::size_t>(operands[0])];
      const auto taps = static_cast<float>(weights.data.size()) / static_cast<float>(out.back());
      scale *= kWeightScale * 30.0F * std::sqrt(taps);
    }
    operands.insert(operands.begin(), last_);
    last_ = add(std::move(out), zero_point, scale);
    spec_.operators.push_back(
        {code, std::move(operands), {last_}, options_type, std::move(options), 2});
  }

  std::mt19937 random_;
  tb::ModelSpec spec_;
  int last_ = 0;
};

/// What the reference gives for one image after the other.
std::string expected(const std::string& model, const std::string& iacts, int images) {
  nn::Network network = nn::load_tflite_bytes(reinterpret_cast<const std::uint8_t*>(model.data()),
                                              model.size(), "model");
  const nn::TensorInfo info = network.tensors[static_cast<std::size_t>(network.inputs[0])];
  std::string all;
  for (int i = 0; i < images; ++i) {
    const auto from = iacts.begin() + static_cast<std::ptrdiff_t>(info.bytes()) * i;
    const std::vector<std::uint8_t> codes(from, from + static_cast<std::ptrdiff_t>(info.bytes()));
    const auto tensors = nn::run_reference(network, {{info.shape, info.quant, codes}});
    const auto& out = tensors[static_cast<std::size_t>(network.outputs[0])].bytes;
    all.append(out.begin(), out.end());
  }
  return all;
}

struct Form {
  std::string name;
  bool relaid;  ///< the host lays a tensor anew because of its shape
  std::function<Model(unsigned)> make;
};

const std::vector<Form>& forms() {
  static const std::vector<Form> all = {
      {"four dimensions, flattened", false,
       [](unsigned seed) {
         Model m(seed, {1, 3, 4, 5});
         m.fully_connected(60, 7);
         return m;
       }},
      {"three dimensions, rows of the last two", false,
       [](unsigned seed) {
         Model m(seed, {2, 5, 6});
         m.fully_connected(30, 4);
         return m;
       }},
      {"three dimensions, kept", false,
       [](unsigned seed) {
         Model m(seed, {1, 9, 6});
         m.fully_connected(6, 11, true);
         m.fully_connected(11, 3, true);
         return m;
       }},
      {"one dimension", false,
       [](unsigned seed) {
         Model m(seed, {40});
         m.fully_connected(40, 5);
         return m;
       }},
      {"rows that are no dimension", false,
       [](unsigned seed) {
         Model m(seed, {1, 2, 3, 10});
         m.fully_connected(15, 6);
         return m;
       }},
      {"behind a convolution, flattened", true,
       [](unsigned seed) {
         Model m(seed, {1, 5, 7, 3});
         m.conv(3, m.draw(1, 20));
         m.fully_connected(m.elements(), 6);
         return m;
       }},
      {"behind a convolution, along the channels", false,
       [](unsigned seed) {
         Model m(seed, {1, 5, 7, 3});
         m.conv(3, 13);
         m.fully_connected(13, 6, true);
         m.conv(3, 4);
         return m;
       }},
      {"behind a depthwise layer, flattened", true,
       [](unsigned seed) {
         Model m(seed, {1, 4, 3, 17});
         m.depthwise(3);
         m.fully_connected(m.elements(), 9);
         return m;
       }},
      {"behind a pool", false,
       [](unsigned seed) {
         Model m(seed, {1, 6, 6, 3});
         m.conv(3, 6);
         m.max_pool();
         m.fully_connected(m.elements(), 5);
         return m;
       }},
      {"behind a reshape", false,
       [](unsigned seed) {
         Model m(seed, {1, 4, 4, 3});
         m.conv(3, 6);
         m.reshape({1, m.elements()});
         m.fully_connected(m.elements(), 5);
         return m;
       }},
      {"behind another one", false,
       [](unsigned seed) {
         Model m(seed, {1, 3, 3, 8});
         m.fully_connected(72, 30);
         m.fully_connected(30, 10);
         return m;
       }},
      {"rows of another one put together", true,
       [](unsigned seed) {
         Model m(seed, {1, 3, 3, 8});
         m.fully_connected(8, 6);
         m.fully_connected(54, 10);
         return m;
       }},
  };
  return all;
}

using Options = std::vector<std::string>;

TEST(FullyConnectedRun, EveryFormGivesWhatTheReferenceDoes) {
  const Folder folder;
  const std::vector<Options> ways = {{}, {"--chip", UVEA_CONFIGS_DIR "/chips/eyeriss_v1_5.cfg"}};
  unsigned seed = kFirstSeed;
  std::size_t runs = 0, varied = 0;
  for (const Form& form : forms()) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + form.name);
    Model model = form.make(seed++);
    const std::string bytes = model.bytes();
    const std::string file = folder.file("m.tflite", bytes);
    for (const int images : {1, 2}) {
      const std::string iacts = model.iacts(images);
      const std::string input = folder.file("m.in", iacts);
      for (const Options& way : ways) {
        Options arguments = {"run",
                             file,
                             "--input",
                             input,
                             "--batch",
                             std::to_string(images),
                             "--strict",
                             "--dump-output",
                             folder.path("out")};
        arguments.insert(arguments.end(), way.begin(), way.end());
        const Ended run = run_program(arguments);
        EXPECT_EQ(run.status, 0) << run.out << run.err;
        const std::string oacts = content_of(folder.path("out"));
        EXPECT_EQ(oacts, expected(bytes, iacts, images));
        ++runs;
        if (std::set<char>(oacts.begin(), oacts.end()).size() > 2) ++varied;
        EXPECT_EQ(run.out.find("written as") != std::string::npos, form.relaid) << run.out;
      }
    }
  }
}

TEST(FullyConnectedRun, AProducerThatRunsTurnedIsReadToo) {
  const Folder folder;
  Model model(kFirstSeed + 100, {1, 6, 6, 3});  // square: what fits upright fits turned
  model.conv(3, 6);
  model.conv(1, 6);
  model.fully_connected(model.elements(), 30);
  const std::string bytes = model.bytes(), iacts = model.iacts(1);
  const std::string file = folder.file("m.tflite", bytes), input = folder.file("m.in", iacts);
  ASSERT_EQ(run_program({"map", file, "--output", folder.path("map")}).status, 0);
  const std::string upright = content_of(folder.path("map"));
  const std::string key = "turned";
  // Turns the first, the second and all of the layers.
  for (const int which : {0, 1, 2, 7}) {
    std::string mapping;
    int layer = -1;
    for (const std::string& line : lines_of(upright)) {
      if (!line.empty() && line[0] == '[') ++layer;
      const bool turn = which == 7 || which == layer;
      mapping += line.rfind(key, 0) == 0 ? key + (turn ? " = yes\n" : " = no\n") : line + "\n";
    }
    const std::string turned = folder.file("turned", mapping);
    const Ended run = run_program({"run", file, "--input", input, "--mapping", turned, "--strict",
                                   "--dump-output", folder.path("out")});
    EXPECT_EQ(run.status, 0) << which << run.out << run.err << mapping;
    EXPECT_EQ(content_of(folder.path("out")), expected(bytes, iacts, 1)) << which;
    if (which == 0) {
      EXPECT_NE(run.out.find("written turned, read not turned"), std::string::npos) << run.out;
    }
  }
}

TEST(FullyConnectedRun, AnInputOfAnotherSizeIsAnError) {
  const Folder folder;
  Model model(kFirstSeed + 200, {1, 3, 4, 5});
  model.fully_connected(60, 7);
  const std::string file = folder.file("m.tflite", model.bytes());
  for (const std::size_t size : {std::size_t{59}, std::size_t{61}, std::size_t{120}}) {
    const std::string input = folder.file("m.in", std::string(size, 'x'));
    const Ended run = run_program({"run", file, "--input", input});
    EXPECT_EQ(run.status, 2) << run.out << run.err;
    EXPECT_NE(run.err.find("60"), std::string::npos) << run.err;
  }
}

TEST(FullyConnectedRun, TheSharedCases) {
  if (!std::filesystem::exists(UVEA_SHARED_CASES)) GTEST_SKIP() << "skipped: no " UVEA_SHARED_CASES;
  const Folder folder;
  for (const std::string name : {"fc_4d_input", "fc_after_conv"}) {
    const std::string path = std::string(UVEA_SHARED_CASES "/") + name;
    const Ended run = run_program({"run", path + ".tflite", "--input", path + ".in", "--strict",
                                   "--dump-output", folder.path("out")});
    EXPECT_EQ(run.status, 0) << run.out << run.err;
    EXPECT_EQ(content_of(folder.path("out")), content_of(path + ".out"));
  }
}

}  // namespace
}  // namespace uvea::test
