#pragma once
// Names and whole numbers in an order that matters: that of a table, or of a file.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace uvea::report {

using Values = std::vector<std::pair<std::string, std::uint64_t>>;

/// The value of that name; 0 when there is none.
std::uint64_t value_of(const Values& values, const std::string& name);

/// Adds to the value of that name; a new name comes last.
void add(Values& values, const std::string& name, std::uint64_t value);

}  // namespace uvea::report
