#pragma once
// How a shell completes a word, told from what the tables show of it in the help.

#include <string>
#include <vector>

namespace uvea::tb {

enum class Completed { nothing, file, folder, words, chip_option, network, command };

struct Completion {
  Completed by = Completed::nothing;
  std::vector<std::string> words;  ///< of Completed::words
};

/// Of an option's value or a command's operand: "FILE", "DIR", "shadow|drive", "[NETWORK]", ...
Completion completion_of(const std::string& shown);

}  // namespace uvea::tb
