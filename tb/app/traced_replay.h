#pragma once
// A replay that writes a waveform, TLM PE and RTL beside each other in the form of a run's
// (docs/waveforms.md), and its views. In a process of its own, because the writer dies of a full disk.

#include <functional>
#include <string>

#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/pe_stimulus.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::tb {

/// What a replay ended with.
struct ReplayEnd {
  int status = 1;
  std::string out, err;  ///< to be printed
};
using ToldReplay = std::function<ReplayEnd(cosim::TlmPeBench& bench, const cosim::PairRun& run)>;

struct TracedReplay {
  std::string trace;  ///< file of the waveform
  std::string name;   ///< of what it shows
  std::string title;  ///< run_pair()'s
  cosim::PeStimulus stimulus;
  cosim::RtlFactory make_rtl;
  cosim::RtlFactory make_inside;  ///< RTL to look into
};

/// Returns what `told` makes of the run, and where the waveform is. All files are there whole or none
/// is. Throws UserError when there is no room for them or for temporary files, std::runtime_error
/// when the run threw.
ReplayEnd traced_replay(const TracedReplay& what, const ToldReplay& told);

}  // namespace uvea::tb
