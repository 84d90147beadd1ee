#pragma once
// One stimulus on the TLM PE and on the RTL, and what the comparison says.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tb/cosim/pe/pe_comparator.h"
#include "tb/cosim/pe/pe_stimulus.h"
#include "tb/cosim/pe/rtl_pe.h"
#include "tb/cosim/pe/rtl_watch.h"
#include "tb/cosim/pe/tlm_pe_bench.h"

namespace uvea::cosim {

struct PairRun {
  bool agree = false;  ///< no divergence, no fault, something compared, same overflows, MACs
  std::string report;  ///< one screen, when they do not agree
  std::optional<Divergence> first;  ///< the earliest difference between events
  std::string rtl_fault;            ///< what the RTL did on its pins that no PE may, with the cycle
  std::uint64_t windows = 0;        ///< compared
  std::uint64_t psums = 0;          ///< compared, padding included
  std::uint64_t events = 0;         ///< compared, all kinds
  std::uint64_t cycles = 0;         ///< compared by their class
  std::uint64_t overflows = 0;      ///< of the TLM PE
  std::uint64_t macs = 0;           ///< of the RTL, neither operand zero
  std::uint64_t rtl_cycles = 0;     ///< clock edges
  std::uint64_t forwards = 0;       ///< cycles with a forwarded psum
  std::vector<PeEvent> expected;    ///< the TLM PE's events, beats padded
  link::Cycle end = 0;              ///< cycle after the last thing that happened on either side
  std::optional<link::Cycle> differs;  ///< cycle in which the first difference shows
};

/// `bench` and `rtl` must have the stimulus' sizes. `title`: the report's first line. Of a stimulus
/// that breaks off only the events before its end are compared, no totals. `watch`: is told of the RTL
/// and of what is expected; the TLM PE tells TlmPeBench::watch().
PairRun run_pair(TlmPeBench& bench, RtlPe& rtl, const PeStimulus& stimulus,
                 const std::string& title, TlmPeBench::Calls calls = TlmPeBench::Calls::early,
                 RtlWatch* watch = nullptr);

}  // namespace uvea::cosim
