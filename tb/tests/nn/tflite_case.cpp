#include "tb/tests/nn/tflite_case.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tflite/tflite_import.h"
#include "sw/user_error.h"
#include "tb/tests/outside/tflite_library.h"

namespace uvea::tb {
namespace {

unsigned cases() {
  const char* set = std::getenv("UVEA_CASES");
  return set == nullptr ? 150 : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
}

/// Random codes, or random reals that reach beyond what codes of the usual scales hold.
std::vector<std::uint8_t> random_input(Draw& draw, const TensorSpec& tensor) {
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < area(tensor.shape); ++i) {
    if (tensor.type != spec_float32) {
      bytes.push_back(static_cast<std::uint8_t>(draw.between(0, 255)));
      continue;
    }
    const float real = static_cast<float>(draw.between(-200000, 200000)) / 4096.0F;
    std::uint8_t raw[sizeof real];
    std::memcpy(raw, &real, sizeof real);
    bytes.insert(bytes.end(), raw, raw + sizeof real);
  }
  return bytes;
}

/// The tensors and operators of a failing case.
std::string describe(const ModelSpec& spec) {
  std::string text;
  for (const TensorSpec& t : spec.tensors) {
    text += "\n" + t.name + " [";
    for (const int d : t.shape) text += " " + std::to_string(d);
    text += " ] type " + std::to_string(t.type);
    if (!t.scales.empty())
      text += " scale " + std::to_string(t.scales[0]) + " zero point " +
              std::to_string(t.zero_points[0]);
    if (!t.data.empty()) text += " constant";
  }
  for (const OperatorSpec& op : spec.operators) {
    text += "\noperator " + std::to_string(op.code) + ":";
    for (const OptionSpec& o : op.options)
      text += " " + std::to_string(o.slot) + "=" + std::to_string(o.value);
  }
  return text;
}

/// A file damaged in a few places is refused with a UserError, or what it has become runs.
void run_damaged(Draw& draw, std::vector<std::uint8_t> model) {
  for (int i = draw.between(1, 3); i > 0; --i)
    model[static_cast<std::size_t>(draw.between(8, static_cast<int>(model.size()) - 1))] =
        static_cast<std::uint8_t>(draw.chance(50) ? draw.between(0, 255) : draw.between(0, 4));
  try {
    const nn::Network network = nn::load_tflite_bytes(model.data(), model.size(), "damaged", {9});
    std::vector<nn::Tensor> inputs;
    std::size_t bytes = 0;
    for (const nn::TensorInfo& info : network.tensors) bytes += info.bytes();
    if (bytes > 1000000) return;  // sound, but slow
    for (const int i : network.inputs) {
      const nn::TensorInfo& info = network.tensors[static_cast<std::size_t>(i)];
      inputs.push_back({info.shape, info.quant, {}, info.type});
      for (std::size_t k = 0; k < info.bytes(); ++k)
        inputs.back().bytes.push_back(static_cast<std::uint8_t>(draw.between(0, 255)));
    }
    nn::run_reference(network, inputs);
  } catch (const UserError&) {
  }
}

}  // namespace

float Draw::scale() { return static_cast<float>(std::exp(between(-4000, 0) / 1000.0)); }

int area(const Dims& shape) {
  int n = 1;
  for (const int d : shape) n *= d;
  return n;
}

int Case::add(const char* name, Dims shape, float scale, int zero_point) {
  spec.tensors.push_back({name, std::move(shape), type, {scale}, {zero_point}});
  return static_cast<int>(spec.tensors.size()) - 1;
}

int Case::add(const char* name, Dims shape) {
  const float scale = draw.scale();
  return add(name, std::move(shape), scale, draw.between(low(), low() + 255));
}

int Case::add_like(const char* name, Dims shape, int other) {
  const TensorSpec& like = spec.tensors[static_cast<std::size_t>(other)];
  return add(name, std::move(shape), like.scales[0], static_cast<int>(like.zero_points[0]));
}

int Case::constant(const char* name, Dims shape, const std::vector<std::int32_t>& values) {
  spec.tensors.push_back({name, std::move(shape), spec_int32, {}, {}, int32_bytes(values)});
  return static_cast<int>(spec.tensors.size()) - 1;
}

int Case::constant_codes(const char* name, Dims shape) {
  const int index = add(name, std::move(shape));
  spec.tensors.back().data = random_input(draw, spec.tensors.back());
  return index;
}

Dims Case::image() {
  return {draw.between(1, 2), draw.between(1, 9), draw.between(1, 9), draw.between(1, 40)};
}

Dims Case::shape(int rank, int largest) {
  Dims dims;
  for (int d = 0; d < rank; ++d) dims.push_back(draw.between(1, largest));
  return dims;
}

void compare_with_tflite(unsigned first_seed, const std::function<void(Case&)>& make) {
  if (!std::filesystem::exists(UVEA_TFLITE_LIBRARY))
    GTEST_SKIP() << "skipped: no TensorFlow Lite library at " UVEA_TFLITE_LIBRARY
                    ", scripts/fetch-tflite obtains it";
  const TfliteLibrary library(UVEA_TFLITE_LIBRARY);
  const unsigned count = cases();
  std::printf("seeds %u to %u\n", first_seed, first_seed + count - 1);
  std::size_t bytes = 0;
  for (unsigned seed = first_seed; seed < first_seed + count; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Case c(seed);
    make(c);
    SCOPED_TRACE(describe(c.spec));
    // One of several at a time.
    const auto& outputs = c.spec.operators.back().outputs;
    c.spec.outputs = {
        outputs[static_cast<std::size_t>(c.draw.between(0, static_cast<int>(outputs.size()) - 1))]};
    const auto model = c.spec.bytes();
    const nn::Network network = nn::load_tflite_bytes(model.data(), model.size(), "host op", {9});
    std::vector<std::vector<std::uint8_t>> inputs;
    std::vector<nn::Tensor> tensors;
    for (std::size_t i = 0; i < network.inputs.size(); ++i) {
      inputs.push_back(
          random_input(c.draw, c.spec.tensors[static_cast<std::size_t>(c.spec.inputs[i])]));
      const nn::TensorInfo& info = network.tensors[static_cast<std::size_t>(network.inputs[i])];
      tensors.push_back({info.shape, info.quant, inputs.back(), info.type});
    }
    const auto theirs = TfliteSession(library, model).run_all(inputs);
    const auto ours = nn::run_reference(network, tensors);
    ASSERT_EQ(network.outputs.size(), theirs.size());
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      const auto& mine = ours[static_cast<std::size_t>(network.outputs[i])].bytes;
      ASSERT_EQ(mine.size(), theirs[i].size());
      for (std::size_t k = 0; k < mine.size(); ++k)
        ASSERT_EQ(int{mine[k]}, int{theirs[i][k]}) << "byte " << k << " of output " << i;
      bytes += theirs[i].size();
    }
    for (int i = 0; i < 10; ++i) ASSERT_NO_THROW(run_damaged(c.draw, model));
  }
  ASSERT_GT(bytes, 0U);
  std::printf("%u models, %zu bytes compared\n", count, bytes);
}

}  // namespace uvea::tb
