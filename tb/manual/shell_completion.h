#pragma once
// Completion of `uvea` for shells, from the tables of commands, options and chip options.

#include <string>

namespace uvea::tb {

/// A file for share/bash-completion/completions; needs bash only.
std::string bash_completion();

/// A file for a folder of zsh's fpath.
std::string zsh_completion();

}  // namespace uvea::tb
