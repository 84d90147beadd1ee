#pragma once
// The transactions of a run in a file: fragments of its chips, one behind the other.
//
// Content    chip_transactions.h. So a DRAM read leads to the windows of PEs that it feeds.
// Formats    trace events (trace_event_sink.h) and FTR (ftr_sink.h), by the file's name.
// Size       what begins after `most` items or states is left out.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tb/trace/fragment.h"
#include "tb/trace/trace_plan.h"

namespace uvea::trace {

enum class TransactionFormat : std::uint8_t { trace_events, ftr };

/// By the file's ending, .json or .ftr; none for others.
std::optional<TransactionFormat> transaction_format(const std::string& file);

struct TransactionOptions {
  std::string file;                 ///< of a transaction_format()
  std::vector<std::string> layers;  ///< names, by index in the network
  int clock_mhz = 0;
  std::uint64_t period_ps = 0;  ///< of the clock
  bool details = false;         ///< states and values of all blocks, too
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
