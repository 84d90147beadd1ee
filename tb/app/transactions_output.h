#pragma once
// `uvea run --transactions`: the run's transactions as trace events or in FTR.

#include <optional>
#include <string>
#include <vector>

#include "sw/nn/network.h"
#include "tb/app/arguments.h"
#include "tb/sim/layer_range.h"
#include "tb/sim/simulation.h"
#include "tb/trace/trace_session.h"

namespace uvea::tb {

class TransactionsOutput {
 public:
  /// Throws UserError naming the option, as trace_choice(), when the file's name is of no format and
  /// when it cannot be written.
  TransactionsOutput(const Arguments& arguments, const nn::Network& network,
                     const LayerRange& range);

  /// For the chips' hooks; needs the TransactionsOutput as long as they are in use.
  trace::SinkMaker sink_maker() const;
  /// Before the simulation. Throws UserError when there is no room for temporary files.
  void begin(std::size_t chips);
  /// While that lasts, and after it.
  trace::TraceSession& session() { return *session_; }
  /// After it, before write(): the moment with which a ring (--trace-last) ends.
  void mark(const trace::TraceMoment& moment) { session_->mark(moment); }
  /// After it: writes the file. Returns what to print. Throws UserError.
  std::string write(const Simulation& simulation) const;
  /// After it: layers_left_out().
  std::vector<std::string> left_out(const Simulation& simulation) const;
  /// After it: is_cut().
  bool cut() const;

 private:
  const std::string file_;
  const bool details_;  ///< states and values, too
  trace::TraceChoice choice_;
  std::optional<trace::TraceSession> session_;
};

}  // namespace uvea::tb
