// uvea replay: what one PE was given, given again to the model and to the RTL alone.

#include <fmt/format.h>

#include <cstdio>

#include "sw/user_error.h"
#include "tb/cosim/padded_events.h"
#include "tb/cosim/pe_comparator.h"
#include "tb/cosim/rtl_bench.h"
#include "tb/cosim/stimulus_file.h"
#include "tb/cosim/tlm_pe_bench.h"
#include "tb/program/commands.h"
#include "tb/program/safe_file.h"

namespace uvea::tb {
namespace {

struct Side : cosim::PeEventSink {
  Side(cosim::PeComparator& to, bool is_rtl) : comparator(to), rtl(is_rtl) {}
  void take(const cosim::PeEvent& event) override {
    if (rtl) {
      comparator.step_got(event);
    } else {
      comparator.step_expected(event);
    }
  }
  cosim::PeComparator& comparator;
  bool rtl;
};

}  // namespace

int replay_command(const Arguments& arguments) {
  const cosim::PeStimulus stimulus = cosim::load_stimulus(arguments.replay_file);
  const hw::PeSettings settings = cosim::settings_of(stimulus);
  if (arguments.trace) require_writable(*arguments.trace, "--trace");
  const auto rtl = arguments.trace ? cosim::make_traced_rtl_pe(stimulus.config, stimulus.iact_ports,
                                                               *arguments.trace)
                                   : cosim::make_rtl_pe(stimulus.config, stimulus.iact_ports);
  cosim::PeComparator comparator;
  Side expected(comparator, false), got(comparator, true);
  std::vector<std::string> where = {fmt::format("replay of {}", arguments.replay_file)};
  cosim::TlmPeBench bench("pe", stimulus.config, stimulus.iact_ports);
  cosim::PaddedEvents padded(expected);
  const cosim::PeRun tlm = bench.run(stimulus, padded);
  padded.pad();
  if (!tlm.fault.empty()) where.push_back("TLM, " + tlm.fault);
  cosim::RtlRunTotals totals;
  const std::string rtl_fault = cosim::run_rtl(*rtl, stimulus, got, totals);
  if (!rtl_fault.empty()) where.push_back(rtl_fault);
  const bool same = comparator.finish();
  if (totals.overflows != tlm.overflows)
    where.push_back(fmt::format("psum overflows: TLM {}, RTL {}", tlm.overflows, totals.overflows));
  const bool sound =
      same && tlm.fault.empty() && rtl_fault.empty() && totals.overflows == tlm.overflows;
  std::fputs(cosim::report(comparator, where, settings.m0).c_str(), sound ? stdout : stderr);
  if (arguments.trace) fmt::print("waveform: {}\n", *arguments.trace);
  return sound ? 0 : 1;
}

}  // namespace uvea::tb
