#pragma once
// Makes a layer's weights fit the chip's weight width.

#include <optional>
#include <vector>

#include "sw/nn/network.h"

namespace uvea::nn {

/// Re-quantises a layer whose weights do not fit `bits` signed bits. Output channels that fit stay
/// as they are; each other one gets the symmetric scale under which its largest weight is
/// 2^(bits-1) - 1, and its bias and requantisation follow. `factors` are the real rescaling factors
/// that the layer's requant came from.
/// Returns the signal-to-quantisation-noise ratio of the layer's weights in dB, or nothing when
/// everything fits and nothing was touched.
std::optional<double> fit_weights(ConvLayer& layer, const std::vector<double>& factors, int bits);

/// Adds the notice that layers of Network::weight_sqnr_db were re-quantised, if any was.
void note_fitted_weights(Network& network, int bits);

}  // namespace uvea::nn
