#include "sw/report/matched_layers.h"

#include <fmt/format.h>

#include <algorithm>

#include "sw/user_error.h"

namespace uvea::report {
namespace {

/// The n-th layer of that name, from 0 on.
const StoredLayer* find_layer(const StoredRun& run, const std::string& name, std::size_t n) {
  for (const StoredLayer& layer : run.layers)
    if (layer.name == name && n-- == 0) return &layer;
  return nullptr;
}

void add_all(Values& sum, const Values& values) {
  for (const auto& [name, value] : values) add(sum, name, value);
}

}  // namespace

bool MatchedLayer::everywhere() const {
  return std::find(in.begin(), in.end(), nullptr) == in.end();
}

std::vector<MatchedLayer> matched_layers(const std::vector<StoredRun>& runs) {
  std::vector<MatchedLayer> all;
  for (const StoredRun& run : runs) {
    std::vector<std::string> seen;
    for (const StoredLayer& layer : run.layers) {
      const auto n = std::count(seen.begin(), seen.end(), layer.name);
      seen.push_back(layer.name);
      const auto known = std::count_if(all.begin(), all.end(), [&layer](const MatchedLayer& match) {
        return match.name == layer.name;
      });
      if (n < known) continue;
      MatchedLayer match{layer.name, {}};
      for (const StoredRun& other : runs)
        match.in.push_back(find_layer(other, layer.name, static_cast<std::size_t>(n)));
      all.push_back(std::move(match));
    }
  }
  if (std::none_of(all.begin(), all.end(),
                   [](const MatchedLayer& match) { return match.everywhere(); })) {
    std::string paths;
    for (const StoredRun& run : runs)
      paths += fmt::format("{}{} ({})", paths.empty() ? "" : ", ", run.path, run.network);
    throw UserError(
        fmt::format("no layer has the same name in all of {}: nothing to compare", paths));
  }
  return all;
}

std::vector<ChangedSetting> changed_settings(const std::vector<StoredRun>& runs) {
  std::vector<ChangedSetting> all;
  for (const StoredRun& run : runs) {
    for (const auto& [name, unused] : run.chip) {
      const std::string& wanted = name;
      if (std::any_of(all.begin(), all.end(),
                      [&wanted](const auto& known) { return known.name == wanted; }))
        continue;
      ChangedSetting setting{name, {}};
      for (const StoredRun& other : runs) {
        const auto found = std::find_if(other.chip.begin(), other.chip.end(),
                                        [&wanted](const auto& one) { return one.first == wanted; });
        setting.values.push_back(found == other.chip.end() ? "" : found->second);
      }
      all.push_back(std::move(setting));
    }
  }
  all.erase(std::remove_if(all.begin(), all.end(),
                           [](const ChangedSetting& setting) {
                             return std::all_of(setting.values.begin(), setting.values.end(),
                                                [&setting](const std::string& value) {
                                                  return value == setting.values.front();
                                                });
                           }),
            all.end());
  return all;
}

std::vector<StoredLayer> sums(const std::vector<MatchedLayer>& layers, std::size_t runs) {
  std::vector<StoredLayer> totals(runs);
  for (const MatchedLayer& layer : layers) {
    if (!layer.everywhere()) continue;
    for (std::size_t r = 0; r < runs; ++r) {
      totals[r].macs += layer.in[r]->macs;
      totals[r].cycles += layer.in[r]->cycles;
      totals[r].effectual_macs += layer.in[r]->effectual_macs;
      add_all(totals[r].stalls, layer.in[r]->stalls);
      add_all(totals[r].counters, layer.in[r]->counters);
    }
  }
  return totals;
}

}  // namespace uvea::report
