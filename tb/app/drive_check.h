#pragma once
// Holds a run that RTL has driven to the same run of the model alone.

#include <string>
#include <vector>

#include "tb/sim/simulation.h"

namespace uvea::tb {

/// The first layer in which a driven run is not as it should be.
struct Victim {
  std::vector<std::string> lines;      ///< for people; empty: there is none
  const LayerResult* layer = nullptr;  ///< of the driven run
};

/// The first layer that has a fault or takes other cycles than with the model alone: what, and how
/// many other layers differ too. `names`: how a layer is called, by index.
Victim first_victim(const RunResult& driven, const RunResult& model,
                    const std::vector<std::string>& names);

}  // namespace uvea::tb
