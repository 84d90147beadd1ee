#include "tb/app/run_outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "sw/user_error.h"
#include "tb/app/dump_output.h"
#include "tb/app/report_page.h"
#include "tb/app/safe_file.h"
#include "tb/trace/views.h"

namespace uvea::tb {
namespace {

namespace fs = std::filesystem;

struct Output {
  std::string option;  ///< in words
  std::string path;    ///< as given
  bool folder = false;
  fs::path place = {};  ///< where it is, whatever it is called
};

/// A file takes the place of a link with its name: only the folder's links are followed.
fs::path place_of(const Output& output) {
  std::error_code error;
  const fs::path path = fs::absolute(output.path, error).lexically_normal();
  const fs::path named = path.has_filename() ? path : path.parent_path();
  if (output.folder) return fs::weakly_canonical(named, error);
  return fs::weakly_canonical(named.parent_path(), error) / named.filename();
}

std::vector<Output> outputs_of(const Arguments& arguments, std::size_t dumped) {
  std::vector<Output> outputs;
  if (arguments.out) {
    outputs.push_back({"--out", *arguments.out, true});
    for (const char* name : {"results.json", "layers.csv", "resources.json"})
      outputs.push_back({"--out", (fs::path(*arguments.out) / name).string()});
    if (arguments.report)
      outputs.push_back({"--report", (fs::path(*arguments.out) / "report.html").string()});
  }
  if (arguments.dump_output)
    outputs.push_back({"--dump-output", *arguments.dump_output, dumped != 1});
  if (arguments.trace) {
    outputs.push_back({"--trace", *arguments.trace});
    for (const char* ending : trace::kViewEndings)
      outputs.push_back(
          {"--trace (a view beside the waveform)", trace::beside(*arguments.trace, ending)});
  }
  if (arguments.transactions) outputs.push_back({"--transactions", *arguments.transactions});
  for (Output& output : outputs) output.place = place_of(output);
  return outputs;
}

bool is_below(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

/// `a` is in the way of `b`.
bool is_in_the_way(const Output& a, const Output& b) {
  if (a.place == b.place) return !a.folder || !b.folder;
  // A folder that is there is no file to be: that is told as such.
  std::error_code error;
  return !a.folder && !fs::is_directory(a.place, error) && is_below(b.place, a.place);
}

}  // namespace

void check_distinct_outputs(const Arguments& arguments, std::size_t dumped) {
  const std::vector<Output> outputs = outputs_of(arguments, dumped);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    for (std::size_t k = i + 1; k < outputs.size(); ++k) {
      const Output &a = outputs[i], &b = outputs[k];
      if (!is_in_the_way(a, b) && !is_in_the_way(b, a)) continue;
      if (a.place == b.place)
        throw UserError(fmt::format("{} and {} would both write '{}': name another file for one",
                                    a.option, b.option, b.path));
      const bool a_first = is_in_the_way(a, b);
      throw UserError(fmt::format(
          "{} and {}: '{}' would be a file and the folder of '{}': name another file for one",
          a.option, b.option, a_first ? a.path : b.path, a_first ? b.path : a.path));
    }
}

void check_results(const Arguments& arguments, std::size_t dumped) {
  if (arguments.dump_output) check_dump(*arguments.dump_output, dumped);
  if (arguments.report) empty_page();
  // Only a check for now: an interruption before the simulation shall leave no empty folder.
  if (arguments.out) const OutputFolder check(*arguments.out, "--out");
}

}  // namespace uvea::tb
