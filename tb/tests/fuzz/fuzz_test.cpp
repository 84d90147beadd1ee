// Damaged inputs: every file that a user can hand in, mutated. A mutant is refused with a UserError
// of one line, or it loads; what loads must be sound enough to be run (its reference, its mapping).

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sw/mapper/mapping.h"
#include "sw/mapper/mapping_file.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tables/table_import.h"
#include "sw/nn/tflite/tflite_import.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/fuzz/mutants.h"

namespace uvea {
namespace {

using test::fuzz;

std::string read_all(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(Fuzz, Tflite) {
  const std::string original = read_all(UVEA_CONFIGS_DIR "/networks/fashion_mnist.tflite");
  fuzz(original, 11, [](const std::string& bytes) {
    const nn::Network network = nn::load_tflite_bytes(
        reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), "mutant.tflite");
    // What was accepted must hang together: the reference walks every index and size in it.
    const nn::TensorInfo& info =
        network.tensors.at(static_cast<std::size_t>(network.inputs.front()));
    nn::Tensor input;
    input.shape = info.shape;
    input.quant = info.quant;
    input.bytes.assign(info.shape.elements(), 17);
    const auto tensors = nn::run_reference(network, {input});
    ASSERT_EQ(tensors.at(static_cast<std::size_t>(network.outputs.front())).bytes.size(),
              network.tensors[static_cast<std::size_t>(network.outputs.front())].shape.elements());
  });
}

TEST(Fuzz, LayerTable) {
  const std::string original = read_all(UVEA_CONFIGS_DIR "/networks/mobilenet_v1_0.5_128.csv");
  fuzz(original, 12, [](const std::string& text) {
    const nn::Network network = nn::load_table_text(text, "mutant.csv", {});
    for (const nn::Layer& layer : network.layers) ASSERT_GT(layer.conv().geo.macs(), 0);
  });
}

TEST(Fuzz, MappingFile) {
  nn::ConvLayer layer;
  layer.geo.in_c = layer.geo.out_c = 40;
  layer.geo.in_h = layer.geo.in_w = layer.geo.out_h = layer.geo.out_w = 9;
  layer.weights.assign(1600, 1);
  layer.bias.assign(40, 0);
  layer.requant.assign(40, {1 << 30, -8});
  const mapper::ChipSizes sizes;
  const mapper::Mapping found = mapper::map_layer(layer, sizes);
  mapper::NetworkMapping network;
  for (const char* name : {"CONV1", "CONV2", "FC"}) network.push_back({name, found});
  fuzz(mapper::to_text(network, {}), 13, [&](const std::string& text) {
    // A mapping that reads must be judged without a crash, whatever it says.
    for (const auto& entry : mapper::parse_mapping(text, "mutant.map"))
      (void)mapper::why_illegal(layer, entry.second, sizes);
  });
}

TEST(Fuzz, ChipFile) {
  const std::string original = read_all(UVEA_CONFIGS_DIR "/chips/eyeriss_v2.cfg");
  const auto path =
      std::filesystem::temp_directory_path() / ("uvea_fuzz_" + std::to_string(getpid()) + ".cfg");
  fuzz(original, 14, [&path](const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    tb::check_chip(tb::load_chip({path.string()}, {}));
  });
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace uvea
