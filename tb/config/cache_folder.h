#pragma once
// The user's folder for what can be made again: RTL libraries, mappings.

#include <string>

namespace uvea::tb {

/// UVEA_CACHE; empty where it is not set.
std::string chosen_cache_folder();

/// ${XDG_CACHE_HOME:-~/.cache}/uvea; empty without a home. Paths must be absolute there.
std::string home_cache_folder();

}  // namespace uvea::tb
