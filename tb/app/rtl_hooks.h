#pragma once
// The co-simulation with RTL as hooks of a simulation: into the process of each chip, and what it
// found there out again.

#include <cstdint>
#include <vector>

#include "hw/config/chip_config.h"
#include "tb/cosim/chip/rtl_choice.h"
#include "tb/cosim/chip/rtl_findings.h"
#include "tb/cosim/pe/rtl_pe.h"
#include "tb/sim/simulation.h"

namespace uvea::tb {

/// A session for each chip; none when no RTL is asked for. `make_inside`: RtlSession.
HookMaker rtl_hooks(const cosim::RtlChoice& choice, const hw::ChipConfig& chip,
                    const cosim::RtlFactory& make_rtl, const cosim::RtlFactory& make_inside = {});

/// LayerResult::found of such hooks; nothing found when it is empty. Throws std::runtime_error when
/// bytes are missing.
cosim::RtlFindings unpack_rtl(const std::vector<std::uint8_t>& found);

}  // namespace uvea::tb
