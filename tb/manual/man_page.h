#pragma once
// The manual page of `uvea`, from the tables of commands, options and chip options.

#include <string>

namespace uvea::tb {

/// As man(7) has it.
std::string man_page(const std::string& version);

}  // namespace uvea::tb
