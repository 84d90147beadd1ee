#pragma once
// A PE's first cycles worked out by hand from docs/pe_timing.md.

#include <vector>

#include "tb/cosim/pe/vector_file.h"

namespace uvea::cosim {

struct Vector {
  RtlInputs in;
  ExpectedOutputs out;
};

/// Cycle 0 is the first one after the reset. Default sizes; 9-bit weights have other words.
std::vector<Vector> hand_scenario(int weight_bits);

}  // namespace uvea::cosim
