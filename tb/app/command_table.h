#pragma once
// The commands of `uvea`, one row each.

#include <string>
#include <vector>

#include "tb/app/arguments.h"

namespace uvea::tb {

struct CommandRow {
  Command command;
  const char* name;
  const char* operand;                 ///< as the help shows it; "" when it takes none
  std::string Arguments::*operand_to;  ///< null when it takes none
  const char* operand_missing;         ///< the mistake of leaving it out; "" when it may be
  const char* summary;                 ///< one line
  /// Null when it takes at most one operand; else where all go, and how many there must be.
  std::vector<std::string> Arguments::*operands_to = nullptr;
  std::size_t fewest = 0, most = 1;
};

std::vector<CommandRow> command_table();

/// The row of a name. Throws UserError naming the nearest command.
CommandRow command_named(const std::string& name);

/// "run, map, ... or help", for messages.
std::string command_names();

}  // namespace uvea::tb
