#include "tb/config/cache_folder.h"

#include <cstdlib>

namespace uvea::tb {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string chosen_cache_folder() { return environment("UVEA_CACHE"); }

std::string home_cache_folder() {
  const std::string xdg = environment("XDG_CACHE_HOME"), home = environment("HOME");
  if (!xdg.empty() && xdg.front() == '/') return xdg + "/uvea";
  return home.empty() || home.front() != '/' ? std::string() : home + "/.cache/uvea";
}

}  // namespace uvea::tb
