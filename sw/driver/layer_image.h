#pragma once
// A layer's constant data in DRAM: weight tiles, their table, channel parameters.

#include <cstdint>
#include <vector>

#include "sw/csc/weight_stream.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"

namespace uvea::driver {

/// Bytes for each part, to be placed anywhere.
struct LayerImage {
  /// Entry (g * m_tiles + mt) * Q + q: byte offset into `weights`, words; four bytes each.
  std::vector<std::uint8_t> weight_table;
  /// Tiles back to back: address words (CSC) and data words, csc::word_bytes() each.
  std::vector<std::uint8_t> weights;
  /// Per output channel: bias, multiplier, shift; four bytes each. The bias makes up for iacts
  /// whose offset is not their zero point (nn/iact_code.h), modulo 2^32 as the chip adds it.
  std::vector<std::uint8_t> params;
};

LayerImage make_layer_image(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                            const mapper::ChipSizes& sizes);

}  // namespace uvea::driver
