#pragma once
// Runs a program of the user's machine, without a shell.

#include <string>
#include <vector>

namespace uvea::cosim {

struct ToolRun {
  bool found = false;  ///< PATH has such a program
  bool good = false;   ///< it ended with status 0
  std::string output;  ///< of both its outputs
};

/// `words`: the program, looked up in PATH, and its arguments. Throws std::system_error when no
/// process can be made.
ToolRun run_tool(const std::vector<std::string>& words);

/// The first line that says "error" (in any case), else the first; for messages of one line.
std::string first_error(const std::string& output);

}  // namespace uvea::cosim
