#pragma once
// One waveform of a Simulation: what its chips' processes leave, put together when it is over.

#include <optional>
#include <string>
#include <vector>

#include "sw/nn/network.h"
#include "tb/trace/chip_errors.h"
#include "tb/trace/chip_sink.h"
#include "tb/trace/fst_trace.h"
#include "tb/trace/trace_choice.h"
#include "tb/trace/trace_plan.h"
#include "tb/trace/transactions.h"

namespace uvea::trace {

/// What a waveform came out as.
struct TraceSummary {
  Cycle cycles = 0;  ///< in it
  std::uint64_t changes = 0;
  unsigned source_bits = 1;      ///< of signals that say who made an item
  bool has_pass = false;         ///< the chip's pass is a signal
  std::uint64_t disordered = 0;  ///< events that came too late in their track and were left out
  TracePlan plan;
  std::vector<TrackInfo> tracks;
};

/// A chip of which there is nothing.
struct MissingChip {
  std::size_t chip = 0;  ///< its number
  int error = 0;         ///< errno of its temporary file; 0: it was not simulated to the end
};

class TraceSession {
 public:
  /// Temporary files lie in the folder of `file`, without a name. `chips`: how many the Simulation
  /// elaborates. `relations`: for transactions. Throws std::system_error when they cannot be made.
  TraceSession(TraceChoice choice, const std::string& file, std::size_t chips,
               bool relations = false);
  ~TraceSession();
  TraceSession(const TraceSession&) = delete;
  TraceSession& operator=(const TraceSession&) = delete;

  /// Of the Simulation's hooks; the session must outlive it. A chip that has none of what is chosen
  /// throws UserError before it simulates.
  SinkMaker sink_maker() const;

  /// Whether any chip left something.
  bool any() const;
  /// Chips that left nothing, by number.
  std::vector<MissingChip> missing() const;
  /// What --trace-to names behind the end of its layer (missed_moment.h), which the layer's end then
  /// stands for. `layers`: names ("2 dw1"), by index in the network.
  std::optional<std::string> beyond_end(const std::vector<std::string>& layers) const;
  /// Where the marker stands, in place of the choice's; a ring (TraceChoice::last) ends with it.
  void mark(const TraceMoment& moment) { choice_.marker = moment; }
  /// For a ring that is to end before the chip did: between these the chip is simulated once more, and
  /// what it leaves then is of the cycles before `until` (of the chip). `done`: it counts, otherwise
  /// what the chip left before does. Throws std::system_error when there is no temporary file.
  void begin_again(std::size_t chip, Cycle until);
  void end_again(bool done);
  /// Puts the waveform together; in a process of its own (fst_file.h). Throws UserError when no cycle
  /// is left to be shown, or --trace-from is none of its layer's.
  TraceSummary write(const FstTrace::Options& options) const;
  /// The transactions instead. Throws UserError as write_transactions(), and as for a waveform.
  TransactionSummary write(const TransactionOptions& options) const;

 private:
  /// What the chips left.
  struct Left {
    std::vector<std::optional<Fragment>> fragments;
    std::vector<const Fragment*> known;  ///< null where there is none
    TracePlan plan;
  };
  Left left_by_chips() const;  ///< without a plan
  /// `what` is to be written, for errors; `layers`: as for beyond_end().
  Left left(const char* what, const std::vector<std::string>& layers) const;

  struct Again {
    std::size_t chip = 0;
    Cycle until = 0;
    int file = -1;  ///< what the chip left before
    int error = 0;  ///< and what went wrong with it
  };

  TraceChoice choice_;
  const std::string beside_;  ///< the output
  const bool relations_;
  const ChipErrors errors_;
  std::vector<int> files_;
  std::optional<Again> again_;
};

/// Names for FstTrace::Options.
std::vector<LayerName> layer_names(const nn::Network& network);
/// The names alone, for TransactionOptions.
std::vector<std::string> names_of(const std::vector<LayerName>& layers);

}  // namespace uvea::trace
