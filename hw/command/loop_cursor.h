#pragma once
// A sequencer's place in the loop nest of a layer: pass, step, chunk, the innermost last.
//
// Each sequencer of a cluster has its own and stops only where the nest has work for it: of a pass
// the first so many steps, `Steps` says how many; at a pass with none it does not stop at all.

#include <cstdint>
#include <functional>

#include "hw/command/schedule.h"

namespace uvea::hw {

class LoopCursor {
 public:
  /// Steps of a pass that its owner takes part in.
  using Steps = std::function<int(const Pass&)>;

  /// Through.
  LoopCursor() = default;
  /// At the first place of the nest with work; `schedule` outlives it.
  LoopCursor(const Schedule& schedule, Steps steps);
  /// The same for who takes part in everything.
  explicit LoopCursor(const Schedule& schedule);

  bool finished() const { return finished_; }
  /// Whether it is through with a phase of Schedule::io_phase() and those before.
  bool is_past(std::int64_t phase) const { return finished_ || schedule_->io_phase(pass_) > phase; }
  /// Where it stands; when it is through, in the last pass.
  const Pass& pass() const { return pass_; }
  int step() const { return step_; }
  int chunk() const { return chunk_; }
  bool pass_begins() const { return step_ == 0 && chunk_ == 0; }
  bool pass_ends() const { return step_ + 1 >= steps_; }  ///< with this step
  /// Passes of the layer that it has behind it, those without work included.
  std::int64_t passes_done() const { return pass_.index + (finished_ ? 1 : 0); }
  /// Steps that next_step() and next_chunk() left behind.
  std::int64_t steps_done() const { return steps_done_; }

  void next_chunk();
  void next_step();
  void next_pass();

 private:
  void enter(std::int64_t pass);

  const Schedule* schedule_ = nullptr;
  Steps work_;
  Pass pass_;
  int step_ = 0, chunk_ = 0;
  int steps_ = 0;  ///< of the pass
  std::int64_t steps_done_ = 0;
  bool finished_ = true;
};

}  // namespace uvea::hw
