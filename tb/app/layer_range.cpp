#include "tb/app/layer_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "sw/user_error.h"
#include "tb/config/near_name.h"

namespace uvea::tb {
namespace {

std::optional<std::size_t> find_layer(const std::string& text,
                                      const std::vector<std::string>& names) {
  const auto named = std::find(names.begin(), names.end(), text);
  if (named != names.end()) return static_cast<std::size_t>(named - names.begin());
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < 1 || number > names.size()) {
    return std::nullopt;
  }
  return number - 1;
}

}  // namespace

LayerRange parse_layer_range(const std::string& text, const std::vector<std::string>& names) {
  if (text.empty()) return {0, names.size() - 1};
  if (const auto single = find_layer(text, names)) return {*single, *single};
  for (auto dash = text.find('-'); dash != std::string::npos; dash = text.find('-', dash + 1)) {
    const auto first = find_layer(text.substr(0, dash), names);
    const auto last = find_layer(text.substr(dash + 1), names);
    if (!first || !last) continue;
    if (*first > *last) {
      throw UserError(fmt::format("--layers {}: layer {} comes after layer {}", text.substr(0, 60),
                                  *first + 1, *last + 1));
    }
    return {*first, *last};
  }
  throw UserError(
      fmt::format("--layers {}: expected A-B with numbers in 1..{} or names of layers{}",
                  text.substr(0, 60), names.size(), did_you_mean(text, names)));
}

}  // namespace uvea::tb
