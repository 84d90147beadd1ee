#pragma once
// The mapping of each layer: the mapper's, or the user's file's.

#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/network.h"
#include "tb/sim/layer_range.h"

namespace uvea::tb {

/// By layer index. Of a layer table the range only (its layers are made and dropped for it, one at
/// a time); of a connected network every layer, because neighbours decide how a tensor lies in
/// DRAM. With a file, its sections are obeyed and layers without one are mapped as without a file.
/// Throws UserError naming the layer: it cannot fit, its mapping is illegal, or a section names no
/// on-chip layer of the network.
std::vector<mapper::Mapping> choose_mappings(nn::Network& network, const LayerRange& range,
                                             const hw::ChipConfig& chip, const std::string& file);

/// Names of all layers, in order.
std::vector<std::string> layer_names(const nn::Network& network);

}  // namespace uvea::tb
