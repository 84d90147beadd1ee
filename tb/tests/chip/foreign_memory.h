#pragma once
// A run on an ExampleAtTarget instead of our own DRAM.

#include "tb/sim/hooks.h"
#include "tb/testing/example_at_target.h"

namespace uvea::test {

/// Hooks that make the memory, as large as the run needs it and in the chip's clock. `made`, when
/// given, points to the memory while it lives.
tb::RunHooks on_foreign_memory(const tb::ExampleAtTarget::Parameters& parameters,
                               tb::ExampleAtTarget** made = nullptr);

/// One that knows only the lines of a chip with control.dma_line_bytes, and what else a memory may
/// do: delays on every phase, every legal answer, any order.
tb::ExampleAtTarget::Parameters line_memory(const hw::ChipConfig& chip, std::uint64_t seed);

}  // namespace uvea::test
