#pragma once
// The one exception for a user's mistake: main() prints its text on one line and exits with
// status 2.

#include <stdexcept>
#include <string>

namespace uvea {

/// What was wrong, where, what was expected and what to do, in one line.
class UserError : public std::runtime_error {
 public:
  explicit UserError(const std::string& what) : std::runtime_error(what) {}
};

}  // namespace uvea
