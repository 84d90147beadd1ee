#pragma once
// Networks made by hand for tests of tb/sim.

#include <cstdint>
#include <vector>

#include "sw/nn/network.h"

namespace uvea::test {

/// Layers on the chip in a row, with random weights, biases and sizes: 3x3 and 1x1 convolutions of 4
/// to 16 channels on maps of 6x6 to 9x9, after `host_after` of them (if not 0) a ReLU of the host.
/// All from the seed.
nn::Network small_network(std::uint64_t seed, int layers, int host_after = 0);

/// Random codes for its input.
std::vector<nn::Tensor> small_input(const nn::Network& network, std::uint64_t seed);

}  // namespace uvea::test
