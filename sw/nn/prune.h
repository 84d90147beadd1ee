#pragma once
// Pruning by magnitude: what a trained network would cost if it were sparse, with its own structure
// (some filters lose nearly all of their weights, others hardly any), not with zeros spread evenly.
// The network is not trained again, so its answers are those of the weights that are left.

#include <vector>

#include "sw/nn/network.h"

namespace uvea::nn {

/// Keeps the `density` (0..1) of a layer's weights that are largest in magnitude, rounded to a whole
/// number of weights: the others become zero. Which of equals stay is drawn with `seed`, each choice
/// equally likely, the same on every machine. Fewer stay where more were zero already. Throws
/// std::invalid_argument for a density that is none.
void prune(ConvLayer& layer, double density, std::uint64_t seed);

/// The same for each layer on the chip, in their order; seeded with its index in the network. Throws
/// std::invalid_argument when there are not as many densities.
void prune(Network& network, const std::vector<double>& densities);

}  // namespace uvea::nn
