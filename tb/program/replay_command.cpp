// uvea replay: what one PE was given, given again to the model and to the RTL alone.

#include <fmt/format.h>

#include <cstdio>

#include "tb/cosim/pair_run.h"
#include "tb/cosim/stimulus_file.h"
#include "tb/program/commands.h"
#include "tb/program/safe_file.h"

namespace uvea::tb {

int replay_command(const Arguments& arguments) {
  const cosim::PeStimulus stimulus = cosim::load_stimulus(arguments.replay_file);
  if (arguments.trace) require_writable(*arguments.trace, "--trace");
  const auto rtl = arguments.trace ? cosim::make_traced_rtl_pe(stimulus.config, stimulus.iact_ports,
                                                               *arguments.trace)
                                   : cosim::make_rtl_pe(stimulus.config, stimulus.iact_ports);
  cosim::TlmPeBench bench("pe", stimulus.config, stimulus.iact_ports);
  const cosim::PairRun pair =
      cosim::run_pair(bench, *rtl, stimulus, fmt::format("replay of {}", arguments.replay_file),
                      cosim::TlmPeBench::Calls::early, cosim::Stimulus::cut_off);
  if (pair.agree) {
    fmt::print("no difference in {} psums, {} windows and {} other events\n", pair.psums,
               pair.windows, pair.events - pair.psums - pair.windows);
  } else {
    std::fputs(pair.report.c_str(), stderr);
  }
  if (arguments.trace) fmt::print("waveform: {}\n", *arguments.trace);
  return pair.agree ? 0 : 1;
}

}  // namespace uvea::tb
