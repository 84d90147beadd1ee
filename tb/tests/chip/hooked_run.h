#pragma once
// A random layer on a chip with watchers bound to it.

#include <functional>
#include <string>

#include "tb/sim/hooks.h"
#include "tb/tests/chip/layer_case.h"

namespace uvea::test {

/// Runs the layer in this process, so once per process. Returns what `at_end` says after the
/// simulation, the run's faults and whether oacts differ from the reference; empty: all is well.
std::string run_hooked(const LayerCase& c, const mapper::Mapping& mapping,
                       const tb::RunHooks& hooks, const std::function<std::string()>& at_end);

}  // namespace uvea::test
