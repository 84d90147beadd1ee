#pragma once
// Commands that the program prints, to be typed as they are.

#include <string>

namespace uvea::tb {

/// As a shell takes it for one word.
std::string shell_word(const std::string& word);

/// How this program was called, with UVEA_DATA where that was set: what it names may be other RTL.
std::string shell_program(const std::string& program);

}  // namespace uvea::tb
