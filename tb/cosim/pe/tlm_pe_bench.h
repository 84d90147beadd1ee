#pragma once
// The TLM PE alone under a stimulus.
//
// Build benches before the simulation starts; from then on run() any number of stimuli, one after
// the other, also on several benches in turn. No SystemC in here: it may stand beside Verilated
// code.

#include <cstdint>
#include <memory>
#include <string>

#include "tb/cosim/pe/pe_events.h"
#include "tb/cosim/pe/pe_stimulus.h"
#include "tlm/probe.h"

namespace uvea::cosim {

/// What became of a stimulus, besides the events.
struct PeRun {
  std::uint64_t overflows = 0;
  std::uint64_t effectual_macs = 0;  ///< neither operand zero
  link::Cycle end = 0;               ///< cycle after the last beat anywhere
  link::Cycle accounted = 0;         ///< the classes of the cycles up to here were told
  /// Empty when all went well: the stimulus was used up, the PE is at rest, no SystemC report.
  std::string fault;
};

class TlmPeBench {
 public:
  /// When the bench calls the PE. The result must be the same.
  enum class Calls {
    early,  ///< as soon as a cycle is known, which may lie far ahead
    late    ///< in that very cycle
  };

  /// `name` is the SystemC instance.
  TlmPeBench(const std::string& name, const hw::PeConfig& config, unsigned iact_ports);
  ~TlmPeBench();
  TlmPeBench(const TlmPeBench&) = delete;
  TlmPeBench& operator=(const TlmPeBench&) = delete;

  /// Lets a probe watch the PE, in cycles of the bench. Before the first run.
  void watch(link::Probe& probe);
  std::string path() const;        ///< instance of the PE
  link::Cycle next_begin() const;  ///< cycle of the bench in which the next run begins

  /// Configures the PE anew and gives it the stimulus, whose config must be the bench's. Events are
  /// in cycles of the stimulus. After a fault the next run starts clean all the same.
  PeRun run(const PeStimulus& stimulus, PeEventSink& events, Calls calls = Calls::early);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace uvea::cosim
