// uvea convert: what uvea run reads from another tool's file, as a layer table to read and edit.

#include <fmt/format.h>

#include <cstdio>

#include "sw/nn/tables/table_import.h"
#include "tb/app/commands.h"
#include "tb/app/safe_file.h"
#include "tb/app/standard_output.h"

namespace uvea::tb {

int convert_command(const Arguments& arguments) {
  const nn::LayerTable table = nn::read_layer_table(arguments.convert_file);
  // What run would refuse is not written.
  nn::build_table(table, table.file, {});
  const std::string text = nn::to_text(table);
  if (arguments.output) write_whole(*arguments.output, text, "--output");
  if (!arguments.quiet)
    for (const std::string& notice : table.notices) fmt::print(stderr, "note: {}\n", notice);
  if (!arguments.output)
    print_text(text);
  else if (!arguments.quiet)
    fmt::print("{} layers written to {}\n", table.rows.size(), *arguments.output);
  return 0;
}

}  // namespace uvea::tb
