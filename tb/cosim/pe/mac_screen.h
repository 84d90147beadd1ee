#pragma once
// The multiply-accumulates behind a difference, of both PEs beside each other.

#include <string>

#include "tb/cosim/pe/pe_comparator.h"
#include "tb/cosim/pe/pe_stimulus.h"
#include "tb/cosim/pe/rtl_pe.h"
#include "tb/cosim/pe/tlm_pe_bench.h"

namespace uvea::cosim {

/// Runs `stimulus` on both and lists the MACs with neither operand zero around the first that
/// differs, which is marked: of a wrong psum those that made it, else all up to the difference. Some
/// lines; cycles are those of the stimulus plus `zero`. Empty when no PE did any, or when the psum
/// came from below. `rtl` must be at reset.
std::string mac_screen(TlmPeBench& bench, RtlPe& rtl, const PeStimulus& stimulus,
                       const Divergence& divergence, link::Cycle zero);

}  // namespace uvea::cosim
