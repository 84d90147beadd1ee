#include "sw/report/results.h"

#include <fmt/format.h>

#include <algorithm>

#include "sw/report/limits.h"
#include "sw/report/text_table.h"

namespace uvea::report {
namespace {

using Json = nlohmann::ordered_json;

/// The older keys: by data type, what moved where.
Json traffic_of(const CountTables& tables, const Counters& counters) {
  Json traffic;
  for (const char* const name : {"dram_read_bytes", "dram_write_bytes"})
    traffic[name] = count_of(tables, counters, name);
  for (const std::string data : {"iact", "weight", "psum"}) {
    const auto put = [&](const std::string& key, const std::string& counter) {
      // Weights have no GLB bank: their zeros are the chip's, and keep the three objects alike.
      const bool known =
          std::any_of(tables.counters.begin(), tables.counters.end(),
                      [&counter](const CounterInfo& info) { return info.name == counter; });
      traffic[data][key] = known ? count_of(tables, counters, counter) : 0;
    };
    put("glb_reads", "glb_" + data + "_reads");
    put("glb_writes", "glb_" + data + "_writes");
    put("noc_words", "noc_" + data + "_words");
    put("noc_word_hops", "noc_" + data + "_word_hops");
    put("spad_reads", "spad_" + data + "_reads");
    put("spad_writes", "spad_" + data + "_writes");
  }
  return traffic;
}

Json counters_of(const CountTables& tables, const Counters& counters) {
  Json all = Json::object();
  for (std::size_t i = 0; i < tables.counters.size(); ++i)
    all[tables.counters[i].name] = i < counters.counts.size() ? counters.counts[i] : 0;
  return all;
}

Json stalls_of(const CountTables& tables, const Counters& counters) {
  Json all = Json::object();
  for (const auto& [key, cycles] : stall_values(tables, counters)) all[key] = cycles;
  return all;
}

Json utilisation_of(const LayerResult& layer, const RunResult& run) {
  Json all = Json::object();
  for (const KindUse& use : utilisation(layer, run))
    all[use.kind] = Json{
        {"count", use.count}, {"busy", use.busy}, {"busiest", use.busiest}, {"held", use.held}};
  return all;
}

Json eyexam_of(const LayerResult& layer) {
  Json steps = Json::array();
  for (const BoundStep& step : layer.eyexam)
    steps.push_back(Json{{"step", step.step},
                         {"cycles", step.cycles},
                         {"macs_per_cycle", step.macs_per_cycle},
                         {"limit", step.limit}});
  return steps;
}

Json layer_json(const LayerResult& layer, const RunResult& run) {
  const Counters& c = layer.counters;
  const auto count = [&](const char* name) { return count_of(run.tables, c, name); };
  const std::uint64_t effectual_macs = count("effectual_macs");
  Json json;
  json["index"] = layer.index;
  json["name"] = layer.name;
  json["type"] = layer.type;
  json["on_chip"] = layer.on_chip;
  json["macs"] = layer.macs;
  json["effectual_macs"] = effectual_macs;
  json["cycles"] = c.cycles;
  json["predicted_cycles"] = layer.predicted_cycles;
  json["lower_bound_cycles"] = layer.lower_bound_cycles;
  json["active_pes"] = count("active_pes");
  json["mac_occupancy"] =
      mac_occupancy(static_cast<std::int64_t>(effectual_macs), c.cycles, run.chip_macs);
  json["mismatches"] = layer.mismatches;
  json["psum_overflows"] = count("psum_overflows");
  json["weight_density"] = layer.weight_density;
  json["iact_density"] = layer.iact_density;
  json["limited_by"] = limited_by(layer, run);
  json["stalls"] = stalls_of(run.tables, c);
  json["eyexam"] = eyexam_of(layer);
  json["utilisation"] = utilisation_of(layer, run);
  json["traffic"] = traffic_of(run.tables, c);
  json["counters"] = counters_of(run.tables, c);
  json["mapping"] = layer.mapping;
  if (layer.weight_sqnr_db) json["weight_sqnr_db"] = *layer.weight_sqnr_db;
  if (layer.psum_overflow) json["psum_overflow"] = to_json(*layer.psum_overflow);
  return json;
}

std::string plain(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? std::string() : value.dump();
}

/// "k=v k=v", nested keys joined by '.'.
std::string pairs(const Json& object, const std::string& prefix) {
  std::string text;
  for (const auto& [key, value] : object.items()) {
    if (!text.empty()) text += ' ';
    text +=
        value.is_object() ? pairs(value, prefix + key + ".") : prefix + key + "=" + plain(value);
  }
  return text;
}

/// Leaves of one layer, in order; what has no value keeps its column.
void flatten(const Json& object, const std::string& prefix,
             std::vector<std::pair<std::string, std::string>>& cells) {
  for (const auto& [key, value] : object.items()) {
    if (key == "mapping") {
      cells.emplace_back(key, value.is_object() ? pairs(value, "") : std::string());
    } else if (key == "eyexam") {
      for (std::size_t i = 0; i < kBoundSteps; ++i)
        cells.emplace_back(key + "_" + std::to_string(i + 1) + "_cycles",
                           i < value.size() ? plain(value[i]["cycles"]) : std::string());
    } else if (key == "utilisation") {
      continue;  // other kinds on other chips: no columns
    } else if (value.is_object()) {
      flatten(value, key == "traffic" ? prefix : prefix + key + "_", cells);
    } else {
      cells.emplace_back(prefix + key, plain(value));
    }
  }
}

}  // namespace

double mac_occupancy(std::int64_t effectual_macs, std::uint64_t cycles, std::int64_t chip_macs) {
  if (cycles == 0 || chip_macs <= 0) return 0;
  return static_cast<double>(effectual_macs) /
         (static_cast<double>(cycles) * static_cast<double>(chip_macs));
}

Total total_of(const RunResult& run) {
  Total total;
  for (const LayerResult& layer : run.layers) {
    total.macs += layer.macs;
    total.effectual_macs +=
        static_cast<std::int64_t>(count_of(run.tables, layer.counters, "effectual_macs"));
    total.mismatches += layer.mismatches;
    total.cycles += layer.counters.cycles;
    total.psum_overflows += count_of(run.tables, layer.counters, "psum_overflows");
  }
  if (total.cycles > 0) {
    total.inferences_per_second =
        run.clock_hz / static_cast<double>(total.cycles) * static_cast<double>(run.batch);
  }
  if (run.host_seconds > 0) {
    total.macs_per_host_second = static_cast<double>(total.macs) / run.host_seconds;
  }
  return total;
}

std::string results_json(const RunResult& run) {
  const Total total = total_of(run);
  Json json;
  json["uvea"] = run.version;
  json["network"] = run.network;
  json["chip"] = run.chip;
  json["seed"] = run.seed;
  if (!run.pruned.empty()) json["pruned"] = run.pruned;
  if (run.interrupted) json["interrupted"] = true;
  if (run.stopped) json["stopped"] = true;
  if (run.broken_off) json["broken_off"] = true;
  if (!run.rtl.is_null()) json["rtl"] = run.rtl;
  json["layers"] = Json::array();
  for (const LayerResult& layer : run.layers) json["layers"].push_back(layer_json(layer, run));
  json["total"] = Json{{"macs", total.macs},
                       {"effectual_macs", total.effectual_macs},
                       {"cycles", total.cycles},
                       {"inferences_per_second", total.inferences_per_second},
                       {"mismatches", total.mismatches},
                       {"host_seconds", run.host_seconds},
                       {"macs_per_host_second", total.macs_per_host_second}};
  // A layer's name is whatever the file said; bytes that are no UTF-8 must not stop the report.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string layers_csv(const RunResult& run) {
  // An empty layer gives the columns, also when no layer ran.
  LayerResult model;
  model.weight_sqnr_db = 0;
  model.psum_overflow = PsumOverflow{};
  std::vector<std::pair<std::string, std::string>> columns;
  flatten(layer_json(model, run), "", columns);
  std::string text;
  for (const auto& [name, value] : columns) text += (text.empty() ? "" : ",") + name;
  text += "\n";
  for (const LayerResult& layer : run.layers) {
    Json json = layer_json(layer, run);
    // What has no value keeps its column, and its place.
    json.erase("psum_overflow");
    if (!layer.weight_sqnr_db) json["weight_sqnr_db"] = nullptr;
    json["psum_overflow"] = to_json(layer.psum_overflow.value_or(PsumOverflow{}));
    if (!layer.psum_overflow)
      for (auto& value : json["psum_overflow"]) value = nullptr;
    std::vector<std::pair<std::string, std::string>> cells;
    flatten(json, "", cells);
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += (i == 0 ? "" : ",") + csv_field(cells[i].second);
    }
    text += line + "\n";
  }
  return text;
}

}  // namespace uvea::report
