#pragma once
// The weight tiles of a PE from their arrival to their retirement, and the buffers that they take
// (rules 1, 7, 9 and 10 of docs/pe_timing.md). All moments may lie ahead of the simulated time.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hw/pe/iact_chunk.h"
#include "hw/pe/pe_watch.h"
#include "hw/pe/ring.h"
#include "hw/pe/weight_tile.h"
#include "tlm/burst.h"
#include "tlm/cycle.h"

namespace uvea::hw {

/// A chunk of iacts on the PE's side of its port.
struct ArrivedChunk {
  IactChunk chunk;
  link::Cycle offered = 0;              ///< its burst lay on the port from here on
  link::Cycle first_beat = 0, end = 0;  ///< of its burst
  link::Journey way;
};

/// What a PE does with one weight burst.
struct Epoch {
  // What is asked for with every burst lies together, in front of the tile.
  link::Cycle known = 0;           ///< its chunks can be accepted from here on
  link::Cycle complete = 0;        ///< end of the weight burst
  std::uint32_t chunks_taken = 0;  ///< accepted on the iact side
  std::uint32_t rows_begun = 0;    ///< of those
  std::uint32_t chunks_done = 0;   ///< computed, dropped or passed
  Ring<ArrivedChunk> chunks;       ///< waiting
  WeightTile tile;
  link::Cycle last_dropped = 0;  ///< idle: end of the last dropped burst, else of its own
  link::Cycle first_beat = 0;
  link::Journey way;

  bool idle() const { return tile.header().idle; }
  bool passes() const { return tile.header().null && !tile.header().idle; }
  bool done() const { return chunks_done >= tile.header().chunks; }
};

class Epochs {
 public:
  /// Empty, with this many weight buffers.
  void configure(int buffers);
  /// Who is told of each retirement, or nobody.
  void watch(PeWatch* watch) { watch_ = watch; }

  /// Takes a buffer; returns from which cycle on it is there (at least `from`), or nothing while
  /// that is not known.
  std::optional<link::Cycle> take_buffer(link::Cycle from);
  /// A weight burst. Returns what is wrong with it, or nothing.
  std::string add(const link::Burst& burst, link::Cycle first_beat, const PeConfig& config,
                  const PeSettings& settings);

  /// The oldest that still expects chunks of iacts.
  Epoch* receiving();
  bool empty() const { return queue_.empty(); }
  std::size_t size() const { return queue_.size(); }
  Epoch& front() { return *queue_.front(); }
  const Epoch& front() const { return *queue_.front(); }
  /// The youngest.
  const Epoch& back() const { return *queue_.back(); }
  /// The front one is through with its buffer, which is free from `at` on.
  void retire_front(link::Cycle at);
  /// Retires the front ones while they are idle and have dropped all. Tells whether there were any.
  bool retire_idle();

  /// Retirement of the youngest epoch that has.
  link::Cycle retired() const { return retired_; }
  /// The same, of those that are null or idle.
  link::Cycle empty_retired() const { return empty_retired_; }

 private:
  std::deque<std::unique_ptr<Epoch>> queue_;
  std::vector<std::unique_ptr<Epoch>> spare_;
  int buffers_ = 1, used_ = 0;
  std::deque<link::Cycle> releases_;
  link::Cycle retired_ = 0, empty_retired_ = 0;
  PeWatch* watch_ = nullptr;
};

}  // namespace uvea::hw
