// Layers of a chain give what each gives by itself: oacts, cycles, counters, classes, resources.

#include <gtest/gtest.h>

#include <iostream>

#include "hw/control/controller.h"
#include "sw/nn/tflite/tflite_import.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/sim/simulation.h"
#include "tb/tests/sim/small_network.h"

namespace uvea::test {
namespace {

using Chains = std::vector<std::vector<std::size_t>>;

SimulationOptions options(std::vector<nn::Tensor> inputs, bool chained) {
  SimulationOptions options;
  options.inputs = std::move(inputs);
  options.chained = chained;
  return options;
}

/// Where the two differ, one line each.
std::string differences(const RunResult& a, const RunResult& b) {
  std::string text;
  if (!a.complete || !b.complete) text += "not complete\n";
  if (a.layers.size() != b.layers.size()) return "another number of layers\n";
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    const LayerResult& x = a.layers[i];
    const LayerResult& y = b.layers[i];
    const std::string layer = "layer " + std::to_string(i) + ": ";
    for (const LayerResult* one : {&x, &y}) {
      if (one->mismatches != 0) text += layer + "mismatches\n";
      for (const std::string& fault : one->faults) text += layer + fault + "\n";
    }
    if (x.output.bytes != y.output.bytes) text += layer + "other oacts\n";
    if (x.record.cycles() != y.record.cycles())
      text += layer + std::to_string(x.record.cycles()) + " cycles, chained " +
              std::to_string(y.record.cycles()) + "\n";
    for (std::size_t c = 0; c < hw::kCounters; ++c)
      if (x.record.counters.values()[c] != y.record.counters.values()[c])
        text += layer + hw::kCounterTable[c].name + " " +
                std::to_string(x.record.counters.values()[c]) + ", chained " +
                std::to_string(y.record.counters.values()[c]) + "\n";
    if (!(x.record.stalls == y.record.stalls)) text += layer + "other classes of PE cycles\n";
    if (x.record.pes.size() != y.record.pes.size()) return text + "other PEs\n";
    for (std::size_t p = 0; p < x.record.pes.size(); ++p)
      if (!(x.record.pes[p].stalls == y.record.pes[p].stalls))
        text += layer + x.record.pes[p].path + "\n";
    if (x.record.resources.size() != y.record.resources.size()) return text + "other resources\n";
    for (std::size_t r = 0; r < x.record.resources.size(); ++r)
      if (x.record.resources[r].busy != y.record.resources[r].busy ||
          x.record.resources[r].held != y.record.resources[r].held)
        text += layer + x.record.resources[r].path + "\n";
  }
  if (a.outputs.size() != b.outputs.size()) return text + "other outputs\n";
  for (std::size_t i = 0; i < a.outputs.size(); ++i)
    if (a.outputs[i].tensor.bytes != b.outputs[i].tensor.bytes) text += "other outputs\n";
  return text;
}

std::string run_both(const hw::ChipConfig& chip, const nn::Network& network,
                     const std::vector<nn::Tensor>& inputs, const Chains& expected) {
  Simulation alone(chip, network, options(inputs, false));
  Simulation chained(chip, network, options(inputs, true));
  EXPECT_EQ(chained.chains(), expected);
  return differences(alone.run(), chained.run());
}

TEST(Chained, TheEmbeddedNetworkGivesTheSame) {
  const nn::Network network = nn::load_tflite(UVEA_CONFIGS_DIR "/networks/fashion_mnist.tflite");
  EXPECT_EQ(run_both(tb::load_chip({}, {}), network, small_input(network, 7),
                     {{0, 1, 2, 3, 4, 5, 6, 7, 8}, {10}}),
            "");
}

TEST(Chained, RandomNetworksGiveTheSameAndBreakAtTheHost) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    std::cout << "seed " << seed << '\n';
    const nn::Network network = small_network(seed, 5, 3);
    EXPECT_EQ(
        run_both(tb::load_chip({}, {}), network, small_input(network, seed), {{0, 1, 2}, {4, 5}}),
        "");
  }
}

TEST(Chained, AChainIsCutWhereTheCycleRegistersEnd) {
  const nn::Network network = small_network(1, 66);
  std::vector<std::size_t> registers(hw::kCycleLayers);
  for (std::size_t i = 0; i < registers.size(); ++i) registers[i] = i;
  EXPECT_EQ(
      run_both(tb::load_chip({}, {}), network, small_input(network, 1), {registers, {64, 65}}), "");
}

TEST(Chained, ADdr4ChangesCyclesButNoOact) {
  const hw::ChipConfig chip = tb::load_chip({}, {"dram.timing=ddr4_3200"});
  std::string all;
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    const nn::Network network = small_network(seed, 3);
    const std::string found = run_both(chip, network, small_input(network, seed), {{0, 1, 2}});
    EXPECT_EQ(found.find("oacts"), std::string::npos) << found;
    EXPECT_EQ(found.find("mismatches"), std::string::npos) << found;
    all += found;
  }
  // The comparison sees that there is a difference.
  EXPECT_NE(all.find("cycles, chained"), std::string::npos) << all;
}

TEST(Chained, ATableIsRefused) {
  nn::Network network = small_network(1, 2);
  network.table[0] = network.table[1] = {};
  try {
    const Simulation simulation(tb::load_chip({}, {}), network, options({}, true));
    FAIL() << "not refused";
  } catch (const UserError& refused) {
    EXPECT_EQ(std::string(refused.what()),
              "small network of seed 1 is a layer table: each of its layers reads a tensor of its "
              "own, they cannot be chained");
  }
}

}  // namespace
}  // namespace uvea::test
