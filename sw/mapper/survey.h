#pragma once
// Chips so small that little fits: a mapping whenever there is one, else the limit that stands in
// the way. Inside the mapper only.

#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"

namespace uvea::mapper {

/// Looks at every tile at the smallest footprint in everything else; of the legal ones that with
/// the most work in a PE. Throws UserError with the last limit that failed when none is legal.
Mapping any_legal_mapping(const nn::ConvLayer& layer, const ChipSizes& sizes);

}  // namespace uvea::mapper
