#pragma once
// A layer's constant data in DRAM: weight streams, channel parameters.

#include <cstdint>
#include <vector>

#include "sw/driver/weight_streams.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"

namespace uvea::driver {

/// Bytes for each part, to be placed anywhere.
struct LayerImage {
  WeightStreams weights;
  /// Per output channel: bias, multiplier, shift; four bytes each. The bias makes up for iacts
  /// whose offset is not their zero point (nn/iact_code.h), modulo 2^32 as the chip adds it.
  std::vector<std::uint8_t> params;
};

LayerImage make_layer_image(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                            const mapper::ChipSizes& sizes);

}  // namespace uvea::driver
