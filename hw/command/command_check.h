#pragma once
// Whether the chip can execute a layer command: every rule that any block relies on, so that no
// block has to ask again. What only the data in DRAM can break is found where the data arrive.

#include <string>

#include "hw/command/layer_command.h"

namespace uvea::hw {

/// The first rule that the command breaks, with the value and what is allowed; empty when none is.
/// One rule is the iact GLB's own: rows of a unit beyond its bank, which takes the loop nest to
/// tell.
std::string why_not_executable(const LayerCommand& command, const ChipConfig& config);

}  // namespace uvea::hw
