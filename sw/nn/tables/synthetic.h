#pragma once
// Synthetic tensors for the layers of a layer table: seeded, the same on every machine, with
// exactly the asked share of non-zeros.
//
// Numbers   Of n elements exactly round(density * n) are not zero, every choice of positions
//           equally likely. For iacts this holds for every image of the batch on its own.
// Weights   normal, standard deviation 24, rounded away from 0 for non-zeros; |weight| <= 104, the
//           last quantile of a 16-bit table.
// iacts     what a ReLU leaves: half-normal values 1..255 above the zero point -128. Their sigma is
//           40, or less where a sum of so many products would come near the 20-bit psum:
//           8 standard deviations of the sum stay within 2^19. The sum's deviation is
//             s = sqrt(taps * weight density * iact density * E[weight^2] * E[iact^2]),
//           with taps = kernel_h * kernel_w * channels per group and weights of mean 0. AlexNet FC6
//           with dense weights: sqrt(9216 * 0.289) * 24 * 40 = 49,500, under 65,536, so sigma
//           is 40.
// Bias      normal with deviation s / 4: the ReLU cuts about half of the oacts, as in real networks.
// Requant   per channel 255 / (3 s) times a factor in [0.75, 1.25): oacts fill the int8 range and
//           few saturate; channels differ so that a mixed-up channel is seen.
// Streams   one std::mt19937_64 per (table seed, layer index, tensor, image): a layer's tensors
//           depend on no other layer, and its weights not on the batch.

#include "sw/nn/network.h"

namespace uvea::nn {

/// Makes weights, bias, requant and Network::layer_inputs of a layer of a table; again gives the
/// same. Throws std::out_of_range when `layer` is not a layer of a table.
void fill_layer(Network& network, int layer);

/// Frees what fill_layer made; the layer can be filled again.
/// Throws std::out_of_range when `layer` is not a layer of a table.
void drop_layer(Network& network, int layer);

}  // namespace uvea::nn
