#include "sw/report/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "sw/report/class_shares.h"
#include "sw/report/matched_layers.h"
#include "sw/report/table.h"
#include "sw/report/text_table.h"

namespace uvea::report {
namespace {

constexpr std::size_t kLongestName = 16;
constexpr std::size_t kClassesShown = 3;

std::string letter(std::size_t run) { return std::string(1, static_cast<char>('A' + run)); }

/// "+12.3 %"; empty for the run that is measured by, and where there is nothing to measure by.
std::string change(std::size_t run, std::uint64_t value, std::uint64_t first) {
  if (run == 0) return "";
  if (value == first) return "=";
  if (first == 0) return "";
  return fmt::format("{:+.1f} %",
                     100 * (static_cast<double>(value) / static_cast<double>(first) - 1));
}

std::string prefixed(std::uint64_t number) { return with_unit_prefix(static_cast<double>(number)); }

std::string head_of(const std::vector<StoredRun>& runs) {
  std::string text;
  for (std::size_t r = 0; r < runs.size(); ++r)
    text += fmt::format("{}  {} ({}, {}uvea {})\n", letter(r), runs[r].path, runs[r].network,
                        runs[r].batch > 0 ? fmt::format("batch {}, ", runs[r].batch) : "",
                        runs[r].version);
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const auto& layers = runs[r].layers;
    if (std::all_of(layers.begin(), layers.end(), [](const StoredLayer& layer) {
          return layer.stalls.empty() && layer.counters.empty();
        }))
      text += fmt::format(
          "{} has no classes of PE cycles and no counters: an older uvea wrote it\n", letter(r));
  }
  if (std::any_of(runs.begin(), runs.end(), [&runs](const StoredRun& run) {
        return run.batch > 0 && runs[0].batch > 0 && run.batch != runs[0].batch;
      }))
    text += "cycles, words and bytes are of a batch each, and the batches are not the same\n";
  return text + "\n";
}

std::string settings_text(const std::vector<StoredRun>& runs) {
  const auto changed = changed_settings(runs);
  if (changed.empty()) return "the same chip in all runs\n\n";
  Line heading{"chip option"};
  for (std::size_t r = 0; r < runs.size(); ++r) heading.push_back(letter(r));
  std::vector<Line> lines{heading};
  for (const ChangedSetting& setting : changed) {
    Line line{setting.name};
    for (const std::string& value : setting.values) line.push_back(value.empty() ? "-" : value);
    lines.push_back(std::move(line));
  }
  return aligned(lines, {{0}, false}) + "\n";
}

Line cells(const std::string& name, std::size_t run, const StoredLayer& layer,
           const StoredLayer& first, const CountTables& tables) {
  Line line{name, letter(run), grouped(layer.cycles), change(run, layer.cycles, first.cycles),
            largest(layer.stalls, tables, kClassesShown)};
  const Traffic traffic = traffic_of(layer.counters);
  for (const std::uint64_t moved :
       {traffic.dram_bytes, traffic.noc_word_hops, traffic.glb_words, traffic.spad_accesses})
    line.push_back(layer.counters.empty() ? "-" : prefixed(moved));
  return line;
}

std::string layers_text(const std::vector<MatchedLayer>& layers, std::size_t runs,
                        const CountTables& tables) {
  std::vector<Line> lines{{"layer", "", "cycles", "change", "largest classes, % of PE cycles",
                           "DRAM B", "NoC hops", "GLB", "SPad"}};
  for (const MatchedLayer& layer : layers) {
    if (!layer.everywhere() || !layer.in.front()->on_chip) continue;
    for (std::size_t r = 0; r < runs; ++r)
      lines.push_back(cells(r == 0 ? shortened(layer.name, kLongestName) : "", r, *layer.in[r],
                            *layer.in.front(), tables));
  }
  const std::vector<StoredLayer> totals = sums(layers, runs);
  for (std::size_t r = 0; r < runs; ++r)
    lines.push_back(cells(r == 0 ? "total" : "", r, totals[r], totals.front(), tables));
  return aligned(lines, {{0, 1, 4}, false});
}

/// Which layers are not in every run.
std::string missing_text(const std::vector<MatchedLayer>& layers, std::size_t runs) {
  std::string text;
  for (std::size_t r = 0; r < runs; ++r) {
    std::string names;
    for (const MatchedLayer& layer : layers)
      if (layer.in[r] == nullptr)
        names += (names.empty() ? "" : ", ") + shortened(layer.name, kLongestName);
    if (!names.empty()) text += fmt::format("not in {}, and left out here: {}\n", letter(r), names);
  }
  return text.empty() ? "" : "\n" + text;
}

/// Which layers have another mapping in some run.
std::string mappings_text(const std::vector<MatchedLayer>& layers) {
  std::string names;
  for (const MatchedLayer& layer : layers) {
    if (!layer.everywhere()) continue;
    const auto mapping = [](const StoredLayer* of) {
      return of->whole.value("mapping", nlohmann::ordered_json());
    };
    if (std::any_of(layer.in.begin(), layer.in.end(), [&](const StoredLayer* of) {
          return mapping(of) != mapping(layer.in.front());
        }))
      names += (names.empty() ? "" : ", ") + shortened(layer.name, kLongestName);
  }
  return names.empty() ? "" : "\nmapped differently: " + names + "\n";
}

/// The sums by class and by level of traffic.
std::string totals_text(const std::vector<MatchedLayer>& layers, std::size_t runs,
                        const CountTables& tables) {
  const std::vector<StoredLayer> totals = sums(layers, runs);
  Line heading{"in all"};
  for (std::size_t r = 0; r < runs; ++r) {
    heading.push_back(letter(r));
    if (r > 0) heading.emplace_back("change");
  }
  std::vector<Line> lines{heading};
  const auto put = [&](const std::string& name, auto value_of_run) {
    Line line{name};
    bool any = false;
    const std::uint64_t first = value_of_run(totals.front());
    for (std::size_t r = 0; r < runs; ++r) {
      const std::uint64_t value = value_of_run(totals[r]);
      any = any || value != 0;
      line.push_back(grouped(value));
      if (r > 0) line.push_back(change(r, value, first));
    }
    if (any) lines.push_back(std::move(line));
  };
  put("cycles", [](const StoredLayer& all) { return all.cycles; });
  std::vector<std::string> keys;
  for (const StoredLayer& total : totals) {
    for (const auto& [key, cycles] : total.stalls)
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  for (const std::string& key : keys) {
    std::string name = "PE cycles: " + key;
    for (const StallInfo& info : tables.stalls) {
      if (info.key != key) continue;
      name = "PE cycles: " + info.words + (info.place.empty() ? "" : ", " + info.place);
    }
    put(name, [&key](const StoredLayer& all) { return value_of(all.stalls, key); });
  }
  const auto moved = [&](const char* name, std::uint64_t Traffic::*level) {
    put(name, [level](const StoredLayer& all) { return traffic_of(all.counters).*level; });
  };
  moved("DRAM bytes", &Traffic::dram_bytes);
  moved("NoC words times hops", &Traffic::noc_word_hops);
  moved("GLB words", &Traffic::glb_words);
  moved("SPad accesses", &Traffic::spad_accesses);
  return "\n" + aligned(lines, {{0}, false});
}

}  // namespace

std::string comparison_text(const std::vector<StoredRun>& runs, const CountTables& tables) {
  const std::vector<MatchedLayer> layers = matched_layers(runs);
  return head_of(runs) + settings_text(runs) + layers_text(layers, runs.size(), tables) +
         missing_text(layers, runs.size()) + mappings_text(layers) +
         totals_text(layers, runs.size(), tables);
}

std::string comparison_csv(const std::vector<StoredRun>& runs) {
  const std::vector<MatchedLayer> layers = matched_layers(runs);
  std::string text = "layer,quantity";
  for (const StoredRun& run : runs) text += "," + csv_field(run.path);
  text += "\n";
  const auto put = [&text](const std::string& layer, const std::string& quantity,
                           const std::vector<std::string>& values) {
    text += csv_field(layer) + "," + csv_field(quantity);
    for (const std::string& value : values) text += "," + csv_field(value);
    text += "\n";
  };
  for (const ChangedSetting& setting : changed_settings(runs))
    put("", "chip." + setting.name, setting.values);

  const auto put_layer = [&](const std::string& name, const std::vector<const StoredLayer*>& in) {
    const auto put_each = [&](const std::string& quantity, auto text_of) {
      std::vector<std::string> values;
      for (const StoredLayer* layer : in)
        values.push_back(layer == nullptr ? std::string() : text_of(*layer));
      if (std::any_of(values.begin(), values.end(),
                      [](const auto& value) { return !value.empty(); }))
        put(name, quantity, values);
    };
    const auto put_values = [&](const std::string& group, Values StoredLayer::*of) {
      std::vector<std::string> keys;
      for (const StoredLayer* layer : in) {
        if (layer == nullptr) continue;
        for (const auto& [key, value] : layer->*of)
          if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
      }
      for (const std::string& key : keys)
        put_each(group + "." + key, [&](const StoredLayer& layer) {
          for (const auto& [own, value] : layer.*of)
            if (own == key) return std::to_string(value);
          return std::string();
        });
    };
    put_each("cycles", [](const StoredLayer& layer) { return std::to_string(layer.cycles); });
    put_each("macs", [](const StoredLayer& layer) { return std::to_string(layer.macs); });
    put_each("effectual_macs",
             [](const StoredLayer& layer) { return std::to_string(layer.effectual_macs); });
    put_each("limited_by", [](const StoredLayer& layer) { return layer.limited_by; });
    put_values("stalls", &StoredLayer::stalls);
    put_values("counters", &StoredLayer::counters);
  };
  for (const MatchedLayer& layer : layers) put_layer(layer.name, layer.in);
  const std::vector<StoredLayer> totals = sums(layers, runs.size());
  std::vector<const StoredLayer*> all;
  for (const StoredLayer& total : totals) all.push_back(&total);
  put_layer("total", all);
  return text;
}

}  // namespace uvea::report
