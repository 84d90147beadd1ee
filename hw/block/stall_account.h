#pragma once
// A PE's book of cycles: where the time since the layer command went, without gap or overlap.
//
// Cycles are spent in order, each call from where the last one ended. check() holds what was spent
// against the time that has passed: a class that is not counted, or counted twice, shows there.

#include <functional>
#include <string>
#include <utility>

#include "hw/block/stall.h"
#include "tlm/journey.h"

namespace uvea::hw {

/// Cycles of the examine and issue stages by class.
struct SlotMix {
  std::uint64_t useful = 0, idle = 0, gated = 0, examine = 0;
};

class StallAccount {
 public:
  /// A new layer: nothing spent, time begins at `at`.
  void begin(link::Cycle at);
  link::Cycle begun() const { return begin_; }
  /// Everything before this cycle is spent.
  link::Cycle until() const { return until_; }

  /// The cycles up to `to` (none when it has passed) were one class.
  void spend(Stall stall, link::Cycle to, Place place = Place::none) {
    if (to <= until_) return;
    if (told_) told_(stall, until_, to);
    counts_.at(stall, place) += to - until_;
    until_ = to;
  }
  /// The same for a wait for a burst: divided by where the burst spent those cycles.
  void spend(Stall stall, link::Cycle to, const link::Journey& journey, link::Cycle first_beat);
  /// The cycles up to `to`, in an order that nobody asked for.
  void spend(const SlotMix& mix, link::Cycle to);
  /// Somebody asks for the order.
  bool told() const { return static_cast<bool>(told_); }

  const StallCounts& counts() const { return counts_; }
  /// Empty when as many cycles are spent as have passed since begin(), else what is wrong.
  std::string check() const;

  /// For whoever watches: told each interval [from, to) of one class, in order.
  using Told = std::function<void(Stall stall, link::Cycle from, link::Cycle to)>;
  void tell(Told told) { told_ = std::move(told); }

 private:
  link::Cycle begin_ = 0, until_ = 0;
  StallCounts counts_;
  Told told_;
};

}  // namespace uvea::hw
