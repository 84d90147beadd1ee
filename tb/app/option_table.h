#pragma once
// The options of `uvea`, one row each: which commands take it, its help, and where its value goes.

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tb/app/arguments.h"

namespace uvea::tb {

struct OptionRow {
  const char* name;   ///< without "--"
  const char* value;  ///< as the help shows it; "" for a flag, which has none
  std::string help;
  std::set<Command> commands;  ///< that take it
  /// Puts the value (never empty; "" of a flag) into the arguments; called in the order of the
  /// command line. Throws UserError, naming the option, when it is not allowed.
  std::function<void(Arguments&, const std::string&)> take;
  bool repeatable = false;
};

std::vector<OptionRow> option_table();

/// Throws UserError for options that are legal alone but do not go together.
void check_together(const Arguments& arguments);

}  // namespace uvea::tb
