#include "tb/trace/trace_choice.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <charconv>

#include "sw/user_error.h"

namespace uvea::trace {
namespace {

template <typename Number>
std::optional<Number> number(const std::string& text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || at != end || text.empty()) return std::nullopt;
  return value;
}

[[noreturn]] void refuse(const std::string& option, const std::string& text,
                         const std::string& expected) {
  throw UserError(
      fmt::format("--{} '{}' is not allowed: expected {}", option, text.substr(0, 60), expected));
}

}  // namespace

bool TraceChoice::takes_path(const std::string& path) const {
  if (scopes.empty()) return true;
  for (std::size_t end = path.find('.');; end = path.find('.', end + 1)) {
    const std::string parent = path.substr(0, end);
    for (const std::string& scope : scopes)
      if (::fnmatch(scope.c_str(), parent.c_str(), 0) == 0) return true;
    if (end == std::string::npos) return false;
  }
}

bool TraceChoice::leaves_out(std::size_t layer) const {
  return (from && from->layer && layer < *from->layer) || (to && to->layer && layer > *to->layer);
}

const std::vector<GroupName>& group_names() {
  using Group = Probe::Group;
  static const std::vector<GroupName> names{
      {"chip", TraceChoice::kChip, "curves of the whole chip: MACs, PEs by class, DRAM bytes"},
      {"state", TraceChoice::bit(Group::state), "what a block does"},
      {"stall", TraceChoice::bit(Group::stall), "class of each PE cycle"},
      {"window", TraceChoice::bit(Group::window), "windows, epochs and chunks of a PE"},
      {"spad", TraceChoice::bit(Group::spad), "fill of SPads, banks and FIFOs"},
      {"mac", TraceChoice::bit(Group::mac), "lanes of the MAC arrays"},
      {"psum", TraceChoice::bit(Group::psum), "psums in and out of a PE, with their values"},
      {"links", TraceChoice::bit(Group::links), "ports and links of the NoC"},
      {"banks", TraceChoice::bit(Group::banks), "reads and writes of GLB banks"},
      {"dma", TraceChoice::bit(Group::dma), "requests to the DMA and its transactions"},
      {"dram", TraceChoice::bit(Group::dram), "commands and banks of the DRAM"},
      {"control", TraceChoice::bit(Group::control), "layer, pass, configuration, interrupt"},
      {"rtl", TraceChoice::bit(Group::rtl), "pins of RTL PEs (--rtl), where they differ"},
      {"inside", TraceChoice::bit(Group::inside), "signals inside of RTL PEs"},
  };
  return names;
}

std::uint32_t parse_groups(const std::string& option, const std::string& text) {
  std::uint32_t groups = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const auto& names = group_names();
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&word](const GroupName& g) { return g.name == word; });
    if (found == names.end()) {
      std::string all;
      for (const GroupName& g : names) all += (all.empty() ? "" : ", ") + std::string(g.name);
      refuse(option, text, "a list of " + all);
    }
    groups |= found->bit;
    begin = end + 1;
  }
  return groups;
}

TraceMoment parse_moment(const std::string& option, const std::string& text,
                         const std::vector<std::string>& layers) {
  TraceMoment moment;
  const std::size_t colon = text.rfind(':');
  std::string rest = text;
  if (colon != std::string::npos) {
    const std::string layer = text.substr(0, colon);
    rest = text.substr(colon + 1);
    const auto named = std::find(layers.begin(), layers.end(), layer);
    if (named != layers.end()) {
      moment.layer = static_cast<std::size_t>(named - layers.begin());
    } else if (const auto n = number<std::size_t>(layer); n && *n >= 1 && *n <= layers.size()) {
      moment.layer = *n - 1;
    } else {
      refuse(option, text,
             fmt::format("a layer before the colon: its name or 1..{}", layers.size()));
    }
    if (!rest.empty() && rest[0] == 'p') {
      moment.pass = number<std::uint32_t>(rest.substr(1));
      if (moment.pass) return moment;
    }
  }
  const auto cycle = number<Cycle>(rest);
  if (!cycle) refuse(option, text, "CYCLE, LAYER:CYCLE or LAYER:pPASS");
  moment.cycle = *cycle;
  return moment;
}

}  // namespace uvea::trace
