#pragma once
// A run that no chip made, for tests of what reports say of runs.

#include <cstdint>
#include <map>
#include <string>

#include "sw/report/results.h"
#include "sw/report/stored_run.h"

namespace uvea::test {

/// A run of the chip's own tables without layers, on a chip of two PEs and four MACs.
report::RunResult made_run();

/// A layer on the chip. `stalls` by key, `counters` by name; the rest is 0. The classes sum to what
/// they sum to. Throws std::out_of_range for a key or name that is not in the tables.
report::LayerResult made_layer(const std::string& name, std::uint64_t cycles,
                               const std::map<std::string, std::uint64_t>& stalls,
                               const std::map<std::string, std::uint64_t>& counters);

/// As it is when written and read back.
report::StoredRun stored(const report::RunResult& run, const std::string& path);

}  // namespace uvea::test
