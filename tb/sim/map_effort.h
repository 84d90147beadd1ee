#pragma once
// The mapper's best few, tried out: each of a layer's candidates is simulated, and the one that
// takes the fewest cycles is taken.

#include <cstdint>
#include <vector>

#include "sw/mapper/certificate.h"
#include "tb/sim/simulation.h"

namespace uvea::tb {

/// What was found for a layer on the chip.
struct TriedMapping {
  bool on_chip = false;             ///< of the range; else nothing else is here
  mapper::Candidate chosen;         ///< what the cost says of it
  mapper::Certificate certificate;  ///< of the search
  std::uint64_t simulated = 0;      ///< cycles; 0: not simulated
};

/// By layer index. `effort`: so many candidates of each layer are simulated, layer by layer; with 0
/// the mapper's first one is taken as it is. Given mappings stay. `simulation`: inputs, layers, jobs
/// given mappings and store; its hooks are not asked. Throws as Simulation does, and Interrupted.
std::vector<TriedMapping> try_mappings(const hw::ChipConfig& chip, nn::Network network,
                                       const SimulationOptions& simulation,
                                       const mapper::MapOptions& options, int effort);

/// Those as given mappings; with their bounds, where cycles were what the search made small.
GivenMappings as_given(const nn::Network& network, const std::vector<TriedMapping>& tried,
                       mapper::Objective objective);

}  // namespace uvea::tb
