#pragma once
// Layers that the chip runs from linked descriptors, in one elaborated chip: simulated, and each
// held to the reference. One layer is a chain of one.

#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "sw/nn/network.h"
#include "tb/sim/hooks.h"
#include "tb/sim/layer_result.h"
#include "tb/sim/layer_run.h"

namespace uvea::tb {

struct Chain {
  std::vector<std::size_t> layers;  ///< indices in Network::layers, ascending
  /// One each, as run_layers() takes them: the first reads the host's input, later ones what
  /// earlier jobs of this chain leave in DRAM.
  std::vector<LayerJob> jobs;
};

/// The chains of the network's layers in `first`..`last`, in order. Not `chained`: each layer by
/// itself. Chained: a chain ends before a layer whose iacts the host lays into DRAM (the network's
/// input, a host layer's output, a tensor that the host lays anew), before one that reads a layer
/// outside of `first`..`last` or of an earlier chain, and where the chip's registers count no more
/// layers (hw::kCycleLayers). `mappings` by layer index. The network must outlive the result.
std::vector<Chain> cut_chains(const nn::Network& network,
                              const std::vector<mapper::Mapping>& mappings, std::size_t first,
                              std::size_t last, bool chained);

/// "layer 3 (conv3)" or "layers 3 (conv3) to 5 (conv5)".
std::string in_words(const Chain& chain, const nn::Network& network);

/// Simulates a chain (once per process) and compares: every oact, the number of oacts, the number of
/// effectual MACs; a different count is a model fault. `reference`: the network's tensors by index,
/// of which the first layer's input is taken; empty for a layer table, whose layer is filled and
/// computed here. Throws as run_layers_with().
std::vector<LayerResult> run_chain(const hw::ChipConfig& chip, nn::Network& network,
                                   const Chain& chain, const std::vector<nn::Tensor>& reference,
                                   const RunHooks& hooks, const ProgressFn& progress);

}  // namespace uvea::tb
