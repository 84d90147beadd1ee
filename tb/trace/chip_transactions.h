#pragma once
// The transactions of one chip, found in what its probe was told.
//
// Rows       the chip's layers and its passes, each from where a block is the first to begin it to
//            the next one's begin; each item track; with `details` each state track.
// Attributes of an item: layer, words or bytes, serial, source, pass, and (of who sent it) the PEs
//            that took it.
//            Of the layer in which the file was cut: the cycle, as "cut".
// Arrows     "moved": a burst from place to place; "made": from what it was made from.
// Curves     of the whole chip, means of Curve::kMean cycles; with `details` those of all blocks.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tb/trace/fragment.h"
#include "tb/trace/trace_plan.h"
#include "tb/trace/transaction_sink.h"

namespace uvea::trace {

struct ChipTransactionOptions {
  std::vector<std::string> layers;  ///< names, by index in the network
  bool details = false;             ///< states and values of all blocks, too
  std::optional<Cycle> cut;         ///< of the run: what begins from there on is left out
};

struct TransactionCounts {
  std::uint64_t slices = 0, arrows = 0;
};

/// Tells the sink what is in a piece of the chip that left the fragment, and the piece's end.
TransactionCounts write_chip_transactions(const ChipTransactionOptions& options,
                                          const Fragment& fragment, const TracePiece& piece,
                                          TransactionSink& sink);

}  // namespace uvea::trace
