#pragma once
// Where the shipped chips, memories and networks lie.

#include <string>

namespace uvea::tb {

/// The folder configs/ with chips/, memories/ and networks/. In this order: below the folder that
/// the environment variable UVEA_DATA names; beside the program that runs, where both are installed
/// (../share/uvea/configs) or built (../../configs); in the source tree that this was built from;
/// where it was configured to be installed. Throws UserError when none is there.
std::string configs_folder();

}  // namespace uvea::tb
