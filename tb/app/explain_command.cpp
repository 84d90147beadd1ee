// uvea explain: one layer of a run.

#include <fmt/format.h>

#include "sw/report/explain.h"
#include "sw/report/stored_resources.h"
#include "sw/user_error.h"
#include "tb/app/commands.h"
#include "tb/app/standard_output.h"
#include "tb/config/near_name.h"
#include "tb/sim/layer_counters.h"

namespace uvea::tb {
namespace {

/// By its name, else by its number in the network.
const report::StoredLayer& layer_of(const report::StoredRun& run, const std::string& asked) {
  std::vector<std::string> names;
  for (const report::StoredLayer& layer : run.layers) {
    names.push_back(layer.name);
    if (layer.name == asked) return layer;
  }
  for (const report::StoredLayer& layer : run.layers)
    if (std::to_string(layer.index) == asked) return layer;
  throw UserError(
      fmt::format("{} has no layer '{}': expected one of its {} layers' names or numbers{}",
                  run.path, asked.substr(0, 60), names.size(), did_you_mean(asked, names)));
}

}  // namespace

int explain_command(const Arguments& arguments) {
  const report::StoredRun run = report::read_run(arguments.runs.front());
  const report::StoredLayer& layer = layer_of(run, arguments.runs.back());
  if (!layer.on_chip)
    throw UserError(fmt::format("layer {} ({}) ran on the host: there is nothing to explain",
                                layer.index, layer.name));
  print_text(report::explanation(
      run, layer, count_tables(),
      report::resources_of(report::read_resources(run), layer.index).resources));
  return 0;
}

}  // namespace uvea::tb
