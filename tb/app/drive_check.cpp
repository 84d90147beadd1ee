#include "tb/app/drive_check.h"

#include <fmt/format.h>

namespace uvea::tb {
namespace {

bool has_run(const LayerResult& layer) {
  return layer.on_chip && layer.state != LayerResult::State::not_run &&
         layer.state != LayerResult::State::stopped;
}

/// What is wrong with a layer, in lines; what may only follow from the first is counted.
std::vector<std::string> wrong_with(const LayerResult& driven, const LayerResult& model,
                                    const std::string& name) {
  if (!driven.faults.empty()) {
    std::vector<std::string> lines = {fmt::format("model fault: {}: {}", name, driven.faults[0])};
    if (driven.faults.size() > 1)
      lines.push_back(
          fmt::format("{}: and {} more that may follow from it", name, driven.faults.size() - 1));
    if (!model.faults.empty())
      lines.push_back(
          fmt::format("{}: the model alone has faults, too: {}", name, model.faults[0]));
    return lines;
  }
  if (model.state != LayerResult::State::done || driven.state != LayerResult::State::done ||
      driven.record.cycles() == model.record.cycles())
    return {};
  return {fmt::format("{}: {} cycles with the RTL in the PEs' place, {} with the model alone", name,
                      driven.record.cycles(), model.record.cycles())};
}

}  // namespace

Victim first_victim(const RunResult& driven, const RunResult& model,
                    const std::vector<std::string>& names) {
  Victim victim;
  std::size_t others = 0;
  for (std::size_t i = 0; i < driven.layers.size() && i < model.layers.size(); ++i) {
    if (!has_run(driven.layers[i])) continue;
    std::vector<std::string> wrong =
        wrong_with(driven.layers[i], model.layers[i], names[driven.layers[i].layer]);
    if (wrong.empty()) continue;
    if (victim.layer == nullptr) {
      victim = {std::move(wrong), &driven.layers[i]};
    } else {
      ++others;
    }
  }
  if (others > 0)
    victim.lines.push_back(fmt::format("{} other layer{} faulty or of other cycles, too", others,
                                       others == 1 ? " is" : "s are"));
  return victim;
}

}  // namespace uvea::tb
