// uvea compare: what was changed between runs, and what that did.

#include "sw/report/compare.h"
#include "tb/app/commands.h"
#include "tb/app/safe_file.h"
#include "tb/app/standard_output.h"
#include "tb/sim/layer_counters.h"

namespace uvea::tb {

int compare_command(const Arguments& arguments) {
  std::vector<report::StoredRun> runs;
  for (const std::string& path : arguments.runs) runs.push_back(report::read_run(path));
  const std::string text = report::comparison_text(runs, count_tables());
  if (arguments.csv) write_whole(*arguments.csv, report::comparison_csv(runs), "--csv");
  if (!arguments.quiet) print_text(text);
  return 0;
}

}  // namespace uvea::tb
