#pragma once
// The files that a run was asked for, held to each other before anything is mapped or simulated.

#include <cstddef>

#include "tb/app/arguments.h"

namespace uvea::tb {

/// Throws UserError naming both options and the file when two outputs of `uvea run` would be the same
/// file, the views beside a waveform among them, or one a folder where another is a file. `dumped`:
/// tensors that --dump-output writes.
void check_distinct_outputs(const Arguments& arguments, std::size_t dumped);

/// Throws UserError naming the option when an output of `uvea run` cannot be written, but for what
/// --trace and --transactions write; leaves nothing behind.
void check_results(const Arguments& arguments, std::size_t dumped);

}  // namespace uvea::tb
