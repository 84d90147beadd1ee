#pragma once
// What the mapper was asked for, and what it can say for the mapping that it found.

#include <array>
#include <cstdint>
#include <vector>

#include "sw/mapper/mapping.h"

namespace uvea::mapper {

/// What is to be small.
enum class Objective { cycles, traffic, energy_delay };

/// Their words on the command line, in the order of the enumerators.
constexpr std::array<const char*, 3> kObjectiveNames{"cycles", "traffic", "energy-delay"};
constexpr const char* name_of(Objective objective) {
  return kObjectiveNames[static_cast<std::size_t>(objective)];
}

/// Energy of an access or a MAC of 16 bits, relative to a MAC (Chen, Emer, Sze: "Eyeriss", ISCA 2016,
/// table IV, 65 nm). Others scale with their width, a MAC with both of its operands'.
struct EnergyCosts {
  double dram = 200, glb = 6, noc = 2, spad = 1, mac = 1;
};

struct MapOptions {
  Objective objective = Objective::cycles;
  /// cycles, when one mapping is wanted: of those that take no more than (1 + slack) times the fewest
  /// cycles the one with the least DRAM traffic. 0: traffic decides between equals only.
  double slack = 0.02;
  EnergyCosts energy;  ///< energy_delay
  int best = 1;        ///< so many of the best mappings are told

  /// Whether `slack` has a say.
  bool weighs_traffic() const { return objective == Objective::cycles && best == 1 && slack > 0; }
  /// Whether the mappings are those that a run takes when nothing is said.
  bool is_default() const {
    return objective == Objective::cycles && slack == MapOptions{}.slack && best == 1;
  }
};

/// A mapping and what the cost says of it.
struct Candidate {
  Mapping mapping;
  double cycles = 0;
  double dram_bytes = 0;
  double energy = 0;  ///< in MACs of 16 bits
};

struct Certificate {
  /// No mapping of the space takes fewer cycles: the least bound (cost.h) of any.
  double lower_bound = 0;
  double predicted = 0;      ///< cycles of the mapping, by the cost
  double fewest = 0;         ///< cycles of the fastest one, by the cost
  std::int64_t visited = 0;  ///< mappings whose cost was worked out
  std::int64_t pruned = 0;   ///< branches and mappings left because their bound was no better
};

/// The best first.
struct Found {
  std::vector<Candidate> best;
  Certificate certificate;
};

/// The best legal mappings of a layer: branch and bound over the whole space (space.h, turned or
/// not), so that none of it has a better score. Deterministic. Throws UserError as map_layer().
Found find_mappings(const nn::ConvLayer& layer, const ChipSizes& sizes, const IactForecast& iacts,
                    const MapOptions& options);

}  // namespace uvea::mapper
