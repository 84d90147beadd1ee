#include "tb/cosim/rtl/rtl_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "sw/user_error.h"
#include "tb/config/cache_folder.h"

namespace uvea::cosim {
namespace {

namespace fs = std::filesystem;

/// Empty when there is such a folder now, in which files can be made; else what is wrong.
std::string why_unusable(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return error.message();
  if (!fs::is_directory(folder, error)) return std::strerror(ENOTDIR);
  return ::access(folder.c_str(), W_OK | X_OK) == 0 ? "" : std::strerror(errno);
}

std::string new_folder(const std::string& name) {
  std::string path = name + "XXXXXX";
  return ::mkdtemp(path.data()) == nullptr ? std::string() : path;
}

void remove_all(const std::string& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

}  // namespace

RtlCache::RtlCache() {
  if (const std::string chosen = tb::chosen_cache_folder(); !chosen.empty()) {
    folder_ = fs::absolute(fs::path(chosen) / "rtl").string();
    const std::string why = why_unusable(folder_);
    if (why.empty()) return;
    throw UserError(fmt::format(
        "UVEA_CACHE '{}': {} cannot be written: {}; name a folder that can, or unset it", chosen,
        folder_, why));
  }
  const std::string home = tb::home_cache_folder();
  std::string why = "there is no HOME";
  if (!home.empty()) {
    folder_ = (fs::path(home) / "rtl").string();
    why = why_unusable(folder_);
    if (why.empty()) return;
    why = fmt::format("{} cannot be written: {}", folder_, why);
  }
  std::error_code error;
  const fs::path temporary = fs::temp_directory_path(error);
  folder_ = error ? std::string() : new_folder((temporary / "uvea-rtl-").string());
  if (folder_.empty())
    throw UserError(
        fmt::format("{}, nor can a temporary folder be made; set UVEA_CACHE to a folder "
                    "that can be written",
                    why));
  temporary_ = true;
  note_ = why + "; set UVEA_CACHE to a folder that can be, to build the RTL only once";
}

RtlCache::~RtlCache() {
  if (temporary_) remove_all(folder_);
}

CacheLock::CacheLock(const std::string& folder)
    : file_(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (file_ < 0) return;
  int failed = 0;
  while ((failed = ::flock(file_, LOCK_EX)) != 0 && errno == EINTR) {
  }
  held_ = failed == 0;
}

CacheLock::~CacheLock() {
  if (file_ >= 0) ::close(file_);
}

WorkFolder::WorkFolder(const std::string& path) : path_(new_folder(path)) {
  if (path_.empty())
    throw UserError(fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
}

WorkFolder::~WorkFolder() { remove_all(path_); }

}  // namespace uvea::cosim
