// uvea networks and uvea config: what there is to choose from.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "sw/nn/tables/table_import.h"
#include "sw/nn/tflite/tflite_import.h"
#include "sw/report/table.h"
#include "sw/user_error.h"
#include "tb/app/commands.h"
#include "tb/app/network_source.h"
#include "tb/app/standard_output.h"
#include "tb/config/chip_file.h"
#include "tb/config/configs_folder.h"

namespace uvea::tb {

int networks_command(const Arguments&) {
  const std::string folder = configs_folder() + "/networks";
  std::vector<nn::TableInfo> infos = nn::list_networks(folder);
  if (infos.empty()) throw UserError("no networks in " + folder);
  std::size_t width = 0;
  for (nn::TableInfo& info : infos) {
    width = std::max(width, info.name.size());
    if (!info.source.empty() || !info.problem.empty()) continue;
    const nn::Network network = nn::load_tflite(info.path);
    info.layers = static_cast<int>(network.layers.size());
    for (const nn::Layer& layer : network.layers) {
      if (layer.on_chip()) info.macs += layer.conv().geo.macs();
    }
    info.source = "TensorFlow Lite file";
    if (info.name == embedded_network()) info.source += ", runs when no network is named";
  }
  fmt::print("{:<{}}  {:>6}  {:>10}  {}\n", "name", width, "layers", "MACs", "what, from where");
  for (const nn::TableInfo& info : infos) {
    if (!info.problem.empty()) {
      fmt::print("{:<{}}  cannot be read: {}\n", info.name, width, info.problem);
      continue;
    }
    fmt::print("{:<{}}  {:>6}  {:>10}  {}\n", info.name, width, info.layers,
               report::with_unit_prefix(static_cast<double>(info.macs)), info.source);
  }
  fmt::print("in {}\n", folder);
  return 0;
}

int config_command(const Arguments& arguments) {
  const hw::ChipConfig chip = load_chip(arguments.chip_files, arguments.settings);
  const std::string text = arguments.ini ? chip_file_text(chip) : chip_table(chip);
  print_text(text);
  return 0;
}

}  // namespace uvea::tb
