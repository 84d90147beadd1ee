#include "tb/reproduce/reproduction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "sw/report/table.h"
#include "sw/report/text_table.h"
#include "tb/reproduce/sensitivity.h"

namespace uvea::tb {
namespace {

/// Whole cycles with separators; else as many digits as were published, about.
std::string number(double value, const std::string& unit) {
  if (unit == "cycles") return report::grouped(static_cast<std::uint64_t>(std::llround(value)));
  return fmt::format("{:.{}f}", value, value < 10 ? 2 : 1);
}

std::vector<report::Line> lines_of(const std::vector<ComparedRow>& rows, Topic topic) {
  std::vector<report::Line> lines;
  for (const ComparedRow& row : rows) {
    if (row.row.topic != topic) continue;
    lines.push_back({row.row.what, row.row.unit, number(row.row.published, row.row.unit),
                     number(row.model, row.row.unit), fmt::format("{:.3f}", row.ratio())});
  }
  return lines;
}

const report::Line& heading() {
  static const report::Line line = {"what", "unit", "published", "model", "ratio"};
  return line;
}

std::string markdown_line(const report::Line& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

/// The heading and the rule below it: `left` columns stand to the left, the others to the right.
std::string markdown_head(const report::Line& cells, std::size_t left) {
  std::string text = markdown_line(cells) + "|";
  for (std::size_t i = 0; i < cells.size(); ++i) text += i < left ? "---|" : "--:|";
  return text + "\n";
}

/// Heading first; nothing else when the topic has no figures.
std::vector<report::Line> table_of(const std::vector<ComparedRow>& rows,
                                   const FiguresByKey& figures, Topic topic) {
  if (topic == Topic::sensitivity) return sensitivity_table(sensitivity_rows(figures));
  std::vector<report::Line> lines = lines_of(rows, topic);
  lines.insert(lines.begin(), heading());
  return lines;
}

/// Classes that take a share worth a column somewhere in the layers.
std::vector<hw::Stall> classes_of(const Figures& figures) {
  constexpr double least = 0.005;
  std::vector<hw::Stall> shown;
  for (std::size_t s = 0; s < hw::kStalls; ++s) {
    const auto stall = static_cast<hw::Stall>(s);
    if (std::any_of(figures.layers.begin(), figures.layers.end(), [&](const LayerFigures& layer) {
          return static_cast<double>(layer.stalls.of(stall)) >
                 least * static_cast<double>(layer.stalls.total());
        }))
      shown.push_back(stall);
  }
  return shown;
}

std::string layers_markdown(const Figures& figures) {
  const std::vector<hw::Stall> shown = classes_of(figures);
  report::Line head = {"layer", "cycles", "MACs/cycle"};
  for (const hw::Stall stall : shown) head.emplace_back(hw::row_of(stall).brief);
  std::string text = markdown_head(head, 1);
  for (const LayerFigures& layer : figures.layers) {
    report::Line cells = {
        layer.name, number(static_cast<double>(layer.cycles), "cycles"),
        fmt::format("{:.1f}", static_cast<double>(layer.macs) / static_cast<double>(layer.cycles))};
    for (const hw::Stall stall : shown)
      cells.push_back(fmt::format("{:.1f}", 100 * static_cast<double>(layer.stalls.of(stall)) /
                                                static_cast<double>(layer.stalls.total())));
    text += markdown_line(cells);
  }
  return text;
}

/// The experiments that are nothing but one of the sensitivities' settings.
std::set<std::string> keys_of_variations() {
  std::set<std::string> keys;
  for (const Experiment& experiment : experiments())
    if (!experiment.settings.empty()) keys.insert(experiment.key);
  return keys;
}

std::string words_of(const std::string& key) {
  for (const Experiment& experiment : experiments())
    if (experiment.key == key) return experiment.words;
  return key;
}

}  // namespace

std::vector<ComparedRow> compared(const std::vector<Topic>& topics, const FiguresByKey& figures) {
  std::vector<ComparedRow> rows;
  for (PublishedRow& row : published_rows()) {
    if (std::find(topics.begin(), topics.end(), row.topic) == topics.end()) continue;
    if (!std::all_of(row.needs.begin(), row.needs.end(),
                     [&](const std::string& key) { return figures.count(key) > 0; }))
      continue;
    const double model = row.model(figures);
    rows.push_back({std::move(row), model});
  }
  return rows;
}

std::string reproduction_text(const std::vector<ComparedRow>& rows, const FiguresByKey& figures) {
  std::string text;
  for (const TopicName& topic : topic_names()) {
    const std::vector<report::Line> lines = table_of(rows, figures, topic.topic);
    if (lines.size() <= 1) continue;
    text += fmt::format("{}{}\n{}", text.empty() ? "" : "\n", topic.words,
                        report::aligned(lines, {{0, 1}}));
  }
  return text;
}

std::string reproduction_markdown(const std::vector<ComparedRow>& rows,
                                  const FiguresByKey& figures) {
  std::string text;
  for (const TopicName& topic : topic_names()) {
    const std::vector<report::Line> lines = table_of(rows, figures, topic.topic);
    if (lines.size() <= 1) continue;
    text += fmt::format("{}### {}\n\n{}", text.empty() ? "" : "\n", topic.words,
                        markdown_head(lines.front(), 2));
    for (std::size_t i = 1; i < lines.size(); ++i) text += markdown_line(lines[i]);
  }
  text += "\n## Layer by layer\n\nShares of all PE cycles in per cent (docs/stalls.md).\n";
  const std::set<std::string> varied = keys_of_variations();
  for (const auto& [key, figure] : figures)
    if (varied.count(key) == 0)
      text += fmt::format("\n### {}: {} cycles\n\n{}", words_of(key),
                          number(static_cast<double>(figure.cycles()), "cycles"),
                          layers_markdown(figure));
  return text;
}

std::string reproduction_json(const std::vector<ComparedRow>& rows, const FiguresByKey& figures,
                              std::uint64_t seed) {
  nlohmann::ordered_json json;
  json["seed"] = seed;
  json["rows"] = nlohmann::ordered_json::array();
  for (const ComparedRow& row : rows) {
    const auto topic =
        std::find_if(topic_names().begin(), topic_names().end(),
                     [&](const TopicName& name) { return name.topic == row.row.topic; });
    json["rows"].push_back({{"topic", topic->name},
                            {"what", row.row.what},
                            {"unit", row.row.unit},
                            {"published", row.row.published},
                            {"source", row.row.source},
                            {"model", row.model},
                            {"ratio", row.ratio()}});
  }
  json["sensitivity"] = nlohmann::ordered_json::array();
  for (const SensitivityRow& row : sensitivity_rows(figures))
    for (const SensitivityRow::Change& change : row.changes)
      json["sensitivity"].push_back({{"constant", row.constant.name},
                                     {"value", row.constant.value},
                                     {"setting", change.setting},
                                     {"experiment", change.workload},
                                     {"percent", change.percent}});
  json["experiments"] = nlohmann::ordered_json::object();
  for (const auto& [key, figure] : figures) {
    nlohmann::ordered_json& one = json["experiments"][key];
    one["words"] = words_of(key);
    one["cycles"] = figure.cycles();
    one["pes"] = figure.pes;
    one["batch"] = figure.batch;
    one["dram_mb"] = figure.dram_mb();
    one["active_share"] = figure.active_share();
    one["layers"] = nlohmann::ordered_json::array();
    for (const LayerFigures& layer : figure.layers) {
      nlohmann::ordered_json stalls;
      for (std::size_t s = 0; s < hw::kStalls; ++s) {
        const auto stall = static_cast<hw::Stall>(s);
        stalls[hw::row_of(stall).name] = layer.stalls.of(stall);
      }
      one["layers"].push_back({{"name", layer.name},
                               {"cycles", layer.cycles},
                               {"moving_cycles", layer.moving_cycles},
                               {"macs", layer.macs},
                               {"active_pes", layer.active_pes},
                               {"dram_bytes", layer.dram_bytes},
                               {"glb_bytes", layer.glb_bytes},
                               {"stalls", std::move(stalls)}});
    }
  }
  return json.dump(2) + "\n";
}

}  // namespace uvea::tb
