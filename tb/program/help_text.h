#pragma once
// What `uvea help` prints.

#include <string>

namespace uvea::tb {

/// The commands; or one command (as command_table() names it) with its options.
std::string help_text(const std::string& command);

}  // namespace uvea::tb
