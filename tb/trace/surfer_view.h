#pragma once
// A view for Surfer: `surfer -c FILE.sucl FILE.fst`. A file of commands, which Surfer documents, and
// not its state file, which is of one version.

#include <string>

#include "tb/trace/view_rows.h"

namespace uvea::trace {

/// The text of a .sucl file. Surfer's commands have no rows of analog curves: they are numbers there
/// until somebody chooses Analog in their menu.
std::string surfer_view(const ViewInput& input);

/// Name of the format (Surfer: a mapping translator, configs/surfer) in which the view wants the
/// classes. Where Surfer does not have it, it says so and shows the names that are in the waveform.
inline constexpr const char* kSurferClasses = "uvea_stall";

}  // namespace uvea::trace
