#pragma once
// One DDR4 channel of one rank: its bank states, its command timing, its data bus, its queue.
//
// Scheduling: first-ready, first-come. Of the queue_depth oldest column accesses a decision takes
// the one with an open row that can have the data bus first, the older one of equals, unless the
// oldest of all could have it before that; failing open rows, the oldest. So row hits go before row
// misses, but not where they would leave the bus idle (same bank group, turn-round). Nothing
// overtakes an access to the same burst unless both are reads, nor one that reorder_limit younger
// accesses have overtaken already. reorder_limit 0 is FIFO. A decision is taken when the data bus
// will be free in Ddr4Parameters::lookahead() clocks, or at arrival when that is later; its
// commands are then reserved at the earliest legal clocks, and activations and column commands go
// out in the order of the decisions.
//
// Command timing: tRCD tRP tRAS (tRC = tRAS + tRP) tRRD_S/L tFAW tCCD_S/L tWTR_S/L tWR tRTP, read
// to write turn-round, tREFI/tRFC. Approximate in this: the command bus is never the bottleneck
// (three commands in the four clocks of a burst), one rank, no power-down, no ZQ calibration.
//
// Refresh: all banks, due at every multiple of tREFI since the start of the simulation. An access
// whose column command cannot go out before the refresh is due waits until it is over; open rows
// are precharged first (tRP) and stay closed.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "hw/dram/ddr4_parameters.h"

namespace uvea::hw {

/// One burst of one request.
struct ColumnAccess {
  std::uint64_t request = 0;
  std::uint64_t burst_number = 0;
  DramLocation at{};
  bool write = false;
  Tick arrival = 0;
  int overtaken = 0;  ///< younger accesses that went before it
};

/// What a decision led to.
struct ServedAccess {
  std::uint64_t request = 0;
  Tick data_end = 0;  ///< its last beat has left the data bus
};

class Ddr4Channel {
 public:
  explicit Ddr4Channel(const Ddr4Parameters& parameters);

  /// Requests (not bursts) with an access still to be decided are fewer than queue_depth.
  bool has_room() const { return held_.size() < p_.queue_depth; }
  void push(const ColumnAccess& access);
  std::optional<Tick> next_decision() const;
  /// Decides the next access; the queue must not be empty.
  ServedAccess decide();
  /// Serves these at once, before anything queued; returns the end of the last data burst.
  Tick serve_first(const std::vector<ColumnAccess>& accesses);

  /// Adds rows, refreshes up to now and bus bytes.
  void count(Tick now, DramCounters& counters) const;

 private:
  struct Bank {
    std::optional<std::uint64_t> open_row;
    Tick activate_ready = 0;   ///< when closed
    Tick precharge_ready = 0;  ///< when open
    Tick column_ready = 0;     ///< when open
  };
  enum class Row { hit, miss, conflict };
  struct Plan {
    Row row;
    Tick activate;
    Tick column;
  };

  std::size_t choose(Tick when) const;
  bool must_wait(std::size_t index) const;
  Tick data_start(const ColumnAccess& access, Tick earliest) const;
  Plan plan(const ColumnAccess& access, Tick earliest) const;
  Tick earliest_activate(std::uint64_t group, Tick from) const;
  Tick earliest_column(const ColumnAccess& access, Tick from) const;
  Tick serve(const ColumnAccess& access, Tick earliest);
  void refresh();
  Bank& bank(const DramLocation& at) { return banks_[at.group * p_.banks_per_group + at.bank]; }
  const Bank& bank(const DramLocation& at) const {
    return banks_[at.group * p_.banks_per_group + at.bank];
  }

  static constexpr Tick never = -(Tick{1} << 40);  ///< long before the start
  struct Group {
    Tick last_activate = never;
    Tick last_column = never;
    Tick last_write = never;
  };

  const Ddr4Parameters p_;
  std::deque<ColumnAccess> queue_;
  std::unordered_map<std::uint64_t, std::uint64_t> held_;  ///< request -> accesses to be decided
  std::vector<Bank> banks_;
  std::vector<Group> groups_;
  Group any_;  ///< the same, over all groups
  Tick last_read_ = never;
  std::array<Tick, 4> activates_{never, never, never, never};  ///< the last four, a ring
  std::size_t oldest_activate_ = 0;
  Tick bus_free_ = 0;
  Tick next_refresh_;
  std::uint64_t hits_ = 0, misses_ = 0, conflicts_ = 0, refreshes_ = 0;
};

}  // namespace uvea::hw
