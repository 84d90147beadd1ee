#pragma once
// Numbers from the command line.

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <vector>

#include "sw/user_error.h"

namespace uvea::tb {

/// A whole number in lowest..highest. Throws UserError naming the option.
template <typename Number>
Number whole(const std::string& option, const std::string& text, Number lowest, Number highest) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < lowest || value > highest) {
    throw UserError(fmt::format("--{} '{}' is not allowed: expected a whole number in {}..{}",
                                option, text.substr(0, 40), lowest, highest));
  }
  return value;
}

/// A finite number in lowest..highest. Throws UserError naming the option.
double number_in(const std::string& option, const std::string& text, double lowest, double highest);

/// One or more finite numbers, separated by commas. Throws UserError naming the option and what is
/// expected.
std::vector<double> numbers(const std::string& option, const std::string& text,
                            const std::string& expected);

}  // namespace uvea::tb
