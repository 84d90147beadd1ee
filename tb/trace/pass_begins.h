#pragma once
// When a layer's passes begin on the chip.

#include <utility>
#include <vector>

#include "tb/trace/fragment.h"

namespace uvea::trace {

/// Whether any block told its passes (tracks named kPassTrack).
bool has_passes(const FragmentInfo& info);

/// Of a layer of the fragment: the cycle (of the chip) in which a block is the first to begin a pass,
/// and the pass, both rising. Blocks run ahead of each other: others may still be at earlier passes.
std::vector<std::pair<Cycle, std::uint64_t>> pass_begins(const Fragment& fragment,
                                                         const LayerSpan& layer);

}  // namespace uvea::trace
