#pragma once
// Finds the first psum that leaves its width in a chip of the model's PEs: which PE, in which cycle,
// by what.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tb/sim/hooks.h"

namespace uvea::cosim {

struct FirstOverflow {
  std::string block;  ///< instance path of the PE
  link::Cycle cycle = 0;
  std::string words;  ///< what overflowed, for people
};

class OverflowSearch {
 public:
  OverflowSearch();
  ~OverflowSearch();
  OverflowSearch(const OverflowSearch&) = delete;
  OverflowSearch& operator=(const OverflowSearch&) = delete;

  /// Watches all PEs of a chip, which must not have other observers; before the simulation.
  void attach(hw::Chip& chip);
  /// After it; the earliest cycle, of those the PE that comes first in the chip.
  std::optional<FirstOverflow> first() const;

 private:
  class Watch;
  std::vector<std::unique_ptr<Watch>> watches_;
};

}  // namespace uvea::cosim
