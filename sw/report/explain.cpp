#include "sw/report/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "sw/report/class_shares.h"
#include "sw/report/json_place.h"
#include "sw/report/table.h"
#include "sw/report/text_table.h"

namespace uvea::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBarWidth = 40;
constexpr std::size_t kDigitsShown = 48;     // of a kind's ports
constexpr std::size_t kBusiestShown = 5;     // ports, links and banks
constexpr double kSmallestPlaceShown = 2.0;  // % of PE cycles

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string head_of(const StoredRun& run, const StoredLayer& layer, const JsonPlace& whole) {
  std::string text =
      fmt::format("{}, layer {}: {}, {}\n", run.network, layer.index, layer.name, layer.type);
  text += fmt::format("{} MACs in {} cycles; effectual MACs {}, MAC occupancy {}\n",
                      grouped(layer.macs), grouped(layer.cycles), grouped(layer.effectual_macs),
                      percent(whole["mac_occupancy"].real()));
  return text +
         fmt::format("limited by: {}\n", layer.limited_by.empty() ? "not known" : layer.limited_by);
}

/// What the mapper said of the layer, as far as the run knows.
std::string mapper_text(const StoredLayer& layer, const JsonPlace& whole) {
  const auto cycles = static_cast<double>(layer.cycles);
  const auto known = [&whole](const char* key) { return whole.has(key) ? whole[key].real() : 0.0; };
  const double predicted = known("predicted_cycles"), bound = known("lower_bound_cycles");
  std::vector<std::string> said;
  if (predicted > 0 && cycles > 0)
    said.push_back(fmt::format("{} cycles predicted ({:+.1f} %)",
                               grouped(static_cast<std::uint64_t>(std::llround(predicted))),
                               100 * (predicted / cycles - 1)));
  if (bound > 0)
    said.push_back(fmt::format(
        "at the density that it foresaw no mapping takes fewer than {}, simulated is {:.1f} % "
        "above",
        grouped(static_cast<std::uint64_t>(std::ceil(bound))), 100 * (cycles / bound - 1)));
  return said.empty() ? "" : fmt::format("mapper: {}\n", fmt::join(said, "; "));
}

/// Eyexam's steps with the simulation below them, the step that binds marked.
std::string bounds_text(const StoredLayer& layer, const JsonPlace& whole) {
  if (!whole.has("eyexam")) return "";
  std::vector<Line> lines{{"bound (Eyexam)", "cycles", "MACs/cycle", "what limits"}};
  double last = 0, macs = 0;
  for (const JsonPlace& step : whole["eyexam"].items()) {
    last = step["cycles"].real();
    macs = last * step["macs_per_cycle"].real();
    lines.push_back({step["step"].text(), fmt::format("{:.0f}", last),
                     fmt::format("{:.1f}", step["macs_per_cycle"].real()), step["limit"].text()});
  }
  if (lines.size() == 1 || layer.cycles == 0) return "";
  const auto cycles = static_cast<double>(layer.cycles);
  lines.push_back({"simulated", std::to_string(layer.cycles), fmt::format("{:.1f}", macs / cycles),
                   fmt::format("{:.2f} times the last bound", cycles / last)});
  return "\n" + aligned(lines, {{0, 3}, true});
}

std::string classes_text(const StoredLayer& layer, const CountTables& tables) {
  std::vector<ClassShare> shares = class_shares(layer.stalls, tables);
  std::stable_sort(shares.begin(), shares.end(),
                   [](const ClassShare& a, const ClassShare& b) { return a.cycles > b.cycles; });
  const std::uint64_t all = [&shares] {
    std::uint64_t sum = 0;
    for (const ClassShare& share : shares) sum += share.cycles;
    return sum;
  }();
  std::vector<Line> lines{{"where the PE cycles went", "", ""}};
  for (const ClassShare& share : shares) {
    if (share.cycles == 0) continue;
    lines.push_back({share.words, percent(share.share), bar(share.share, kBarWidth)});
    for (const auto& [place, cycles] : share.places) {
      const double part = share_of(cycles, all);
      if (100 * part >= kSmallestPlaceShown)
        lines.push_back({"  " + place, percent(part), bar(part, kBarWidth)});
    }
  }
  if (lines.size() == 1) return "";
  return "\n" + aligned(lines, {{0, 2}, false});
}

