#pragma once
// Whether a stimulus can be given to a PE at all: ports that exist, headers that are there, a layer
// command that the PE takes. Says nothing about what the streams mean.

#include <string>

#include "tb/cosim/pe/pe_stimulus.h"

namespace uvea::cosim {

/// Empty, or one line: which part, what is wrong with it.
std::string why_unusable(const PeStimulus& stimulus);

/// A chip whose PEs are this one.
hw::ChipConfig chip_of(const PeStimulus& stimulus);

}  // namespace uvea::cosim
