#pragma once
// --layers: which layers of a network.

#include <string>
#include <vector>

#include "tb/sim/layer_range.h"

namespace uvea::tb {

/// "A-B" or "A"; each a number from 1 or a layer's name (which may itself hold a '-'). Empty: all.
/// Throws UserError when a layer is not there or the range runs backwards. `names` is not empty.
LayerRange parse_layer_range(const std::string& text, const std::vector<std::string>& names);

}  // namespace uvea::tb
