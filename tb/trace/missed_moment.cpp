#include "tb/trace/missed_moment.h"

#include <fmt/format.h>

#include "tb/trace/pass_begins.h"

namespace uvea::trace {
namespace {

/// "passes 0 to 3", "pass 0": `last` is the last one that it has.
std::string all_of(const char* one, const char* several, std::uint64_t last) {
  return last == 0 ? fmt::format("only {} 0", one) : fmt::format("{} 0 to {}", several, last);
}

}  // namespace

std::optional<std::string> missed_moment(const TraceMoment& moment, bool end,
                                         const std::vector<const Fragment*>& fragments,
                                         const std::vector<std::string>& layers) {
  if (!moment.layer) return std::nullopt;
  for (const Fragment* fragment : fragments) {
    if (fragment == nullptr) continue;
    for (const LayerSpan& layer : fragment->info().layers) {
      if (layer.layer != *moment.layer) continue;
      // "2 dw1"
      const std::string& name = layers.at(layer.layer);
      const std::string about =
          fmt::format(" of layer {} ({}), which {}has ", layer.layer + 1,
                      name.substr(name.find(' ') + 1), layer.faulty ? "has a fault and " : "");
      if (moment.pass) {
        const auto begins = pass_begins(*fragment, layer);
        if (!begins.empty() && begins.back().second >= *moment.pass) return std::nullopt;
        return fmt::format(
            "pass {}{}{}", *moment.pass, about,
            begins.empty() ? "begun none" : all_of("pass", "passes", begins.back().second));
      }
      const Cycle cycles = layer.end - layer.begin;
      if (moment.cycle < cycles + (end ? 1 : 0)) return std::nullopt;
      return fmt::format("cycle {}{}{}", moment.cycle, about,
                         cycles == 0 ? "none" : all_of("cycle", "cycles", cycles - 1));
    }
  }
  return std::nullopt;
}

}  // namespace uvea::trace
