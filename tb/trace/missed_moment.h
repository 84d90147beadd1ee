#pragma once
// Moments that --trace-from and --trace-to name and the layer does not have: known when it has been
// simulated.

#include <optional>
#include <string>
#include <vector>

#include "tb/trace/fragment.h"
#include "tb/trace/trace_choice.h"

namespace uvea::trace {

/// What is asked for and what there is, in words: "pass 7 of layer 2 (dw1), which has passes 0 to 3".
/// None when the layer has the moment, when it left nothing, and for a cycle of the run. `end`: the
/// moment is an end, which may be the layer's. `layers`: their names ("2 dw1"), by index in the
/// network.
std::optional<std::string> missed_moment(const TraceMoment& moment, bool end,
                                         const std::vector<const Fragment*>& fragments,
                                         const std::vector<std::string>& layers);

}  // namespace uvea::trace
