#include "tb/sim/map_effort.h"

#include <algorithm>

namespace uvea::tb {
namespace {

/// Cycles by layer index when each layer runs its candidate of that rank, or its last one.
std::vector<std::uint64_t> simulate(const hw::ChipConfig& chip, const nn::Network& network,
                                    const SimulationOptions& simulation,
                                    const std::vector<mapper::Found>& found, std::size_t rank) {
  SimulationOptions options;
  options.layers = simulation.layers;
  options.inputs = simulation.inputs;
  options.jobs = std::max(simulation.jobs, 1);
  options.mappings.source = "the mapper's candidates";
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::vector<mapper::Candidate>& best = found[i].best;
    if (!best.empty())
      options.mappings.by_layer[network.layers[i].name] =
          best[std::min(rank, best.size() - 1)].mapping;
  }
  std::vector<std::uint64_t> cycles(found.size(), 0);
  const RunResult run = Simulation(chip, network, std::move(options)).run();
  if (run.interrupted) throw Interrupted("while mappings were tried: nothing was written");
  for (const LayerResult& layer : run.layers)
    if (layer.on_chip && layer.state == LayerResult::State::done && layer.mismatches == 0)
      cycles[layer.layer] = layer.record.cycles();
  return cycles;
}

}  // namespace

std::vector<TriedMapping> try_mappings(const hw::ChipConfig& chip, nn::Network network,
                                       const SimulationOptions& simulation,
                                       const mapper::MapOptions& options, int effort) {
  mapper::MapOptions few = options;
  few.best = std::max(effort, 1);
  const LayerRange range = simulation.layers.value_or(LayerRange{0, network.layers.size() - 1});
  const std::vector<mapper::Found> found =
      find_mappings(network, range, chip, simulation.mappings, few, simulation.mapping_store);
  std::vector<TriedMapping> tried(found.size());
  std::size_t most = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].best.empty()) continue;
    tried[i].on_chip = true;
    tried[i].chosen = found[i].best.front();
    tried[i].certificate = found[i].certificate;
    most = std::max(most, found[i].best.size());
  }
  for (std::size_t rank = 0; effort > 0 && rank < most; ++rank) {
    const std::vector<std::uint64_t> cycles = simulate(chip, network, simulation, found, rank);
    for (std::size_t i = 0; i < found.size(); ++i) {
      // Of equals the one that was predicted to be better; one that did not run right is no choice.
      const bool better = tried[i].simulated == 0 || cycles[i] < tried[i].simulated;
      if (rank >= found[i].best.size() || cycles[i] == 0 || !better) continue;
      tried[i].chosen = found[i].best[rank];
      tried[i].simulated = cycles[i];
    }
  }
  return tried;
}

GivenMappings as_given(const nn::Network& network, const std::vector<TriedMapping>& tried,
                       mapper::Objective objective) {
  GivenMappings given;
  given.source = "the mapper's choice";
  for (std::size_t i = 0; i < tried.size(); ++i) {
    if (!tried[i].on_chip) continue;
    given.by_layer[network.layers[i].name] = tried[i].chosen.mapping;
    if (objective == mapper::Objective::cycles && tried[i].certificate.lower_bound > 0)
      given.lower_bound[network.layers[i].name] = tried[i].certificate.lower_bound;
  }
  return given;
}

}  // namespace uvea::tb
