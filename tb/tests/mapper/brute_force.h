#pragma once
// A second opinion on mappings: plays the loops of mapping.h literally, packs every word and fills
// every bank, and shares no code with sw/mapper beyond the Mapping itself.

#include <cstdint>
#include <string>

#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"

namespace uvea::tb {

/// Empty when the mapping respects the chip, else what it overran. Only for small layers: it takes
/// time in proportion to clusters x steps x rows.
std::string overrun(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                    const mapper::ChipSizes& sizes);

/// A layer of that shape with weights of that density; output sizes from the padding all around.
struct LayerShape {
  int batch, groups, in_h, in_w, in_c, out_c, kernel_h, kernel_w, stride_h, stride_w;
  int pad_top, pad_left, pad_bottom, pad_right;
  int dilation_h = 1, dilation_w = 1;
};
nn::ConvLayer make_layer(const LayerShape& shape, double weight_density, std::uint32_t seed);

std::string print(const nn::ConvGeometry& geo);
std::string print(const mapper::ChipSizes& sizes);

}  // namespace uvea::tb
