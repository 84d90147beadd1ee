// uvea map: the mappings that uvea run would take, as a file to read and edit.

#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "sw/mapper/mapping_file.h"
#include "tb/app/commands.h"
#include "tb/app/interrupt_line.h"
#include "tb/app/layer_range.h"
#include "tb/app/network_source.h"
#include "tb/app/run_input.h"
#include "tb/app/safe_file.h"
#include "tb/app/standard_output.h"
#include "tb/config/chip_file.h"
#include "tb/sim/map_effort.h"
#include "tb/sim/mapping_folder.h"

namespace uvea::tb {
namespace {

/// What the mapper says for a mapping: what it takes by the cost, and what none takes less than.
std::string certificate(const TriedMapping& tried, mapper::Objective objective) {
  const mapper::Certificate& c = tried.certificate;
  const mapper::Candidate& chosen = tried.chosen;
  std::string text = fmt::format("cost    predicted {:.0f} cycles, {:.0f} bytes of DRAM\n",
                                 chosen.cycles, chosen.dram_bytes);
  if (objective == mapper::Objective::energy_delay)
    text += fmt::format("energy  {:.0f} MACs of 16 bits\n", chosen.energy);
  if (tried.simulated > 0) text += fmt::format("        simulated {} cycles\n", tried.simulated);
  if (objective == mapper::Objective::cycles && c.lower_bound > 0) {
    if (c.fewest < chosen.cycles)
      text += fmt::format(
          "        the fastest one {:.0f} cycles: less traffic within --map-slack\n", c.fewest);
    const double cycles =
        tried.simulated > 0 ? static_cast<double>(tried.simulated) : chosen.cycles;
    text += fmt::format(
        "bound   by the cost no mapping takes fewer than {:.0f} cycles: this one is {:.1f} % "
        "above\n",
        c.lower_bound, 100 * (cycles / c.lower_bound - 1));
  }
  text +=
      fmt::format("search  {} mappings worked out, {} branches and mappings left by their bound\n",
                  c.visited, c.pruned);
  return text;
}

}  // namespace

int map_command(const Arguments& arguments) {
  std::optional<InterruptLine> before_writing{std::in_place};
  const hw::ChipConfig chip = load_chip(arguments.chip_files, arguments.settings);
  const NetworkSource source = find_network(arguments.network);
  nn::Network network = load_network(source, chip, arguments);
  // Sets the batch as a run would.
  SimulationOptions options;
  options.inputs = load_run_input(source, arguments, network).tensors;
  options.jobs = arguments.jobs;
  const LayerRange range = parse_layer_range(arguments.layers, layer_names(network));
  options.layers = range;
  MappingFolder kept(arguments.map_cache ? user_mapping_folder() : "");
  options.mapping_store = &kept;
  if (arguments.output) require_writable(*arguments.output, "--output");
  const std::vector<TriedMapping> tried =
      try_mappings(chip, network, options, arguments.map_options, arguments.map_effort);
  const mapper::ChipSizes sizes = sizes_of(chip);
  mapper::NetworkMapping sections;
  std::vector<std::string> notes;
  for (std::size_t i = range.first; i <= range.last; ++i) {
    const nn::Layer& layer = network.layers[i];
    if (!layer.on_chip()) continue;
    const mapper::Mapping& mapping = tried[i].chosen.mapping;
    sections.emplace_back(layer.name, mapping);
    notes.push_back(mapper::describe(layer.conv().geo, mapping, sizes) +
                    certificate(tried[i], arguments.map_options.objective));
  }
  const std::string text = mapper::to_text(sections, notes);
  before_writing.reset();
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
