// uvea replay: what one PE was given, given again to the model and to the RTL alone.

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <sstream>

#include "sw/user_error.h"
#include "tb/app/commands.h"
#include "tb/app/rtl_report.h"
#include "tb/app/standard_output.h"
#include "tb/app/traced_replay.h"
#include "tb/app/waveform_file.h"
#include "tb/cosim/pe/mac_screen.h"
#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/stimulus_file.h"

namespace uvea::tb {
namespace {

/// What the file says of its origin, marked as such.
std::string recorded(const std::string& origin) {
  std::string text;
  std::istringstream lines(origin);
  for (std::string line; std::getline(lines, line);) text += "\n  recorded: " + line;
  return text;
}

/// `make_rtl` makes the RTL that ran.
ReplayEnd told(cosim::TlmPeBench& bench, const cosim::PairRun& run, const std::string& file,
               const cosim::PeStimulus& stimulus, const cosim::RtlFactory& make_rtl) {
  if (!run.agree) {
    std::string macs;
    if (run.first) {
      const auto again = make_rtl(stimulus.config, stimulus.iact_ports);
      macs = cosim::mac_screen(bench, *again, stimulus, *run.first, 0);
    }
    return {1, "", run.report + macs};
  }
  if (run.psums == 0 && run.windows == 0)
    return {1, "", fmt::format("uvea: {}: no psum and no window was compared\n", file)};
  return {0,
          fmt::format("no difference in {} psums, {} windows and {} other events\n", run.psums,
                      run.windows, run.events - run.psums - run.windows),
          ""};
}

}  // namespace

int replay_command(const Arguments& arguments, const cosim::RtlFactory& make_rtl) {
  const std::string& file = arguments.replay_file;
  std::string origin;
  const cosim::PeStimulus stimulus = cosim::load_stimulus(file, &origin);
  const std::string title = fmt::format("replay of {}{}", file, recorded(origin));
  ReplayEnd end;
  if (!arguments.trace) {
    const auto rtl = make_rtl(stimulus.config, stimulus.iact_ports);
    cosim::TlmPeBench bench("pe", stimulus.config, stimulus.iact_ports);
    end = told(bench, cosim::run_pair(bench, *rtl, stimulus, title), file, stimulus, make_rtl);
  } else {
    std::error_code error;
    if (std::filesystem::equivalent(*arguments.trace, file, error))
      throw UserError("--trace '" + *arguments.trace + "' is the replay file itself");
    require_waveform(*arguments.trace);
    const cosim::RtlFactory make_inside = cosim::open_rtl_factory(tell_note);
    // RTL of sizes that are not built in is built here, not where the waveform is written.
    for (const cosim::RtlFactory& make : {make_rtl, make_inside})
      make(stimulus.config, stimulus.iact_ports);
    end = traced_replay(
        {*arguments.trace, "replay of " + file, title, stimulus, make_rtl, make_inside},
        [&](cosim::TlmPeBench& bench, const cosim::PairRun& run) {
          return told(bench, run, file, stimulus, make_rtl);
        });
  }
  std::fputs(end.err.c_str(), stderr);
  print_text(end.out);
  return end.status;
}

}  // namespace uvea::tb
