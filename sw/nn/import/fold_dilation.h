#pragma once
// Dilated convolutions as older converters write them: space_to_batch, an ordinary convolution,
// then batch_to_space.

#include "sw/nn/network.h"

namespace uvea::nn {

/// Makes one dilated layer of each such three, with a notice, where that is exactly the same:
/// stride 1, the same blocks, nothing else reads the tensors between, at least as much padding as
/// cropping at the top and left, and one quantisation on either side of the moves.
void fold_dilation(Network& network);

}  // namespace uvea::nn
