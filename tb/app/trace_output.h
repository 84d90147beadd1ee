#pragma once
// The waveform of a run and the views beside it: of `uvea run --trace`, and of a fault.

#include <optional>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "sw/nn/network.h"
#include "tb/app/arguments.h"
#include "tb/sim/layer_range.h"
#include "tb/sim/simulation.h"
#include "tb/trace/trace_session.h"

namespace uvea::tb {

/// Lines that name the layers of which the session has nothing: they were not simulated to their end
/// (their process died, or was interrupted), or their temporary file could not be written; and a line
/// that says that it ends before --trace-to. None when it has nothing at all, which no_trace() says.
std::vector<std::string> layers_left_out(const Simulation& simulation,
                                         const trace::TraceSession& session);

/// Whether the temporary file of some chip could not be written.
bool is_cut(const trace::TraceSession& session);

/// What is wrong with the output when the session has nothing. `option`: as errors name it.
std::string no_trace(const trace::TraceSession& session, const std::string& option,
                     const std::string& file);

class TraceOutput {
 public:
  /// Throws UserError naming the option: a file that cannot be written, a moment in a layer that is
  /// not run on the chip, an end before the begin.
  TraceOutput(const Arguments& arguments, const nn::Network& network, const LayerRange& range);
  /// Another one; errors name it `option`.
  TraceOutput(std::string file, trace::TraceChoice choice, std::string option);

  /// For the chips' hooks; needs the TraceOutput as long as they are in use.
  trace::SinkMaker sink_maker() const;
  /// Whether such signals are traced.
  bool takes(trace::Probe::Group group) const {
    return (choice_.groups & trace::TraceChoice::bit(group)) != 0;
  }
  /// Before the simulation. Throws UserError when there is no room for temporary files.
  void begin(std::size_t chips);
  /// While that lasts, and after it.
  trace::TraceSession& session() { return *session_; }
  /// After it, before write(): where the marker of the views stands, and the block that they show
  /// first (its path, or empty). Without it: at the end of the first faulty layer.
  void mark(const trace::TraceMoment& moment, const std::string& block);
  /// After it: writes all files. Returns what to print. Throws UserError, and std::runtime_error
  /// when the waveform is lost.
  std::string write(const Simulation& simulation);
  /// After write(), whether or not it threw: why the waveform does not show the marked moment and the
  /// block that mark() named, in words; empty when it shows both.
  std::string lacks_moment() const;
  /// After it: layers_left_out().
  std::vector<std::string> left_out(const Simulation& simulation) const;
  /// After it: is_cut().
  bool cut() const;

 private:
  /// What is in the waveform of what mark() named.
  struct Shown {
    bool moment = false, block = false;
  };

  bool shows_block(const std::vector<trace::TrackInfo>& tracks) const;

  const std::string file_, option_;
  trace::TraceChoice choice_;
  std::optional<trace::TraceSession> session_;
  std::optional<Shown> shown_;  ///< once it is written
};

}  // namespace uvea::tb
