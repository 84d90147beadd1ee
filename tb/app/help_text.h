#pragma once
// What `uvea help` prints.

#include <string>

namespace uvea::tb {

/// The commands; or one command (as command_table() names it) with its options.
std::string help_text(const std::string& command);

/// What may stand for NETWORK, and what the exit status says; the manual has them too.
std::string network_help();
std::string exit_help();

}  // namespace uvea::tb
