#pragma once
// When a memory access may start and when it is over: the policy behind the Dram module. Pure C++,
// no SystemC; time is an absolute number of picoseconds since the start of the simulation.
//
// Contract with the caller: accept() is called only after can_accept(); calls carry times that
// never go back (blocking() excepted); advance(t) is called at every next_decision() it announces.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "hw/config/chip_config.h"
#include "hw/dram/ddr4_command.h"
#include "hw/dram/picoseconds.h"

namespace uvea::hw {

/// One transaction as the timing sees it.
struct DramRequest {
  std::uint64_t id = 0;       ///< the caller's name for it, given back in DramCompletion
  std::uint64_t address = 0;  ///< byte address
  std::uint64_t length = 0;   ///< bytes, at least 1
  bool write = false;
};

/// The moment at which the response to a request is due.
struct DramCompletion {
  std::uint64_t id = 0;
  Picoseconds due{0};
};

/// Counted since the start of the simulation, over all channels.
struct DramCounters {
  std::uint64_t transactions = 0;   ///< answered, errors included
  std::uint64_t errors = 0;         ///< answered with an error status
  std::uint64_t bytes_read = 0;     ///< asked for by requests
  std::uint64_t bytes_written = 0;  ///< asked for by requests, disabled bytes included
  std::uint64_t bytes_on_bus = 0;   ///< moved on the data buses: whole bursts in ddr4_3200
  std::uint64_t row_hits = 0;       ///< column accesses whose row was open
  std::uint64_t row_misses = 0;     ///< column accesses to a closed bank
  std::uint64_t row_conflicts = 0;  ///< column accesses that had to close another row
  std::uint64_t activates = 0;      ///< rows opened
  std::uint64_t precharges = 0;     ///< rows closed; all of a channel at once count as one
  std::uint64_t column_reads = 0, column_writes = 0;
  std::uint64_t refreshes = 0;         ///< all-bank refreshes of a channel
  std::uint64_t delayed_requests = 0;  ///< requests whose END_REQ waited for room in a queue
};

/// How long a channel's data bus was busy, and how long accesses stood there while it was not: for
/// their row, for a turnaround, for a refresh.
struct ChannelUse {
  Picoseconds busy{0}, held{0};
};

class DramTimingModel {
 public:
  virtual ~DramTimingModel() = default;

  /// Is there room for this request now?
  virtual bool can_accept(const DramRequest& request) const = 0;
  /// Takes a request that arrives now. What is already known to complete is appended to done.
  virtual void accept(const DramRequest& request, Picoseconds now,
                      std::vector<DramCompletion>& done) = 0;
  /// The next moment at which advance() has something to do.
  virtual std::optional<Picoseconds> next_decision() const = 0;
  /// Takes every decision due up to now; appends what is then known to complete.
  virtual void advance(Picoseconds now, std::vector<DramCompletion>& done) = 0;
  /// Response moment of a request that overtakes whatever is queued (b_transport).
  virtual Picoseconds blocking(const DramRequest& request, Picoseconds now) = 0;
  /// Response moment of a transaction that does not touch the memory (errors, TLM_IGNORE_COMMAND).
  virtual Picoseconds no_access(Picoseconds now) const = 0;
  /// Fills in what the timing counts: rows, refreshes up to now, bytes on the bus.
  virtual void count(Picoseconds now, DramCounters& counters) const = 0;
  /// The channels since the start of the simulation; none where there is no limit to their bandwidth.
  virtual std::vector<ChannelUse> use() const { return {}; }
  /// From now on the observer is told every command; a timing without commands tells nothing.
  virtual void observe(const Ddr4CommandObserver&) {}
  /// Tells the observer what lies before now and was not told yet.
  virtual void catch_up(Picoseconds) {}
};

/// The model that config.timing names; clock is the chip's clock period.
/// Throws std::invalid_argument when a size or a time of the config makes no sense.
std::unique_ptr<DramTimingModel> make_dram_timing(const DramConfig& config, Picoseconds clock);

}  // namespace uvea::hw
