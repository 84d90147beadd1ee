#include "sw/report/values.h"

#include <algorithm>

namespace uvea::report {
namespace {

template <typename Known>
auto find(Known& values, const std::string& name) {
  return std::find_if(values.begin(), values.end(),
                      [&name](const auto& value) { return value.first == name; });
}

}  // namespace

std::uint64_t value_of(const Values& values, const std::string& name) {
  const auto found = find(values, name);
  return found == values.end() ? 0 : found->second;
}

void add(Values& values, const std::string& name, std::uint64_t value) {
  const auto same = find(values, name);
  if (same == values.end()) {
    values.emplace_back(name, value);
  } else {
    same->second += value;
  }
}

}  // namespace uvea::report
