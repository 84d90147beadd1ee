#include "tb/app/command_table.h"

#include <fmt/format.h>

#include "sw/user_error.h"
#include "tb/config/near_name.h"

namespace uvea::tb {

std::vector<CommandRow> command_table() {
  return {
      {Command::run, "run", "[NETWORK]", &Arguments::network, "",
       "simulates a network layer by layer, checks every oact, reports"},
      {Command::map, "map", "[NETWORK]", &Arguments::network, "",
       "writes the mapping of each layer as a file that run obeys"},
      {Command::networks, "networks", "", nullptr, "", "lists the shipped networks"},
      {Command::convert, "convert", "FILE", &Arguments::convert_file,
       "no file given: expected a SCALE-Sim topology (.csv), Timeloop problems (.yaml) or a folder "
       "of them",
       "writes a SCALE-Sim or Timeloop file as a layer table"},
      {Command::config, "config", "", nullptr, "",
       "every option of the chip: value, unit, range, source"},
      {Command::replay, "replay", "FILE", &Arguments::replay_file,
       "no file given: expected one that --rtl shadow wrote",
       "runs a PE and its RTL alone on what --rtl shadow kept"},
      {Command::compare, "compare", "RUN RUN...", nullptr,
       "expected two results.json or more, or the folders that --out named",
       "runs beside each other: settings, cycles, classes of PE cycles, traffic", &Arguments::runs,
       2, 26},
      {Command::explain, "explain", "RUN LAYER", nullptr,
       "expected a results.json, or the folder that --out named, and a layer: its name or number",
       "one layer of a run: its bounds, where its cycles went, what limited it", &Arguments::runs,
       2, 2},
      {Command::report, "report", "RUN...", nullptr,
       "expected a results.json, or the folder that --out named; the page is written beside the "
       "first",
       "a page of charts on a run, or on runs beside each other: report.html in the first RUN",
       &Arguments::runs, 1, 26},
      {Command::reproduce, "reproduce", "[TOPIC...]", nullptr, "",
       "what was published of Eyeriss v1, v1.5 and v2 beside what the model gives; topics: v2, "
       "memory, family, scaling, v1, sensitivity; default: all",
       &Arguments::runs, 0, 6},
      {Command::help, "help", "[COMMAND]", &Arguments::help_on, "",
       "this text, or a command's options"},
  };
}

std::string command_names() {
  std::string names;
  const auto rows = command_table();
  for (std::size_t i = 0; i < rows.size(); ++i)
    names += (i == 0 ? "" : i + 1 == rows.size() ? " or " : ", ") + std::string(rows[i].name);
  return names;
}

CommandRow command_named(const std::string& name) {
  std::vector<std::string> names;
  for (const CommandRow& row : command_table()) {
    if (name == row.name) return row;
    names.emplace_back(row.name);
  }
  const std::string nearest = did_you_mean(name, names);
  throw UserError(fmt::format("unknown command '{}'{} expected {} (uvea help)", name.substr(0, 60),
                              nearest.empty() ? ":" : nearest, command_names()));
}

}  // namespace uvea::tb
