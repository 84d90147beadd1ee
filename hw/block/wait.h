#pragma once
// What a block waits for, so that waits can be followed from block to block.

#include <string>

#include "tlm/cycle.h"

namespace uvea::hw {

struct Wait {
  std::string cause;      ///< in words; empty: for nothing
  std::string peer;       ///< instance path of the block that it waits for; empty: not known
  link::Cycle since = 0;  ///< as far as the block knows, else 0

  explicit operator bool() const { return !cause.empty(); }
};

/// "iacts from chip.cluster_0_0.iact_router_1 since cycle 1200".
std::string in_words(const Wait& wait);

}  // namespace uvea::hw
