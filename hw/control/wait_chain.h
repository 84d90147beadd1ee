#pragma once
// Who waits for whom when a chip stands still: waits followed from block to block, up to a circle
// (deadlock) or to a block that waits for nobody (starvation: what it should have sent was lost, or
// was never asked of it).

#include <string>
#include <vector>

#include "hw/block/wait.h"

namespace uvea::hw {

/// A block that waits.
struct Waiting {
  std::string block;  ///< instance path
  Wait wait;
};

/// One line for each end at which the waits of several blocks arrive, circles first, then where most
/// blocks arrive; the longest way there is told:
///
///   deadlock: chip.a waits for iacts from chip.b since cycle 7, chip.b for psums from chip.a
///   starvation: chip.a waits for weights from chip.b, which waits for nothing; 11 more wait behind
///
/// At most three ends; then one line that counts the others. Beside a circle no starvation is told: what
/// a block lacks may lie behind the circle, where it cannot be followed (the inside of RTL, a block that
/// does not know yet that it will need something). A line counts who waits there. Empty when nobody
/// waits.
std::vector<std::string> wait_chains(const std::vector<Waiting>& all);

/// The block at which the first of these lines ends; empty when nobody waits.
std::string first_end(const std::vector<Waiting>& all);

}  // namespace uvea::hw
