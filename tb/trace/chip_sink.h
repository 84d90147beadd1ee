#pragma once
// Who watches the chips of a Simulation: a sink in the process of each chip.

#include <functional>
#include <memory>
#include <vector>

#include "tb/sim/simulation.h"
#include "tb/trace/fragment.h"

namespace uvea::trace {

/// Of one chip, in its process.
class ChipSink {
 public:
  virtual ~ChipSink() = default;
  /// Is told everything from before the first cycle on.
  virtual link::Probe& probe() = 0;
  /// The tracks are added, nothing is simulated yet. May throw UserError: nothing is to be watched.
  virtual void begin() {}
  /// The run is over; its layers, the last one faulty when it was broken off.
  virtual void end(const std::vector<LayerSpan>& layers) = 0;
};

/// What a sink is made for.
struct WatchedChip {
  tb::ChipTask task;
  std::string path;            ///< of the chip
  std::function<Cycle()> now;  ///< simulated time
};
using SinkMaker = std::function<std::unique_ptr<ChipSink>(const WatchedChip&)>;

/// Hooks as `inner` (may be empty) makes them, the chips watched by one sink of each maker.
tb::HookMaker watched(tb::HookMaker inner, std::vector<SinkMaker> makers);

}  // namespace uvea::trace
