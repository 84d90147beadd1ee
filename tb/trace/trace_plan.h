#pragma once
// Which cycles of which fragments make the waveform.

#include <optional>
#include <string>
#include <vector>

#include "tb/trace/fragment.h"
#include "tb/trace/trace_choice.h"

namespace uvea::trace {

struct TracePiece {
  std::size_t fragment = 0;
  Cycle offset = 0;        ///< cycle of the run in which the fragment's first layer begins
  Cycle from = 0, to = 0;  ///< cycles of the run
};

struct TracePlan {
  std::vector<TracePiece> pieces;  ///< in time; none is empty
  Cycle from = 0, to = 0;          ///< what the choice's are as cycles of the run
  Cycle total = 0;                 ///< cycles of the run
  Cycle end = 0;                   ///< of the last piece
  std::optional<Cycle>
      moment;  ///< the choice's marker, or the end of a faulty layer; if within the pieces
};

/// `fragments` in the order of their layers; null where a chip left none: its layers take no cycle.
/// `last` of the choice counts back from its marker, whose cycle is the last one; without one from the
/// end of the first faulty layer, or of the run.
TracePlan plan_trace(const std::vector<const Fragment*>& fragments, const TraceChoice& choice);

}  // namespace uvea::trace
