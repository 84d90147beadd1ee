#pragma once
// The mapping of each layer: the mapper's, or the user's.

#include <map>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "sw/mapper/certificate.h"
#include "sw/mapper/mapping.h"
#include "sw/mapper/mapping_store.h"
#include "sw/nn/network.h"
#include "tb/sim/layer_range.h"

namespace uvea::tb {

/// Mappings that are not left to the mapper.
struct GivenMappings {
  std::map<std::string, mapper::Mapping> by_layer;  ///< by name
  /// By name, where they come from a search: cycles that by the cost no mapping of the layer is below.
  std::map<std::string, double> lower_bound;
  std::string source = "the given mappings";  ///< as errors call them: a file's name
};

/// The best few of each layer and what the mapper can say for them, by layer index. Of a layer table
/// the range only (its layers are made and dropped for it, one at a time); of a connected network
/// every layer, because neighbours decide how a tensor lies in DRAM. Given ones are obeyed: each is
/// its layer's only one, its certificate has the bound given with it. Layers without one are mapped as
/// if none were given.
/// `store`: may hold what is searched for, from earlier runs; the result is the same without one.
/// Throws UserError naming the layer: it cannot fit, its mapping is illegal, or one is given for
/// what is no on-chip layer of the network.
std::vector<mapper::Found> find_mappings(nn::Network& network, const LayerRange& range,
                                         const hw::ChipConfig& chip, const GivenMappings& given,
                                         const mapper::MapOptions& options,
                                         mapper::MappingStore* store = nullptr);

/// Those of a file; none when `file` is empty. Throws UserError as read_mapping_file().
GivenMappings read_mappings(const std::string& file);

/// No layer of the range is left to the mapper.
bool all_given(const nn::Network& network, const LayerRange& range, const GivenMappings& given);

/// Names of all layers, in order.
std::vector<std::string> layer_names(const nn::Network& network);

}  // namespace uvea::tb
