// Random networks: our reference against the TensorFlow Lite 2.2.0 library, output by output, and
// the chip, driven by the built program, against our reference.
//
// UVEA_RANDOM_NETWORKS sets their number, for longer runs than a test's; UVEA_RANDOM_SEED the first
// seed.

#include "tb/tests/outside/random_network.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tflite/tflite_import.h"
#include "tb/tests/app/program.h"
#include "tb/tests/outside/tflite_library.h"

namespace uvea::tb {
namespace {

using Bytes = std::vector<std::uint8_t>;

int from_environment(const char* name, int usual) {
  const char* text = std::getenv(name);
  return text == nullptr ? usual : std::atoi(text);
}

nn::Network import(const RandomNetwork& random) {
  const Bytes model = random.spec.bytes();
  nn::ImportOptions options;
  options.weight_bits = 9;
  return nn::load_tflite_bytes(model.data(), model.size(), "random network", options);
}

std::vector<Bytes> reference_outputs(const RandomNetwork& random) {
  const nn::Network network = import(random);
  std::vector<nn::Tensor> inputs;
  for (const Bytes& bytes : random.inputs) {
    inputs.emplace_back();
    inputs.back().bytes = bytes;
  }
  const auto tensors = nn::run_reference(network, inputs);
  std::vector<Bytes> outputs;
  for (const int output : network.outputs)
    outputs.push_back(tensors.at(static_cast<std::size_t>(output)).bytes);
  return outputs;
}

/// UINT8 LEAKY_RELUs: the library keeps the slope of the first one for as long as the process
/// lives.
int kept_slopes(const RandomNetwork& random) {
  if (random.spec.tensors.front().type != spec_uint8) return 0;
  return static_cast<int>(
      std::count(random.operators.begin(), random.operators.end(), std::string("LEAKY_RELU")));
}

/// The library's outputs, from a process of its own where it keeps something.
/// Throws std::runtime_error when it refuses the network.
std::vector<Bytes> library_outputs(const TfliteLibrary& library, const RandomNetwork& random) {
  if (kept_slopes(random) > 1) throw std::runtime_error("several slopes of UINT8 LEAKY_RELU");
  if (kept_slopes(random) == 0)
    return TfliteSession(library, random.spec.bytes()).run_all(random.inputs);
  const test::Folder folder;
  const pid_t child = fork();
  if (child == 0) {
    int status = 1;
    try {
      const auto outputs = TfliteSession(library, random.spec.bytes()).run_all(random.inputs);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        std::ofstream file(folder.path(std::to_string(i)), std::ios::binary);
        file.write(reinterpret_cast<const char*>(outputs[i].data()),
                   static_cast<std::streamsize>(outputs[i].size()));
      }
      status = 0;
    } catch (const std::runtime_error&) {
    }
    _exit(status);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
    throw std::runtime_error("refused in a process of its own");
  std::vector<Bytes> outputs;
  for (std::size_t i = 0; i < folder.names().size(); ++i) {
    const std::string content = test::content_of(folder.path(std::to_string(i)));
    outputs.emplace_back(content.begin(), content.end());
  }
  return outputs;
}

/// What was compared, by operator.
using Counts = std::map<std::string, int>;

void print(const char* what, const Counts& counts) {
  std::printf("%s:", what);
  for (const auto& [name, count] : counts) std::printf(" %s %d,", name.c_str(), count);
  std::printf("\n");
}

TEST(RandomNetwork, OutputsAreTheLibrarys) {
  if (!std::filesystem::exists(UVEA_TFLITE_LIBRARY))
    GTEST_SKIP() << "skipped: no TensorFlow Lite library at " UVEA_TFLITE_LIBRARY
                    ", scripts/fetch-tflite obtains it";
  const TfliteLibrary library(UVEA_TFLITE_LIBRARY);
  const int first = from_environment("UVEA_RANDOM_SEED", 1);
  const int count = from_environment("UVEA_RANDOM_NETWORKS", 2000);
  std::printf("seeds %d to %d\n", first, first + count - 1);
  Counts compared, lacking;
  int networks = 0;
  for (int seed = first; seed < first + count; ++seed) {
    const RandomNetwork random = random_network(static_cast<std::uint64_t>(seed));
    SCOPED_TRACE(random.describe());
    std::vector<Bytes> ours;
    ASSERT_NO_THROW(ours = reference_outputs(random));
    std::vector<Bytes> theirs;
    try {
      theirs = library_outputs(library, random);
    } catch (const std::runtime_error& refused) {
      ++lacking[refused.what()];
      continue;
    }
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_EQ(ours[i], theirs[i]) << "output " << i;
    for (const std::string& name : random.operators) ++compared[name];
    ++networks;
  }
  std::printf("%d networks compared with the library\n", networks);
  print("operators", compared);
  print("refused by the library", lacking);
  EXPECT_GE(networks, count * 8 / 10);
}

TEST(RandomNetwork, TheChipGivesWhatTheReferenceGives) {
  const int first = from_environment("UVEA_RANDOM_SEED", 1);
  const int count = from_environment("UVEA_RANDOM_NETWORKS", 60);
  std::printf("seeds %d to %d\n", first, first + count - 1);
  int on_chip = 0;
  for (int seed = first; seed < first + count; ++seed) {
    const RandomNetwork random = random_network(static_cast<std::uint64_t>(seed));
    SCOPED_TRACE(random.describe());
    const test::Folder folder;
    const auto text = [](const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); };
    std::vector<std::string> words{"run", folder.file("net.tflite", text(random.spec.bytes())),
                                   "--quiet", "--set", "pe.weight_bits=9"};
    for (std::size_t i = 0; i < random.inputs.size(); ++i) {
      const std::string name =
          random.spec.tensors[static_cast<std::size_t>(random.spec.inputs[i])].name;
      words.push_back("--input");
      words.push_back(name + "=" + folder.file(name + ".bin", text(random.inputs[i])));
    }
    const test::Ended ended = test::run_program(words);
    EXPECT_EQ(ended.status, 0) << ended.err << ended.out;
    for (const nn::Layer& layer : import(random).layers) on_chip += layer.on_chip() ? 1 : 0;
  }
  std::printf("%d layers on the chip\n", on_chip);
  EXPECT_GT(on_chip, count / 2);
}

}  // namespace
}  // namespace uvea::tb
