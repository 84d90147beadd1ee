#include "tb/config/configs_folder.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "sw/user_error.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

bool has_networks(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder / "networks", error);
}

}  // namespace

std::string configs_folder() {
  std::error_code error;
  if (const char* data = std::getenv("UVEA_DATA")) {
    const fs::path folder = fs::path(data) / "configs";
    if (!has_networks(folder)) {
      throw UserError("UVEA_DATA '" + std::string(data) +
                      "': expected a folder that has configs/networks, as share/uvea of an "
                      "installation; unset it otherwise");
    }
    return fs::weakly_canonical(folder, error).string();
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& folder : {program / "../share/uvea/configs", program / "../../configs",
                                 fs::path(UVEA_SOURCE_CONFIGS), fs::path(UVEA_INSTALLED_CONFIGS)}) {
    if (has_networks(folder)) return fs::weakly_canonical(folder, error).string();
  }
  throw UserError("the shipped networks are not there: expected the folder '" UVEA_INSTALLED_CONFIGS
                  "/networks', or UVEA_DATA to name one; or give a network's path");
}

}  // namespace uvea::tb
