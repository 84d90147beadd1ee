#pragma once
// What the program's help lists.

#include <set>
#include <string>
#include <vector>

namespace uvea::test {

/// The commands of `uvea help`.
std::vector<std::string> listed_commands();

/// The options of `uvea help COMMAND`, with their "--".
std::set<std::string> listed_options(const std::string& command);

}  // namespace uvea::test
