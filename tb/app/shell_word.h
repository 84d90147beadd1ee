#pragma once
// Commands that the program prints, to be typed as they are.

#include <string>

namespace uvea::tb {

/// As a shell takes it for one word.
std::string shell_word(const std::string& word);

}  // namespace uvea::tb
