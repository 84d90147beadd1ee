#include "tb/app/pruning.h"

#include <fmt/format.h>

#include <cstdlib>
#include <vector>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/prune.h"
#include "sw/nn/tables/table_import.h"
#include "sw/user_error.h"
#include "tb/app/network_source.h"

namespace uvea::tb {
namespace {

/// Where the table is.
NetworkSource table_of(const std::string& text) {
  try {
    return find_network(text);
  } catch (const UserError& error) {
    throw UserError(
        fmt::format("--prune: expected a number from 0 to 1, or a layer table: {}", error.what()));
  }
}

/// A fully connected layer may be written as a convolution, a depthwise one may not.
const char* kind_of(const nn::ConvLayer& layer) {
  return layer.kind == nn::ConvKind::depthwise ? "depthwise" : "not depthwise";
}

std::vector<double> densities_of_table(const nn::Network& network,
                                       const std::vector<const nn::Layer*>& layers,
                                       const std::string& text) {
  const NetworkSource source = table_of(text);
  if (!source.table)
    throw UserError(fmt::format(
        "--prune: {} is no layer table: expected one, or a number from 0 to 1", source.path));
  const nn::Network table = nn::load_table(source.path, {});
  if (table.layers.size() != layers.size())
    throw UserError(
        fmt::format("--prune: {} has {} layers, {} has {} on the chip: expected a row "
                    "for each of them, in their order",
                    source.path, table.layers.size(), network.name, layers.size()));
  std::vector<double> densities;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string wanted = kind_of(layers[i]->conv()), found = kind_of(table.layers[i].conv());
    if (wanted != found)
      throw UserError(fmt::format(
          "--prune: {}: layer {} ({}) is {}, but {} of the network is {}: expected a row for each "
          "layer on the chip, in their order",
          source.path, i + 1, table.layers[i].name, found, layers[i]->name, wanted));
    densities.push_back(table.table.at(static_cast<int>(i)).weight);
  }
  return densities;
}

}  // namespace

void prune_network(nn::Network& network, const std::string& text) {
  std::vector<const nn::Layer*> layers;
  for (const nn::Layer& layer : network.layers)
    if (layer.on_chip()) layers.push_back(&layer);
  char* end = nullptr;
  const double density = std::strtod(text.c_str(), &end);
  const bool number = !text.empty() && *end == '\0';
  if (number && !(density >= 0 && density <= 1))
    throw UserError(
        fmt::format("--prune: {}, expected a number from 0 to 1, or a layer table", text));
  nn::prune(network, number ? std::vector<double>(layers.size(), density)
                            : densities_of_table(network, layers, text));
  network.pruned = text;
  double left = 0, all = 0;
  for (const nn::Layer* layer : layers) {
    const auto weights = static_cast<double>(layer->conv().weights.size());
    all += weights;
    left += weights * nn::weight_density(layer->conv());
  }
  network.notices.push_back(
      fmt::format("pruned by magnitude to {}: {:.1f} % of the weights are not zero", text,
                  all == 0 ? 0.0 : 100 * left / all));
}

}  // namespace uvea::tb
