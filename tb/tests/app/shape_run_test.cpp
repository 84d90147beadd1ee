// Files with one layer of an unusual shape: signals, large kernels, dilation. The program maps
// them, runs them with every oact compared, and again with the mapping of the results as a mapping
// file, which is what it writes as one.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "tb/tests/app/program.h"
#include "tb/tests/nn/model_spec.h"

namespace uvea::test {
namespace {

using tb::ModelSpec;
using tb::OptionSpec;

constexpr unsigned kSeed = 31;

struct Axis {
  int in, kernel, stride = 1, dilation = 1;
  int out() const { return (in - (kernel - 1) * dilation - 1) / stride + 1; }  // VALID
};

struct Shaped {
  std::string name;
  Axis h, w;
  int in_c, out_c;
  bool depthwise = false;
};

/// The layer as a .tflite file.
std::string model_of(const Shaped& layer, std::mt19937& random) {
  const Axis &h = layer.h, &w = layer.w;
  const int multiplier = layer.out_c / layer.in_c;
  std::vector<std::uint8_t> weights(static_cast<std::size_t>(h.kernel * w.kernel * layer.out_c *
                                                             (layer.depthwise ? 1 : layer.in_c)));
  for (auto& code : weights) code = static_cast<std::uint8_t>(random() % 41 - 20);
  const std::vector<std::int32_t> filter =
      layer.depthwise ? std::vector<std::int32_t>{1, h.kernel, w.kernel, layer.out_c}
                      : std::vector<std::int32_t>{layer.out_c, h.kernel, w.kernel, layer.in_c};
  ModelSpec spec;
  spec.tensors = {
      {"in", {1, h.in, w.in, layer.in_c}, tb::spec_int8, {0.05F}, {-128}},
      {"weights", filter, tb::spec_int8, {0.01F}, {0}, weights, 0},
      {"bias",
       {layer.out_c},
       tb::spec_int32,
       {0.0005F},
       {0},
       tb::int32_bytes(std::vector<std::int32_t>(static_cast<std::size_t>(layer.out_c), 300))},
      {"out", {1, h.out(), w.out(), layer.out_c}, tb::spec_int8, {0.2F}, {-10}}};
  using Kind = OptionSpec::Kind;
  std::vector<OptionSpec> options = {{0, Kind::byte, 1},  // VALID
                                     {1, Kind::integer, static_cast<double>(w.stride)},
                                     {2, Kind::integer, static_cast<double>(h.stride)}};
  const int next = layer.depthwise ? 4 : 3;
  if (layer.depthwise) options.push_back({3, Kind::integer, static_cast<double>(multiplier)});
  options.push_back({next, Kind::byte, 0});
  options.push_back({next + 1, Kind::integer, static_cast<double>(w.dilation)});
  options.push_back({next + 2, Kind::integer, static_cast<double>(h.dilation)});
  spec.operators = {{layer.depthwise ? 4 : 3, {0, 1, 2}, {3}, layer.depthwise ? 2 : 1, options, 3}};
  spec.outputs = {3};
  const auto bytes = spec.bytes();
  return {bytes.begin(), bytes.end()};
}

/// The mappings of a results.json as a mapping file.
std::string mapping_file_of(const std::string& results) {
  std::string text;
  const auto run = nlohmann::ordered_json::parse(content_of(results));
  for (const auto& layer : run.at("layers")) {
    if (layer.at("mapping").is_null()) continue;
    text += "[" + layer.at("name").get<std::string>() + "]\n";
    for (const auto& [key, value] : layer.at("mapping").items()) {
      std::string words = value.is_string() ? value.get<std::string>() : value.dump();
      if (value.is_boolean()) words = value.get<bool>() ? "yes" : "no";
      if (value.is_object()) {
        words.clear();
        for (const auto& [axis, parts] : value.items())
          words += (words.empty() ? "" : " ") + axis + parts.dump();
      }
      text += key + " = " + words + "\n";
    }
  }
  return text;
}

/// A mapping file without remarks and empty lines.
std::string bare(const std::string& text) {
  std::string rest;
  for (const std::string& line : lines_of(text))
    if (!line.empty() && line.front() != '#') rest += line + "\n";
  return rest;
}

TEST(ShapeRun, SignalsLargeKernelsAndDilationRunFromAFile) {
  std::mt19937 random(kSeed);
  const std::vector<Shaped> layers = {
      {"kernel 48 along the width", {1, 1}, {130, 48}, 10, 4},
      {"kernel 48 along the height", {130, 48}, {1, 1}, 10, 4},
      {"speech", {1, 1}, {4000, 80, 4}, 1, 8},
      {"keyword spotting", {49, 10, 2}, {10, 4, 2}, 1, 16},
      {"long rows", {3, 3}, {3000, 3}, 8, 4},
      {"kernel 256", {1, 1}, {400, 256}, 2, 2},
      {"depthwise signal", {1, 1}, {300, 33}, 12, 12, true},
      {"dilated by 2", {9, 3, 1, 2}, {9, 3, 1, 2}, 6, 5},
      {"dilated along one axis, strided along the other", {9, 3, 2}, {40, 4, 1, 7}, 6, 5},
      {"dilated depthwise", {12, 3, 1, 3}, {12, 3, 2, 3}, 4, 8, true},
  };
  const Folder folder;
  std::set<std::string> seen;  // in mappings, which are not those of plain layers
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Shaped& layer = layers[i];
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ": " + layer.name);
    const std::string number = std::to_string(i);
    const std::string model = folder.file(number + ".tflite", model_of(layer, random));
    std::string iacts(static_cast<std::size_t>(layer.h.in * layer.w.in * layer.in_c), '\x80');
    for (char& code : iacts)
      if (random() % 3 != 0) code = static_cast<char>(random() % 256);
    const std::string input = folder.file(number + ".in", iacts);

    const Ended run = run_program({"run", model, "--input", input, "--dump-output",
                                   folder.path("first"), "--out", folder.path("out" + number)});
    EXPECT_EQ(run.status, 0) << run.out << run.err;
    EXPECT_EQ(content_of(folder.path("first")).size(),
              static_cast<std::size_t>(layer.h.out() * layer.w.out() * layer.out_c));

    const std::string mapping = folder.path(number + ".map");
    const Ended map = run_program({"map", model, "--output", mapping});
    EXPECT_EQ(map.status, 0) << map.err;
    // What the results say is the same mapping, all of it.
    const std::string told = mapping_file_of(folder.path("out" + number + "/results.json"));
    EXPECT_EQ(told, bare(content_of(mapping)));
    for (const std::string& line : lines_of(told))
      if (line == "turned = yes" || (line.rfind("s0 = ", 0) == 0 && line != "s0 = all") ||
          (line.rfind("f0 = ", 0) == 0 && line != "f0 = all"))
        seen.insert(line.substr(0, line.find(' ')));
    const std::string back = folder.file(number + ".back", told);
    const Ended again = run_program({"run", model, "--input", input, "--mapping", back,
                                     "--dump-output", folder.path("second")});
    EXPECT_EQ(again.status, 0) << again.out << again.err;
    EXPECT_EQ(content_of(folder.path("first")), content_of(folder.path("second")));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"turned", "s0", "f0"}));
}

}  // namespace
}  // namespace uvea::test
