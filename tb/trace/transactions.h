#pragma once
// The transactions of a run as trace events: fragments of its chips, one behind the other.
//
// Processes  chip.cluster_0_0, chip.dma, dram.channel0 ... : the first two names of an instance path.
//            Rows: each item track of what is below; where items overlap, as many rows as they need.
// Slices     items; with `states` also the states. Args: layer, pass, words, source, serial, and (of
//            who sent it) the PEs that took it.
// Arrows     "moved": a burst from place to place; "made": from what it was made from. So a DRAM
//            read leads to the windows of PEs that it feeds.
// Curves     of the whole chip, means of Curve::kMean cycles; with `values` those of all blocks.
// Size       what begins after `most` items or states is left out.

#include <cstdint>
#include <map>
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
