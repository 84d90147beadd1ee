#include "tb/sim/mappings.h"

#include <fmt/format.h>

#include <algorithm>

#include "sw/mapper/cache.h"
#include "sw/mapper/mapping_file.h"
#include "sw/nn/tables/synthetic.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/config/near_name.h"

namespace uvea::tb {
namespace {

void check_names(const nn::Network& network, const GivenMappings& given) {
  std::vector<std::string> on_chip;
  for (const nn::Layer& layer : network.layers) {
    if (layer.on_chip()) on_chip.push_back(layer.name);
  }
  for (const auto& [name, mapping] : given.by_layer) {
    if (std::find(on_chip.begin(), on_chip.end(), name) == on_chip.end()) {
      throw UserError(fmt::format("{}: [{}] is no on-chip layer of {}{}", given.source, name,
                                  network.name, did_you_mean(name, on_chip)));
    }
  }
}

const mapper::Found& map_one(const nn::Network& network, std::size_t i, mapper::MappingCache& cache,
                             const std::vector<mapper::Found>& found) {
  const nn::ConvLayer& layer = network.layers[i].conv();
  try {
    // Weights are known when a network is compiled for the chip; of the iacts only what a layer
    // table states, or in how many channels at a time the layer before leaves them in DRAM.
    const auto table = network.table.find(static_cast<int>(i));
    if (table != network.table.end()) return cache.find(layer, table->second.iact);
    const auto producer = nn::chip_producer(network, i);
    return cache.find(layer, {mapper::IactForecast::unknown_density,
                              producer ? found[*producer].best.front().mapping.m0 : 0});
  } catch (const UserError& e) {
    throw UserError(fmt::format("layer {} ({}): {}", i + 1, network.layers[i].name, e.what()));
  }
}

}  // namespace

std::vector<std::string> layer_names(const nn::Network& network) {
  std::vector<std::string> names;
  for (const nn::Layer& layer : network.layers) names.push_back(layer.name);
  return names;
}

std::vector<mapper::Found> find_mappings(nn::Network& network, const LayerRange& range,
                                         const hw::ChipConfig& chip, const GivenMappings& given,
                                         const mapper::MapOptions& options,
                                         mapper::MappingStore* store) {
  const mapper::ChipSizes sizes = sizes_of(chip);
  check_names(network, given);
  mapper::MappingCache cache(sizes, options, store);
  std::vector<mapper::Found> found(network.layers.size());
  const bool table = !network.table.empty();
  const std::size_t first = table ? range.first : 0;
  const std::size_t last = table ? range.last : network.layers.size() - 1;
  for (std::size_t i = first; i <= last; ++i) {
    if (!network.layers[i].on_chip()) continue;
    if (table) nn::fill_layer(network, static_cast<int>(i));
    const auto own = given.by_layer.find(network.layers[i].name);
    if (own != given.by_layer.end()) {
      const std::string reason = mapper::why_illegal(network.layers[i].conv(), own->second, sizes);
      if (!reason.empty()) {
        throw UserError(fmt::format("{}: layer {} ({}): illegal mapping: {}", given.source, i + 1,
                                    network.layers[i].name, reason));
      }
      found[i].best.push_back({own->second});
      if (const auto bound = given.lower_bound.find(own->first); bound != given.lower_bound.end())
        found[i].certificate.lower_bound = bound->second;
    } else {
      found[i] = map_one(network, i, cache, found);
    }
    if (table) nn::drop_layer(network, static_cast<int>(i));
  }
  return found;
}

bool all_given(const nn::Network& network, const LayerRange& range, const GivenMappings& given) {
  for (std::size_t i = range.first; i <= range.last; ++i) {
    const nn::Layer& layer = network.layers[i];
    if (layer.on_chip() && given.by_layer.count(layer.name) == 0) return false;
  }
  return !given.by_layer.empty();
}

GivenMappings read_mappings(const std::string& file) {
  GivenMappings given;
  if (file.empty()) return given;
  given.source = file;
  for (auto& [name, mapping] : mapper::read_mapping_file(file))
    given.by_layer.emplace(name, mapping);
  return given;
}

}  // namespace uvea::tb
