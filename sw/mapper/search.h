#pragma once
// The search for a mapping of a layer as it stands, not turned. Inside the mapper only; others ask
// map_layer() (mapping.h).

#include <cmath>

#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// Cycles in steps of about 1 %, so that near ties go to the smaller DRAM traffic.
inline long cycle_step(double cycles) { return std::lround(std::log2(cycles) * 64); }

/// The best legal mapping by the cost (cost.h). Throws UserError as map_layer() does.
Mapping search_upright(const nn::ConvLayer& layer, const ChipSizes& sizes,
                       const IactForecast& iacts);

}  // namespace uvea::mapper
