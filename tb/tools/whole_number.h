#pragma once
// Arguments of the tools.

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstring>

#include "sw/user_error.h"

namespace uvea::tb {

/// Throws UserError that calls the argument `what`.
inline std::uint64_t whole_number(const char* text, const char* what) {
  std::uint64_t value = 0;
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, value);
  if (error != std::errc() || stop != end)
    throw UserError(fmt::format("{} '{}' is not a whole number", what, text));
  return value;
}

}  // namespace uvea::tb
