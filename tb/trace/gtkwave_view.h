#pragma once
// A view for GTKWave: `gtkwave FILE.gtkw`.

#include <string>

#include "tb/trace/view_rows.h"

namespace uvea::trace {

/// The text of a .gtkw file. `view`: its own path, by which GTKWave finds the others when all were
/// moved; `colours`: that of the file with gtkwave_colours(). Absolute.
std::string gtkwave_view(const ViewInput& input, const std::string& view,
                         const std::string& colours);

/// A translate filter: names and colours of the classes, as GTKWave has them behind their names; empty when
/// the view shows none.
std::string gtkwave_colours(const ViewInput& input);

}  // namespace uvea::trace
