// uvea map: the mappings that uvea run would take, as a file to read and edit.

#include <fmt/format.h>

#include <cstdio>

#include "sw/mapper/mapping_file.h"
#include "tb/app/commands.h"
#include "tb/app/layer_range.h"
#include "tb/app/network_source.h"
#include "tb/app/run_input.h"
#include "tb/app/safe_file.h"
#include "tb/app/standard_output.h"
#include "tb/config/chip_file.h"
#include "tb/sim/mappings.h"

namespace uvea::tb {

int map_command(const Arguments& arguments) {
  const hw::ChipConfig chip = load_chip(arguments.chip_files, arguments.settings);
  const NetworkSource source = find_network(arguments.network);
  nn::Network network = load_network(source, chip, arguments);
  // Sets the batch as a run would.
  load_run_input(source, arguments, network);
  const LayerRange range = parse_layer_range(arguments.layers, layer_names(network));
  if (arguments.output) require_writable(*arguments.output, "--output");
  const std::vector<mapper::Mapping> mappings = choose_mappings(network, range, chip);
  const mapper::ChipSizes sizes = sizes_of(chip);
  mapper::NetworkMapping sections;
  std::vector<std::string> notes;
  for (std::size_t i = range.first; i <= range.last; ++i) {
    const nn::Layer& layer = network.layers[i];
    if (!layer.on_chip()) continue;
    sections.emplace_back(layer.name, mappings[i]);
    notes.push_back(mapper::describe(layer.conv().geo, mappings[i], sizes));
  }
  const std::string text = mapper::to_text(sections, notes);
  if (arguments.output) {
    write_whole(*arguments.output, text, "--output");
    if (!arguments.quiet)
      fmt::print("{} layers mapped in {}\n", sections.size(), *arguments.output);
  } else {
    print_text(text);
  }
  return 0;
}

}  // namespace uvea::tb
