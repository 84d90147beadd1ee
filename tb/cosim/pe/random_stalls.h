#pragma once
// When somebody is late, at random (random_stimulus.h).

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tb/cosim/pe/random_dice.h"
#include "tlm/cycle.h"

namespace uvea::cosim {

/// Each style draws the cycles that pass before the next thing happens.
class Stalls {
 public:
  enum class Style { none, light, heavy, bursty };

  Stalls(Dice& dice, Style style) : dice_(dice), style_(style) {}
  link::Cycle next();
  bool any() const { return style_ != Style::none; }
  /// Idle cycles before each beat but the first; empty: none.
  std::vector<std::uint16_t> gaps(std::size_t beats);

 private:
  Dice& dice_;
  Style style_;
  int left_ = 0;
};

}  // namespace uvea::cosim
