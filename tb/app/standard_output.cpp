#include "tb/app/standard_output.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "sw/user_error.h"

namespace uvea::tb {

namespace {

[[noreturn]] void refuse(int error) {
  throw UserError(fmt::format("standard output cannot be written{}{}", error == 0 ? "" : ": ",
                              error == 0 ? "" : std::strerror(error)));
}

}  // namespace

void print_text(const std::string& text) {
  errno = 0;
  if (std::fputs(text.c_str(), stdout) == EOF) refuse(errno);
}

void flush_output() {
  errno = 0;
  if (std::fflush(stdout) != 0) refuse(errno);
  // An earlier failure, whose reason is gone.
  if (std::ferror(stdout) != 0) refuse(0);
}

}  // namespace uvea::tb
