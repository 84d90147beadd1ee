#include "sw/report/resources.h"

namespace uvea::report {
namespace {

using Json = nlohmann::ordered_json;

// Names are whatever a network's file said; bytes that are no UTF-8 must not stop the report.
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Its cycles by class, places taken together.
Json pe_json(const PeUse& pe, const CountTables& tables) {
  Values classes;
  for (std::size_t i = 0; i < tables.stalls.size(); ++i)
    add(classes, class_of(tables.stalls[i].key), pe.stalls[i]);
  Json json{{"path", pe.path}, {"stalls", Json::object()}};
  for (const auto& [key, cycles] : classes) json["stalls"][key] = cycles;
  return json;
}

}  // namespace

std::string resources_json(const RunResult& run) {
  std::string text = "{\"layers\": [";
  bool first = true;
  for (const LayerResult& layer : run.layers) {
    if (!layer.on_chip) continue;
    text += std::string(first ? "" : ",") + "\n{\"index\": " + std::to_string(layer.index) +
            ", \"name\": " + line_of(layer.name) +
            ", \"cycles\": " + std::to_string(layer.counters.cycles) + ", \"pes\": [";
    first = false;
    for (std::size_t i = 0; i < layer.counters.pes.size(); ++i)
      text += (i == 0 ? "\n" : ",\n") + line_of(pe_json(layer.counters.pes[i], run.tables));
    text += "\n], \"resources\": [";
    for (std::size_t i = 0; i < layer.counters.resources.size(); ++i) {
      const ResourceUse& use = layer.counters.resources[i];
      text += (i == 0 ? "\n" : ",\n") + line_of(Json{{"path", use.path},
                                                     {"kind", use.kind},
                                                     {"busy", use.busy},
                                                     {"held", use.held},
                                                     {"held_by", use.held_by}});
    }
    text += "\n]}";
  }
  return text + "\n]}\n";
}

}  // namespace uvea::report
