// uvea replay: what one PE was given, given again to the model and to the RTL alone.

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <sstream>

#include "sw/user_error.h"
#include "tb/cosim/pair_run.h"
#include "tb/cosim/stimulus_file.h"
#include "tb/program/commands.h"
#include "tb/program/safe_file.h"

namespace uvea::tb {
namespace {

/// What the file says of its origin, marked as such.
std::string recorded(const std::string& origin) {
  std::string text;
  std::istringstream lines(origin);
  for (std::string line; std::getline(lines, line);) text += "\n  recorded: " + line;
  return text;
}

}  // namespace

int replay_command(const Arguments& arguments, const cosim::RtlFactory& make_rtl) {
  std::string origin;
  const cosim::PeStimulus stimulus = cosim::load_stimulus(arguments.replay_file, &origin);
  if (arguments.trace) {
    std::error_code error;
    if (std::filesystem::equivalent(*arguments.trace, arguments.replay_file, error))
      throw UserError("--trace '" + *arguments.trace + "' is the replay file itself");
    require_writable(*arguments.trace, "--trace");
  }
  const auto rtl = arguments.trace ? cosim::make_traced_rtl_pe(stimulus.config, stimulus.iact_ports,
                                                               *arguments.trace)
                                   : make_rtl(stimulus.config, stimulus.iact_ports);
  cosim::TlmPeBench bench("pe", stimulus.config, stimulus.iact_ports);
  const cosim::PairRun pair =
      cosim::run_pair(bench, *rtl, stimulus,
                      fmt::format("replay of {}{}", arguments.replay_file, recorded(origin)));
  int status = 1;
  if (!pair.agree) {
    std::fputs(pair.report.c_str(), stderr);
  } else if (pair.psums == 0 && pair.windows == 0) {
    fmt::print(stderr, "uvea: {}: no psum and no window was compared\n", arguments.replay_file);
  } else {
    fmt::print("no difference in {} psums, {} windows and {} other events\n", pair.psums,
               pair.windows, pair.events - pair.psums - pair.windows);
    status = 0;
  }
  if (arguments.trace) fmt::print("waveform: {}\n", *arguments.trace);
  return status;
}

}  // namespace uvea::tb
