#pragma once
// What --trace-scope, --trace-signals, --trace-from, --trace-to and --trace-last choose.

#include "sw/nn/network.h"
#include "tb/app/arguments.h"
#include "tb/sim/layer_range.h"
#include "tb/trace/trace_choice.h"

namespace uvea::tb {

/// Throws UserError naming the option: a moment in a layer that is not run on the chip, an end before
/// the begin.
trace::TraceChoice trace_choice(const Arguments& arguments, const nn::Network& network,
                                const LayerRange& range);

}  // namespace uvea::tb
