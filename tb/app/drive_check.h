#pragma once
// Holds a run that RTL has driven to the same run of the model alone.

#include <string>
#include <vector>

#include "tb/sim/simulation.h"

namespace uvea::tb {

/// The first layer that has a fault or takes other cycles than with the model alone, in lines for
/// people: what, and how many other layers differ too. Empty when none does. `names`: how a layer is
/// called, by index.
std::vector<std::string> first_victim(const RunResult& driven, const RunResult& model,
                                      const std::vector<std::string>& names);

}  // namespace uvea::tb
