#pragma once
// --prune: a trained network as it would be if it were pruned.

#include <string>

#include "sw/nn/network.h"

namespace uvea::tb {

/// `text` is a density, 0..1, for every layer on the chip, or a layer table whose rows stand for
/// those layers, in their order, depthwise ones for depthwise ones: their weight_density. Prunes by magnitude
/// (sw/nn/prune.h) and says so in the network's notices. Throws UserError.
void prune_network(nn::Network& network, const std::string& text);

}  // namespace uvea::tb
