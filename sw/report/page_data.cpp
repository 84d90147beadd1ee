#include "sw/report/page_data.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "sw/report/json_place.h"
#include "sw/report/limits.h"
#include "sw/report/matched_layers.h"
#include "sw/user_error.h"

namespace uvea::report {
namespace {

using Json = nlohmann::ordered_json;

Json keys_of(const CountTables& tables) {
  Json keys = Json::array();
  for (const StallInfo& info : tables.stalls)
    keys.push_back(Json{{"key", info.key},
                        {"class", class_of(info.key)},
                        {"brief", info.brief},
                        {"words", info.words},
                        {"place", info.place},
                        {"help", info.help}});
  return keys;
}

Json bounds_of(const JsonPlace& layer) {
  Json steps = Json::array();
  if (!layer.has("eyexam")) return steps;
  for (const JsonPlace& step : layer["eyexam"].items())
    steps.push_back(Json{{"step", step["step"].text()},
                         {"cycles", step["cycles"].real()},
                         {"macs_per_cycle", step["macs_per_cycle"].real()},
                         {"limit", step["limit"].text()}});
  return steps;
}

Json utilisation_of(const JsonPlace& layer) {
  Json kinds = Json::object();
  if (!layer.has("utilisation")) return kinds;
  const JsonPlace all = layer["utilisation"];
  for (const auto& [kind, unused] : all.object().items()) {
    const JsonPlace use = all[kind];
    kinds[kind] = Json{{"count", use["count"].count()},
                       {"busy", use["busy"].real()},
                       {"busiest", use["busiest"].real()},
                       {"held", use["held"].real()}};
  }
  return kinds;
}

Json object_of(const Values& values) {
  Json object = Json::object();
  for (const auto& [key, value] : values) object[key] = value;
  return object;
}

Json layer_json(const std::string& file, const StoredLayer& layer) {
  const JsonPlace at(file, "layer " + std::to_string(layer.index), layer.whole);
  Json json{{"index", layer.index},  {"name", layer.name},
            {"type", layer.type},    {"on_chip", layer.on_chip},
            {"macs", layer.macs},    {"effectual_macs", layer.effectual_macs},
            {"cycles", layer.cycles}};
  for (const char* const key : {"active_pes", "mismatches", "psum_overflows"})
    json[key] = at[key].count();
  json["mac_occupancy"] = at["mac_occupancy"].real();
  for (const char* const key : {"predicted_cycles", "lower_bound_cycles"})
    json[key] = at.has(key) ? at[key].real() : 0.0;
  json["limited_by"] = layer.limited_by;
  json["stalls"] = object_of(layer.stalls);
  json["counters"] = object_of(layer.counters);
  json["eyexam"] = bounds_of(at);
  json["utilisation"] = utilisation_of(at);
  return json;
}

std::uint64_t chip_number(const JsonPlace& chip, const char* section, const char* key) {
  const JsonPlace at = chip[section][key];
  if (at.count() == 0) at.refuse("a number from 1 on");
  return at.count();
}

/// limited_by() of all layers taken together.
std::string limit_of(const StoredRun& run, const CountTables& tables, std::uint64_t pes) {
  LayerResult all;
  all.counters.stalls.assign(tables.stalls.size(), 0);
  bool any = false;
  for (const StoredLayer& layer : run.layers) {
    all.counters.cycles += layer.cycles;
    for (std::size_t i = 0; i < tables.stalls.size(); ++i) {
      const std::uint64_t cycles = value_of(layer.stalls, tables.stalls[i].key);
      all.counters.stalls[i] += cycles;
      any = any || cycles > 0;
    }
  }
  RunResult result;
  result.tables = tables;
  result.chip_pes = static_cast<std::int64_t>(pes);
  return any ? limited_by(all, result) : "";
}

/// Numbers for texts, in the order in which they first come.
class Numbered {
 public:
  std::size_t operator()(const std::string& text) {
    const auto [at, is_new] = numbers_.emplace(text, texts_.size());
    if (is_new) texts_.push_back(text);
    return at->second;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::map<std::string, std::size_t> numbers_;
  std::vector<std::string> texts_;
};

/// `list` with `value` at `at`, zeros before it where there is nothing.
void put_at(Json& list, std::size_t at, std::uint64_t value) {
  while (list.size() <= at) list.push_back(0);
  list[at] = value;
}

/// Paths are many and the same in every layer: they are told once.
void put_resources(Json& json, const std::vector<StoredResources>& layers) {
  Numbered pes, parts, words;
  std::vector<std::string> kinds;
  Json all = Json::array();
  for (const StoredResources& layer : layers) {
    Json own{{"index", layer.index}, {"stalls", Json::object()}};
    for (const char* const key : {"busy", "held", "held_by"}) own[key] = Json::array();
    for (const StoredPe& pe : layer.pes) {
      const std::size_t at = pes(pe.path);
      for (const auto& [key, cycles] : pe.stalls) put_at(own["stalls"][key], at, cycles);
    }
    for (const ResourceUse& part : layer.resources) {
      const std::size_t at = parts(part.path);
      if (at == kinds.size()) kinds.push_back(part.kind);
      put_at(own["busy"], at, part.busy);
      put_at(own["held"], at, part.held);
      put_at(own["held_by"], at, words(part.held_by));
    }
    all.push_back(std::move(own));
  }
  json["paths"] = Json{{"pes", pes.texts()}, {"parts", Json::array()}};
  for (std::size_t i = 0; i < kinds.size(); ++i)
    json["paths"]["parts"].push_back(Json{{"path", parts.texts()[i]}, {"kind", kinds[i]}});
  json["held_by"] = words.texts();
  json["resources"] = std::move(all);
}

Json run_json(const PageRun& page, const CountTables& tables) {
  const StoredRun& run = page.run;
  const std::string file = file_beside(run.path, "results.json");
  Json json{{"path", run.path},   {"uvea", run.version}, {"network", run.network},
            {"batch", run.batch}, {"whole", run.whole},  {"chip", Json::object()}};
  for (const auto& [name, value] : run.chip) json["chip"][name] = value;
  const JsonPlace total(file, "total", run.total);
  for (const char* const key : {"macs", "effectual_macs", "cycles", "mismatches"})
    json["total"][key] = total[key].count();
  json["total"]["inferences_per_second"] = total["inferences_per_second"].real();
  const JsonPlace chip(file, "chip", run.chip_whole);
  const std::uint64_t pes = chip_number(chip, "mesh", "rows") * chip_number(chip, "mesh", "cols") *
                            chip_number(chip, "cluster", "pe_rows") *
                            chip_number(chip, "cluster", "pe_cols");
  json["chip_pes"] = pes;
  json["chip_macs"] = pes * chip_number(chip, "pe", "simd");
  json["clock_mhz"] = chip["control"]["clock_mhz"].real();
  json["limited_by"] = limit_of(run, tables, pes);
  json["layers"] = Json::array();
  for (const StoredLayer& layer : run.layers) json["layers"].push_back(layer_json(file, layer));
  put_resources(json, page.resources);
  return json;
}

void put_comparison(Json& data, const std::vector<PageRun>& pages) {
  data["matched"] = data["changed"] = Json::array();
  if (pages.size() < 2) return;
  std::vector<StoredRun> runs;
  for (const PageRun& page : pages) runs.push_back(page.run);
  for (const MatchedLayer& layer : matched_layers(runs)) {
    Json in = Json::array();
    for (std::size_t r = 0; r < runs.size(); ++r)
      in.push_back(layer.in[r] == nullptr ? Json() : Json(layer.in[r] - runs[r].layers.data()));
    data["matched"].push_back(Json{{"name", layer.name}, {"in", std::move(in)}});
  }
  for (const ChangedSetting& setting : changed_settings(runs))
    data["changed"].push_back(Json{{"name", setting.name}, {"values", setting.values}});
}

}  // namespace

Json page_data(const std::vector<PageRun>& runs, const CountTables& tables) {
  Json data{{"keys", keys_of(tables)}, {"runs", Json::array()}};
  for (const PageRun& run : runs) data["runs"].push_back(run_json(run, tables));
  put_comparison(data, runs);
  return data;
}

std::string filled_page(const std::string& page, const Json& data) {
  const std::size_t at = page.find(kPageMark);
  if (at == std::string::npos) throw std::runtime_error("the page has no place for the data");
  std::string text;
  // Names are whatever a network's file said; neither "</script" nor "<!--" may stand there.
  for (const char c : data.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  }
  return page.substr(0, at) + text + page.substr(at + std::string(kPageMark).size());
}

}  // namespace uvea::report
