#include "tb/trace/whole_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sw/user_error.h"

namespace uvea::trace {
namespace {

[[noreturn]] void refuse(const std::string& path, int error) {
  throw UserError(
      fmt::format("--transactions '{}' cannot be written: {}", path, std::strerror(error)));
}

int last_error() { return errno != 0 ? errno : EIO; }

}  // namespace

WholeFile::WholeFile(const std::string& path)
    : path_(path),
      part_(fmt::format("{}.{}.part", path, ::getpid())),
      file_(std::fopen(part_.c_str(), "wb")) {
  if (file_ == nullptr) refuse(path_, errno);
}

WholeFile::~WholeFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  ::unlink(part_.c_str());
}

void WholeFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size() && error_ == 0)
    error_ = last_error();
}

void WholeFile::close() {
  if (std::fflush(file_) != 0 && error_ == 0) error_ = last_error();
  std::fclose(file_);
  file_ = nullptr;
  if (error_ == 0 && std::rename(part_.c_str(), path_.c_str()) != 0) error_ = errno;
  if (error_ == 0) return;
  ::unlink(part_.c_str());
  refuse(path_, error_);
}

}  // namespace uvea::trace
