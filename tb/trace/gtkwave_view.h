#pragma once
// A view for GTKWave: `gtkwave FILE.gtkw`.

#include <string>

#include "tb/trace/view_rows.h"

namespace uvea::trace {

/// The text of a .gtkw file.
std::string gtkwave_view(const ViewInput& input);

}  // namespace uvea::trace
