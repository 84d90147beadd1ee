#include "tb/app/safe_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
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

/// Writes and closes. Returns errno, or 0.
int write_and_close(int handle, const void* data, std::size_t size) {
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
  return error;
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
  for (const char* name : {"results.json", "layers.csv", "resources.json", "report.html"}) {
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
  int error = write_and_close(handle, data, size);
  if (error == 0 && !in_place && std::rename(name.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    if (!in_place) ::unlink(name.c_str());
    refuse(option, path, error);
  }
}

void write_set(const std::vector<FileOfSet>& files, const std::vector<std::string>& stale,
               const std::string& option) {
  const BlockedSignals no_torn_set;
  std::vector<std::string> parts;
  const auto give_up = [&](const std::string& path, int error) {
    for (const std::string& part : parts) ::unlink(part.c_str());
    refuse(option, path, error);
  };
  for (const FileOfSet& file : files) {
    std::string name;
    const int handle = open_beside(file.path, name);
    if (handle < 0) give_up(file.path, errno);
    parts.push_back(name);
    if (const int error = write_and_close(handle, file.text.data(), file.text.size()); error != 0)
      give_up(file.path, error);
  }
  // Another run's set is not between this one's files.
  const int folder = ::open(fs::path(files.front().path).parent_path().c_str(),
                            O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) ::flock(folder, LOCK_EX);
  std::vector<std::string> old = stale, aside;
  for (const FileOfSet& file : files) old.push_back(file.path);
  const std::string mark = ".old-" + std::to_string(::getpid());
  const auto put_back = [&](const std::string& path, int error) {
    for (const std::string& name : aside) std::rename((name + mark).c_str(), name.c_str());
    if (folder >= 0) ::close(folder);
    give_up(path, error);
  };
  for (const std::string& path : old) {
    std::error_code unknown;
    if (fs::is_directory(fs::symlink_status(path, unknown))) put_back(path, EISDIR);
    if (std::rename(path.c_str(), (path + mark).c_str()) == 0) {
      aside.push_back(path);
    } else if (errno != ENOENT) {
      put_back(path, errno);
    }
  }
  for (std::size_t i = 0; i < files.size(); ++i)
    if (std::rename(parts[i].c_str(), files[i].path.c_str()) != 0) {
      const int error = errno;
      for (std::size_t k = 0; k < i; ++k) ::unlink(files[k].path.c_str());
      put_back(files[i].path, error);
    }
  for (const std::string& path : aside) ::unlink((path + mark).c_str());
  if (folder >= 0) ::close(folder);
}

}  // namespace uvea::tb
