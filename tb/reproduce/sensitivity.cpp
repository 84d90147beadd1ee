#include "tb/reproduce/sensitivity.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw/config/chip_options.h"

namespace uvea::tb {
namespace {

struct Workload {
  const char* key;
  const char* words;
  bool ddr4;
};
constexpr Workload kWorkloads[] = {{"v2_mobilenet", "MobileNet", false},
                                   {"v2_sparse_mobilenet", "sparse MobileNet", false},
                                   {"v2_alexnet", "AlexNet", false},
                                   {"v2_sparse_alexnet", "sparse AlexNet", false},
                                   {"ddr4_sparse_mobilenet", "sparse MobileNet, DDR4", true},
                                   {"ddr4_sparse_alexnet", "sparse AlexNet, DDR4", true}};

bool of_dram(const std::string& name) { return name.rfind("dram.", 0) == 0; }
/// The latency of a memory without timing.
constexpr const char* kIdealLatency = "dram.ideal_latency_cycles";

bool felt(const std::string& constant, const Workload& workload) {
  return !of_dram(constant) || (constant == kIdealLatency) != workload.ddr4;
}

std::string key_of(const Workload& workload, const std::string& setting) {
  return fmt::format("{} {}", workload.key, setting);
}

}  // namespace

std::vector<FreeConstant> free_constants() {
  const std::vector<std::string> left_out = {"control.watchdog_cycles", "dram.channels"};
  const hw::ChipConfig chip;
  std::vector<FreeConstant> constants;
  for (const hw::ChipOption& option : hw::chip_options()) {
    const hw::OptionValue at = option.value(chip);
    const auto* value = std::get_if<std::int64_t>(&at);
    if (value == nullptr || *value == 0 || option.source != "choice" ||
        std::find(left_out.begin(), left_out.end(), option.name) != left_out.end())
      continue;
    FreeConstant& constant = constants.emplace_back();
    constant.name = option.name;
    constant.value = option.text(chip);
    if (*value % 2 == 0 && static_cast<double>(*value) / 2 >= option.lowest)
      constant.settings.push_back(fmt::format("{}={}", option.name, *value / 2));
    if (static_cast<double>(*value) * 2 <= option.highest)
      constant.settings.push_back(fmt::format("{}={}", option.name, *value * 2));
  }
  return constants;
}

std::vector<Experiment> sensitivity_experiments(const std::vector<Experiment>& workloads) {
  std::vector<Experiment> all;
  for (const FreeConstant& constant : free_constants())
    for (const std::string& setting : constant.settings)
      for (const Workload& workload : kWorkloads) {
        if (!felt(constant.name, workload)) continue;
        const auto base =
            std::find_if(workloads.begin(), workloads.end(),
                         [&](const Experiment& one) { return one.key == workload.key; });
        if (base == workloads.end()) continue;
        Experiment& changed = all.emplace_back(*base);
        changed.key = key_of(workload, setting);
        changed.words = fmt::format("{}, {}", base->words, setting);
        changed.topics = {Topic::sensitivity};
        changed.settings = {setting};
      }
  return all;
}

std::vector<SensitivityRow> sensitivity_rows(const FiguresByKey& figures) {
  std::vector<SensitivityRow> rows;
  for (FreeConstant& constant : free_constants()) {
    SensitivityRow row{std::move(constant), {}};
    for (const std::string& setting : row.constant.settings)
      for (const Workload& workload : kWorkloads) {
        const auto base = figures.find(workload.key);
        const auto changed = figures.find(key_of(workload, setting));
        if (base == figures.end() || changed == figures.end()) continue;
        const auto before = static_cast<double>(base->second.cycles());
        const auto after = static_cast<double>(changed->second.cycles());
        row.changes.push_back({workload.key, setting, 100 * (after / before - 1)});
      }
    if (!row.changes.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::vector<std::string>> sensitivity_table(const std::vector<SensitivityRow>& rows) {
  std::vector<std::string> heading = {"constant", "value", "instead"};
  for (const Workload& workload : kWorkloads) heading.emplace_back(workload.words);
  std::vector<std::vector<std::string>> table = {heading};
  for (const SensitivityRow& row : rows)
    for (const std::string& setting : row.constant.settings) {
      std::vector<std::string> cells = {row.constant.name, row.constant.value,
                                        setting.substr(setting.find('=') + 1)};
      for (const Workload& workload : kWorkloads) {
        const auto found = std::find_if(row.changes.begin(), row.changes.end(), [&](const auto& c) {
          return c.workload == workload.key && c.setting == setting;
        });
        cells.push_back(found == row.changes.end() ? "" : fmt::format("{:+.1f}", found->percent));
      }
      table.push_back(std::move(cells));
    }
  return table;
}

}  // namespace uvea::tb
