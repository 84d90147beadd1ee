// uvea compare: what was changed between runs, and what that did.

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "sw/report/compare.h"
#include "sw/user_error.h"
#include "tb/app/commands.h"
#include "tb/app/safe_file.h"
#include "tb/app/standard_output.h"
#include "tb/sim/layer_counters.h"

namespace uvea::tb {

namespace {

/// The runs' own files are no place for what is made of them.
void check_csv(const std::string& csv, const std::vector<std::string>& runs) {
  namespace fs = std::filesystem;
  std::error_code error;
  for (const std::string& run : runs)
    for (const char* const name : {"results.json", "resources.json", "layers.csv", "report.html"})
      if (const std::string own = report::file_beside(run, name);
          (run == csv || fs::equivalent(own, csv, error)))
        throw UserError(
            fmt::format("--csv '{}' is a file of the run '{}': name another file", csv, run));
}

}  // namespace

int compare_command(const Arguments& arguments) {
  std::vector<report::StoredRun> runs;
  for (const std::string& path : arguments.runs) runs.push_back(report::read_run(path));
  if (arguments.csv) check_csv(*arguments.csv, arguments.runs);
  const std::string text = report::comparison_text(runs, count_tables());
  if (arguments.csv) write_whole(*arguments.csv, report::comparison_csv(runs), "--csv");
  if (!arguments.quiet) print_text(text);
  return 0;
}

}  // namespace uvea::tb
