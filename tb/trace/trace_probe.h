#pragma once
// The probe of a waveform: keeps what is chosen of a chip's tracks, and sums the chip's curves up, in
// one process, until the chip is through.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tb/trace/chip_curves.h"
#include "tb/trace/event_log.h"
#include "tb/trace/trace_choice.h"

namespace uvea::trace {

class TraceProbe : public link::Probe {
 public:
  /// `root`: path of the chip, for its curves. `unheard`: has the tracks, but nothing is told.
  /// `relations`: what carries what is kept as well (kRelationTrack), at the simulated time in which
  /// it was told.
  TraceProbe(const TraceChoice& choice, std::string root, EventLog::Options options,
             bool unheard = false, bool relations = false);

  Track add_states(const std::string& path, const std::string& name, Group group,
                   const std::vector<std::string>& states) override;
  Track add_values(const std::string& path, const std::string& name, Group group,
                   const std::string& unit) override;
  Track add_bits(const std::string& path, const std::string& name, Group group,
                 unsigned bits) override;
  Track add_items(const std::string& path, const std::string& name, Group group) override;
  void name_source(std::uint32_t source, const std::string& path) override {
    sources_[source] = path;
  }
  void state(Track track, unsigned state, Cycle from, Cycle to) override;
  void value(Track track, Cycle at, std::int64_t value) override;
  void item(Track track, const Item& item, std::uint64_t words, Cycle from, Cycle to) override;
  void carries(const Item& carrier, const Item& cargo) override;

  /// Nothing of what the chip has is chosen.
  bool empty() const {
    const bool curves = curves_ && !curves_->all().empty();
    const bool only_chip = choice_.groups == TraceChoice::kChip;
    return !any_ && (!curves || (!choice_.scopes.empty() && !only_chip));
  }
  /// The end: open states end here, curves go from `begin` to there. Nothing may be told after it.
  /// Returns the bytes of all chunks, which are in the options' file.
  std::uint64_t finish(Cycle begin, Cycle end);

  /// Those that are kept, by their number in the log; with finish() the chip's curves follow.
  const std::vector<TrackInfo>& kept() const { return kept_; }
  const std::map<std::uint32_t, std::string>& sources() const { return sources_; }
  EventLog& log() { return log_; }

 private:
  struct Told {
    std::uint32_t kept = kNone;  ///< in the log
    ChipCurves::Share share;     ///< in the curves
  };
  Track add(TrackInfo info);
  std::uint32_t keep(TrackInfo info);

  const TraceChoice& choice_;
  const std::string root_;
  const bool unheard_;
  EventLog log_;
  std::vector<Told> told_;
  std::vector<TrackInfo> kept_;
  bool any_ = false;  ///< a track is shown
  std::map<std::uint32_t, std::string> sources_;
  std::unique_ptr<ChipCurves> curves_;  ///< null when not wanted
  const std::function<Cycle()> now_;
  std::uint32_t relations_ = kNone;  ///< in the log
};

}  // namespace uvea::trace
