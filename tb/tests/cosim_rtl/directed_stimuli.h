#pragma once
// Stimuli for corners of the RTL PE that random work seldom or never meets; scripts/coverage counts
// them. Each one is legal work: the TLM PE and the RTL must agree on it.

#include <string>
#include <vector>

#include "tb/cosim/pe/pe_stimulus.h"

namespace uvea::test {

struct DirectedStimulus {
  std::string name;
  cosim::PeStimulus stimulus;
};

std::vector<DirectedStimulus> directed_stimuli();

}  // namespace uvea::test
