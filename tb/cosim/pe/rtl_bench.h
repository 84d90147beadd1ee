#pragma once
// Runs a stimulus on the RTL PE alone.

#include <string>

#include "hw/pe/pe_core.h"
#include "tb/cosim/pe/pe_events.h"
#include "tb/cosim/pe/pe_stimulus.h"
#include "tb/cosim/pe/pin_sink.h"
#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::cosim {

struct RtlRunTotals {
  std::uint64_t cycles = 0;     ///< clock edges run
  std::uint64_t macs = 0;       ///< with neither operand zero
  std::uint64_t overflows = 0;  ///< psum additions that wrapped
  std::uint64_t forwards = 0;   ///< cycles in which a psum was forwarded
  std::string left_over;        ///< a burst not taken, a PE not at rest at the end; else empty
  link::Cycle end = 0;          ///< cycle after the last thing that happened
  link::Cycle fault_cycle = 0;  ///< of what went wrong
};

/// Cycles in which the RTL says that a clock edge changes nothing.
enum class IdleCycles { skipped, clocked };

/// The configuration word of rtl/pe/sparse_pe.v, for a PE with so many psum banks: the RTL has both,
/// and uses one where two chunks do not fit.
std::uint32_t config_word(const hw::PeSettings& settings, int psum_banks);
/// Settings of a stimulus. Throws UserError when its descriptor is not one for its PE.
hw::PeSettings settings_of(const PeStimulus& stimulus);

/// Gives the events to `sink`, and where the cycles up to `end` went: what becomes of those after the
/// last chunk is known at the end only (kNever: cycles up to that chunk). Returns what went wrong, or nothing: a word not taken, a rule of the
/// handshake broken. `rtl` must be at rest and have the stimulus' sizes. `pins` is shown all cycles.
std::string run_rtl(RtlPe& rtl, const PeStimulus& stimulus, PeEventSink& sink, RtlRunTotals& totals,
                    link::Cycle end = kNever, IdleCycles idle = IdleCycles::skipped,
                    PinSink* pins = nullptr);

}  // namespace uvea::cosim
