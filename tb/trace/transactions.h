#pragma once
// The transactions of a run as trace events (trace_event_sink.h): fragments of its chips, one behind
// the other.
//
// Content    chip_transactions.h. So a DRAM read leads to the windows of PEs that it feeds.
// Size       what begins after `most` items or states is left out.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tb/trace/fragment.h"
#include "tb/trace/trace_plan.h"

namespace uvea::trace {

struct TransactionOptions {
  std::string file;
  std::vector<std::string> layers;  ///< names, by index in the network
  int clock_mhz = 0;
  bool details = false;  ///< states and values of all blocks, too
  std::uint64_t most = 1'000'000;
};

struct TransactionSummary {
  std::uint64_t slices = 0, arrows = 0;
  std::optional<Cycle> cut;  ///< nothing that begins from there on is in it
};

/// Writes the file; `fragments` as plan_trace() takes them. Throws UserError when it cannot be
/// written.
TransactionSummary write_transactions(const TransactionOptions& options,
                                      const std::vector<const Fragment*>& fragments,
                                      const TracePlan& plan);

}  // namespace uvea::trace
