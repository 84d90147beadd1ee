#pragma once
// Small .tflite networks with random graphs: branches, several inputs and outputs, fully connected
// layers anywhere, every operator that the importer knows, random shapes, scales and zero points.

#include <cstdint>
#include <string>
#include <vector>

#include "tb/tests/nn/model_spec.h"

namespace uvea::tb {

struct RandomNetwork {
  std::uint64_t seed = 0;
  ModelSpec spec;
  std::vector<std::vector<std::uint8_t>> inputs;  ///< bytes of each graph input, at random
  std::vector<std::string> operators;             ///< names, in order, for a failing test

  std::string describe() const;
};

/// Draws a network of 1 to 8 operators or groups of them; the same seed gives the same network.
RandomNetwork random_network(std::uint64_t seed);

/// Names of all operators that random_network can draw.
std::vector<std::string> drawn_operators();

}  // namespace uvea::tb
