#pragma once
// From option texts to a checked hw::ChipConfig, and back to a chip file.

#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "sw/mapper/chip_sizes.h"

namespace uvea::tb {

/// The effective chip: each of `settings` ("section.key=value", the last of equals counts) wins
/// over the chip files, a later file over an earlier one, all over the defaults. Throws UserError:
/// unreadable file, bad line (file:line), unknown name (with the nearest one), value out of range,
/// values that do not go together.
hw::ChipConfig load_chip(const std::vector<std::string>& files,
                         const std::vector<std::string>& settings);

/// Throws UserError naming the option when no chip can be built, or when SystemC's own time
/// resolution cannot hold its clock.
void check_chip(const hw::ChipConfig& chip);

/// A chip file that load_chip() reads back to the same chip, every option commented.
std::string chip_file_text(const hw::ChipConfig& chip);

/// Every option's value, unit, range and source as an aligned table with a heading.
std::string chip_table(const hw::ChipConfig& chip);

/// What the mapper and the driver need to know of the chip.
mapper::ChipSizes sizes_of(const hw::ChipConfig& chip);

}  // namespace uvea::tb
