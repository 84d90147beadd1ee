#pragma once
// Of a run's first fault: finds where and when it is, has a waveform that was asked for show it, and
// tells people what there is of it.

#include <optional>
#include <string>

#include "tb/app/arguments.h"
#include "tb/app/fault_files.h"
#include "tb/app/trace_output.h"
#include "tb/app/transactions_output.h"
#include "tb/sim/simulation.h"

namespace uvea::tb {

class FaultTeller {
 public:
  explicit FaultTeller(const Arguments& arguments) : arguments_(arguments) {}

  /// The simulation's hooks, but for its waveforms: the fault comes again with them.
  void set_hooks(HookMaker untraced) { untraced_ = std::move(untraced); }
  /// A layer in which something went wrong; the first one counts.
  void note(const LayerResult& layer, const Simulation& simulation);
  void forget() { first_.reset(); }
  bool any() const { return first_.has_value(); }

  /// With a fault, when the run is over and before anything is written: seeks the moment, marks it in
  /// what was asked for (either may be null), and simulates the layer once more for a ring
  /// (--trace-last) that would end behind it.
  void place(Simulation& simulation, TraceOutput* trace, TransactionsOutput* transactions);
  /// When the waveform that was asked for (or null) is written: a waveform of the fault where that one
  /// does not show it, and why; the marker; the command. What cannot be written costs nothing else.
  void tell(Simulation& simulation, const TraceOutput* trace) const;

 private:
  void take_rings_again(Simulation& simulation, TraceOutput* trace,
                        TransactionsOutput* transactions) const;

  const Arguments& arguments_;
  HookMaker untraced_;
  std::optional<FirstFault> first_;
  std::optional<std::uint64_t> end_;  ///< of its layer, of the chip; none when it has no end
  bool diverged_ = false, overflowed_ = false;
  std::string overflow_;  ///< the first psum that overflowed, in words
};

}  // namespace uvea::tb