/// A digit for each port of the kind: tenths of the cycles in which it was busy.
std::string digits(const std::string& kind, const std::vector<ResourceUse>& resources,
                   std::uint64_t cycles) {
  std::string text;
  for (const ResourceUse& one : resources) {
    if (one.kind != kind) continue;
    if (text.size() == kDigitsShown) return text + "..";
    const int tenths = std::min(9, static_cast<int>(10 * share_of(one.busy, cycles)));
    text += one.busy == 0 ? '.' : static_cast<char>('0' + tenths);
  }
  return text;
}

std::string utilisation_text(const StoredLayer& layer, const JsonPlace& whole,
                             const std::vector<ResourceUse>& resources) {
  if (!whole.has("utilisation") || layer.cycles == 0) return "";
  std::vector<Line> lines{
      {"utilisation", "count", "busy", "busiest", "held", "each: tenths of the cycles busy"}};
  const JsonPlace kinds = whole["utilisation"];
  for (const auto& [kind, unused] : kinds.object().items()) {
    const JsonPlace use = kinds[kind];
    if (use["busiest"].real() == 0 && use["held"].real() == 0) continue;
    lines.push_back({kind, grouped(use["count"].count()), percent(use["busy"].real()),
                     percent(use["busiest"].real()), percent(use["held"].real()),
                     digits(kind, resources, layer.cycles)});
  }
  return "\n" + aligned(lines, {{0, 5}, false});
}

std::string busiest_text(const StoredLayer& layer, std::vector<ResourceUse> resources) {
  const auto load = [](const ResourceUse& one) { return std::max(one.busy, one.held); };
  std::stable_sort(
      resources.begin(), resources.end(),
      [&load](const ResourceUse& a, const ResourceUse& b) { return load(a) > load(b); });
  std::vector<Line> lines{{"busiest and longest held", "kind", "busy", "held", "by"}};
  for (std::size_t i = 0; i < std::min(kBusiestShown, resources.size()); ++i) {
    const ResourceUse& one = resources[i];
    if (load(one) == 0) break;
    lines.push_back({one.path, one.kind, percent(share_of(one.busy, layer.cycles)),
                     percent(share_of(one.held, layer.cycles)), one.held > 0 ? one.held_by : ""});
  }
  return lines.size() == 1 ? "" : "\n" + aligned(lines, {{0, 1, 4}, false});
}

std::string mapping_text(const JsonPlace& whole) {
  const Json& mapping = whole["mapping"].object();
  std::string text = "\nmapping";
  std::size_t column = text.size();
  for (const auto& [key, value] : mapping.items()) {
    std::string words = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_object()) {
      words.clear();
      for (const auto& [axis, parts] : value.items())
        if (parts != 1)
          words += fmt::format("{}{} {}", words.empty() ? "" : ", ", axis, parts.dump());
      words = "(" + (words.empty() ? "1" : words) + ")";
    }
    const std::string item = fmt::format("  {} {}", key, words);
    if (column + item.size() > 110) {
      text += "\n       ";
      column = 7;
    }
    text += item;
    column += item.size();
  }
  return text + "\n";
}

}  // namespace

std::string explanation(const StoredRun& run, const StoredLayer& layer, const CountTables& tables,
                        const std::vector<ResourceUse>& resources) {
  const JsonPlace whole(run.path, fmt::format("layer {}", layer.index), layer.whole);
  return head_of(run, layer, whole) + mapper_text(layer, whole) + bounds_text(layer, whole) +
         classes_text(layer, tables) + utilisation_text(layer, whole, resources) +
         busiest_text(layer, resources) + mapping_text(whole);
}

}  // namespace uvea::report
