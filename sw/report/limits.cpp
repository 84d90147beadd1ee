#include "sw/report/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace uvea::report {
namespace {

double pe_cycles(const LayerResult& layer, const RunResult& run) {
  return static_cast<double>(layer.counters.cycles) * static_cast<double>(run.chip_pes);
}

/// Sums by a name of each key, in the order in which the names first come; keys without a name are
/// left out.
template <typename Name>
Values sums(const LayerResult& layer, const RunResult& run, Name name) {
  Values all;
  for (std::size_t i = 0; i < layer.counters.stalls.size(); ++i) {
    const std::string& key = name(run.tables.stalls[i]);
    if (!key.empty()) add(all, key, layer.counters.stalls[i]);
  }
  return all;
}

}  // namespace

std::string limited_by(const LayerResult& layer, const RunResult& run) {
  if (layer.counters.stalls.empty() || layer.counters.cycles == 0) return "";
  const auto largest = [](const auto& all) {
    return *std::max_element(all.begin(), all.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; });
  };
  const std::string dram = "DRAM", other;
  // A class, or for a wait for data the place where they were; the DRAM is one place.
  const auto cause = [&](const StallInfo& info) -> const std::string& {
    return info.data.empty() ? info.words : info.at_dram ? dram : info.place;
  };
  std::pair<std::string, std::uint64_t> limit;
  std::string whose;
  for (const auto& [name, cycles] : sums(layer, run, cause)) {
    const std::string& wanted = name;
    std::string data_here;
    std::uint64_t counted = 0;
    for (const auto& [data, of_data] :
         sums(layer, run, [&](const StallInfo& info) -> const std::string& {
           return cause(info) == wanted ? info.data : other;
         })) {
      // A smaller part does not tell what to change, and is not counted then.
      if (4 * of_data < cycles) continue;
      data_here += (data_here.empty() ? " (" : ", ") + data;
      counted += of_data;
    }
    if (data_here.empty())
      counted = cycles;
    else
      data_here += ")";
    if (!limit.first.empty() && counted <= limit.second) continue;
    limit = {name, counted};
    whose = data_here;
  }
  if (limit.first == dram) {
    limit.first = largest(sums(layer, run, [&](const StallInfo& info) -> const std::string& {
                    return !info.data.empty() && info.in_dram ? info.place : other;
                  })).first;
  }
  return fmt::format("{}{}, {:.0f} % of PE cycles", limit.first, whose,
                     100 * static_cast<double>(limit.second) / pe_cycles(layer, run));
}

std::vector<KindUse> utilisation(const LayerResult& layer, const RunResult& run) {
  std::vector<KindUse> uses;
  const double cycles = static_cast<double>(layer.counters.cycles);
  if (layer.counters.cycles == 0) return uses;
  const auto share = [&](const char* counter, std::int64_t of) {
    return static_cast<double>(count_of(run.tables, layer.counters, counter)) /
           (cycles * static_cast<double>(of));
  };
  const double pes = share("issue_slots", run.chip_pes);
  const double macs = share("effectual_macs", run.chip_macs);
  uses.push_back({"PE", static_cast<std::uint64_t>(run.chip_pes), pes, pes, 0});
  uses.push_back({"MAC", static_cast<std::uint64_t>(run.chip_macs), macs, macs, 0});
  for (const ResourceUse& resource : layer.counters.resources) {
    auto same = std::find_if(uses.begin(), uses.end(),
                             [&](const KindUse& use) { return use.kind == resource.kind; });
    if (same == uses.end()) same = uses.insert(uses.end(), {resource.kind, 0, 0, 0, 0});
    const double busy = static_cast<double>(resource.busy) / cycles;
    ++same->count;
    same->busy += busy;
    same->busiest = std::max(same->busiest, busy);
    same->held += static_cast<double>(resource.held) / cycles;
  }
  for (std::size_t i = 2; i < uses.size(); ++i) {
    uses[i].busy /= static_cast<double>(uses[i].count);
    uses[i].held /= static_cast<double>(uses[i].count);
  }
  return uses;
}

std::string why_not_whole(const RunResult& run) {
  for (const LayerResult& layer : run.layers) {
    if (!layer.on_chip) continue;
    const auto& stalls = layer.counters.stalls;
    const std::uint64_t sum = std::accumulate(stalls.begin(), stalls.end(), std::uint64_t{0});
    const std::uint64_t all = layer.counters.cycles * static_cast<std::uint64_t>(run.chip_pes);
    if (sum != all)
      return fmt::format("layer {} ({}): {} PE cycles are in a class, the layer has {}",
                         layer.index, layer.name, sum, all);
  }
  return "";
}

}  // namespace uvea::report
