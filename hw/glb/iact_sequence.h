#pragma once
// The order in which the banks of an iact GLB send: a loop cursor for each bank's port, kept as
// close together as row tags ask for.
//
// Order      steps as in the loop nest; in a step chunk by chunk, in a chunk as plan_step() says,
//            each port the rows of its own bank
// Together   all ports finish a pass before one begins the next; in a pass with more steps than
//            there are row tags no port is further ahead of another than tags tell rows apart

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "hw/command/loop_cursor.h"
#include "hw/glb/iact_fetcher.h"
#include "hw/glb/iact_plan.h"

namespace uvea::hw {

class IactSequence {
 public:
  /// `moved(bank)`: that port has left a step, or the layer, and others may go on.
  IactSequence(const ChipConfig& config, IactFetcher& fetcher,
               std::function<void(std::size_t bank)> moved);

  /// A new layer: all ports stand at its begin, or are through when they are not `active` in it.
  void begin(const Schedule& schedule, bool active);

  /// What the bank's port sends next, at the chunk of its cursor; null when it has to wait for
  /// others or is through.
  const RowUse* next(std::size_t bank);
  /// It was sent.
  void sent(std::size_t bank) { ++ports_[bank].use; }

  const LoopCursor& at(std::size_t bank) const { return ports_[bank].cursor; }
  /// Row tag of its step.
  int tag(std::size_t bank) const;
  bool finished() const;

 private:
  struct Port {
    LoopCursor cursor;
    std::size_t use = 0;  ///< of the step's plan, in this chunk
  };
  struct Plan {
    std::vector<RowUse> uses;
    int ports_done = 0;
  };

  Plan& plan(const LoopCursor& at);
  bool held_back(std::size_t bank) const;
  void leave_step(std::size_t bank);
  /// The pass has more rows than there are row tags.
  bool tags_repeat(const Pass& pass) const;

  const ChipConfig& config_;
  IactFetcher& fetcher_;
  const std::function<void(std::size_t)> moved_;
  Schedule schedule_;
  std::vector<Port> ports_;
  std::map<std::int64_t, Plan> plans_;  ///< of the steps in which ports stand
};

}  // namespace uvea::hw
