#include "tb/app/safe_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "sw/user_error.h"
#include "tb/app/blocked_signals.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& option, const std::string& path, int error) {
  throw UserError(fmt::format("{} '{}' cannot be written: {}", option, path, std::strerror(error)));
}

/// A new file beside `path`, open for writing; its name differs per process.
int open_beside(const std::string& path, std::string& name) {
  name = fmt::format("{}.{}.part", path, ::getpid());
  return ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

}  // namespace

OutputFolder::OutputFolder(const std::string& path, const std::string& option) : path_(path) {
  if (path.empty()) throw UserError(option + ": the folder's name is empty");
  std::vector<fs::path> missing;
  for (fs::path p = fs::path(path); !p.empty(); p = p.parent_path()) {
    struct stat info {};
    if (::stat(p.c_str(), &info) == 0) {
      if (!S_ISDIR(info.st_mode)) refuse(option, path, ENOTDIR);
      break;
    }
    if (errno != ENOENT) refuse(option, path, errno);
    missing.push_back(p);
    if (p == p.parent_path()) break;
  }
  for (auto p = missing.rbegin(); p != missing.rend(); ++p) {
    if (::mkdir(p->c_str(), 0777) == 0) {
      made_.push_back(p->string());
    } else if (errno != EEXIST) {
      const int error = errno;
      for (auto made = made_.rbegin(); made != made_.rend(); ++made) ::rmdir(made->c_str());
      refuse(option, path, error);
    }
  }
  std::string probe;
  const int handle = open_beside(file("results.json"), probe);
  if (handle < 0) refuse(option, path, errno);
  ::close(handle);
  ::unlink(probe.c_str());
  for (const char* name : {"results.json", "layers.csv"}) {
    struct stat info {};
    if (::stat(file(name).c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
      refuse(option, file(name), S_ISDIR(info.st_mode) ? EISDIR : EEXIST);
    }
  }
}

OutputFolder::~OutputFolder() {
  // rmdir refuses a folder that holds something, which is what is wanted.
  for (auto made = made_.rbegin(); made != made_.rend(); ++made) ::rmdir(made->c_str());
}

void require_writable(const std::string& path, const std::string& option) {
  if (path.empty()) throw UserError(option + ": the file's name is empty");
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) refuse(option, path, EISDIR);
  if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    // A device or a pipe is written in place.
    if (::access(path.c_str(), W_OK) != 0) refuse(option, path, errno);
    return;
  }
  std::string probe;
  const int handle = open_beside(path, probe);
  if (handle < 0) refuse(option, path, errno);
  ::close(handle);
  ::unlink(probe.c_str());
}

void write_whole(const std::string& path, const void* data, std::size_t size,
                 const std::string& option) {
  const BlockedSignals no_torn_file;
  struct stat info {};
  const bool in_place = ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
  std::string name = path;
  const int handle =
      in_place ? ::open(path.c_str(), O_WRONLY | O_CLOEXEC) : open_beside(path, name);
  if (handle < 0) refuse(option, path, errno);
  const auto* bytes = static_cast<const char*>(data);
  int error = 0;
  for (std::size_t done = 0; done < size && error == 0;) {
    const ssize_t n = ::write(handle, bytes + done, size - done);
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (::close(handle) != 0 && error == 0) error = errno;
  if (error == 0 && !in_place && std::rename(name.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    if (!in_place) ::unlink(name.c_str());
    refuse(option, path, error);
  }
}

}  // namespace uvea::tb
