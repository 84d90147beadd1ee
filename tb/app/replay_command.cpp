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

ReplayEnd replay_on(cosim::RtlPe& rtl, const cosim::RtlFactory& make_rtl, const std::string& file,
                    const std::string& origin, const cosim::PeStimulus& stimulus) {
  cosim::TlmPeBench bench("pe", stimulus.config, stimulus.iact_ports);
  const cosim::PairRun pair =
      cosim::run_pair(bench, rtl, stimulus, fmt::format("replay of {}{}", file, recorded(origin)));
  if (!pair.agree) {
    std::string macs;
    if (pair.first) {
      const auto again = make_rtl(stimulus.config, stimulus.iact_ports);
      macs = cosim::mac_screen(bench, *again, stimulus, *pair.first, 0);
    }
    return {1, "", pair.report + macs};
  }
  if (pair.psums == 0 && pair.windows == 0)
    return {1, "", fmt::format("uvea: {}: no psum and no window was compared\n", file)};
  return {0,
          fmt::format("no difference in {} psums, {} windows and {} other events\n", pair.psums,
                      pair.windows, pair.events - pair.psums - pair.windows),
          ""};
}

}  // namespace

int replay_command(const Arguments& arguments, const cosim::RtlFactory& make_rtl) {
  const std::string& file = arguments.replay_file;
  std::string origin;
  const cosim::PeStimulus stimulus = cosim::load_stimulus(file, &origin);
  ReplayEnd end;
  if (!arguments.trace) {
    const auto rtl = make_rtl(stimulus.config, stimulus.iact_ports);
    end = replay_on(*rtl, make_rtl, file, origin, stimulus);
  } else {
    std::error_code error;
    if (std::filesystem::equivalent(*arguments.trace, file, error))
      throw UserError("--trace '" + *arguments.trace + "' is the replay file itself");
    const cosim::TracedRtl make_traced =
        cosim::traced_rtl(stimulus.config, stimulus.iact_ports, tell_note);
    end = traced_replay(*arguments.trace, [&](const std::string& part) {
      const auto rtl = make_traced(part);
      return replay_on(*rtl, make_rtl, file, origin, stimulus);
    });
    end.out += fmt::format("waveform: {}\n", *arguments.trace);
  }
  std::fputs(end.err.c_str(), stderr);
  print_text(end.out);
  return end.status;
}

}  // namespace uvea::tb
