#pragma once
// One DDR4 channel of one rank: its queue, and the controller that chooses its commands.
//
// The controller looks at the queue_depth oldest column accesses. Each wants one command: its read
// or write where its row is open; else, for the oldest of its bank that has another row, the
// activation, or before that the precharge. Of all these the one that is legal first goes out
// (ddr4_rank.h), every bank on its own. Of equals: column commands before activations before
// precharges; of column commands that of the bank which another row waits for and whose open row
// has the fewest accesses left (so banks close one after another and not all at once); then that of
// the older access.
//
// A row stays open until an access to another row of the bank is the only kind that waits, or a
// refresh comes. No access overtakes an older one to the same burst unless both are reads.
//
// Nothing starves: a younger access whose column command goes out first has overtaken an older one
// when it is of the same bank, or when the older one's row was open too (while that one waits for
// its own bank, other banks cost it nothing). Once reorder_limit have overtaken an access, no
// younger column command goes out before its own, and younger hits hold its bank's row open no
// longer; activations and precharges for the younger ones go on. reorder_limit 0: column commands
// in the order of arrival.
//
// Refresh: all banks, due at every multiple of tREFI since the start of the simulation. From then
// on nothing else goes out; the open rows are precharged together and stay closed. No row is opened
// or closed for an access whose column command could not go out before the refresh is due.
//
// A command goes out at its clock and not before, so an access that arrives later may still change
// what comes next. Between two commands nothing happens.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hw/dram/ddr4_rank.h"
#include "hw/dram/timing_model.h"

namespace uvea::hw {

/// One burst of one request.
struct ColumnAccess {
  std::uint64_t request = 0;
  std::uint64_t burst_number = 0;
  DramLocation at{};
  bool write = false;
  Tick arrival = 0;
};

/// The column command of an access has gone out.
struct ServedAccess {
  std::uint64_t request = 0;
  Tick data_end = 0;  ///< its last beat has left the data bus
};

class Ddr4Channel {
 public:
  Ddr4Channel(const Ddr4Parameters& parameters, std::uint64_t number);

  void observe(const Ddr4CommandObserver& observer) { observer_ = observer; }

  /// Requests (not bursts) with an access still to be served are fewer than queue_depth.
  bool has_room() const { return held_.size() < p_.queue_depth; }
  /// advance() must follow, before next_command() is asked.
  void push(const ColumnAccess& access);
  /// Sends every command whose clock is not later than now.
  void advance(Tick now, std::vector<ServedAccess>& served);
  /// The clock of the next command; none while nothing is queued.
  std::optional<Tick> next_command() const;
  /// Serves these at once, before anything queued; returns the end of the last data burst.
  Tick serve_first(const std::vector<ColumnAccess>& accesses);

  /// An idle channel sends, and tells, what it has behind it before this clock: refreshes.
  void catch_up(Tick before);

  /// Adds rows, refreshes up to now and bus bytes.
  void count(Tick now, DramCounters& counters) const;
  /// Clocks of the data bus that were used, and those in which accesses waited and it was not.
  Tick busy() const { return p_.burst * static_cast<Tick>(hits_ + misses_ + conflicts_); }
  Tick held() const { return held_clocks_; }

 private:
  using Place = std::uint32_t;  ///< in the window, which is ordered by age
  static constexpr Place nobody = ~Place{0};
  /// An access that the controller looks at. What every plan reads stands together.
  struct Waiting {
    std::uint32_t bank = 0;
    bool hit = false;  ///< its row is open
    bool write = false;
    RowOutcome row = RowOutcome::hit;  ///< what its bank had to do for it so far
    int overtaken = 0;                 ///< by younger accesses, as the reorder_limit counts
    int blocked_by = 0;                ///< older accesses to the same burst, one of the two a write
    ColumnAccess access;
  };
  /// A command that may go out, and the access that it is for.
  struct Choice {
    Ddr4Command command;
    std::size_t priority = 0;  ///< the lower one goes first when both are legal at once
    Place place = nobody;
  };
  /// What the window asks of a bank.
  struct Demand {
    Place read = nobody, write = nobody;  ///< the oldest whose column command may go out
    Place other_row = nobody;             ///< the oldest that needs another row than the open one
    std::uint32_t hits = 0;               ///< how many need the open row
    bool keep_open = false;               ///< for one of these
    bool overdue = false;                 ///< one to another row has been overtaken often enough
  };

  void enter_window(const ColumnAccess& access);
  void plan();
  Choice refresh_choice() const;
  void collect_demands();
  void consider_bank(std::size_t bank);
  void consider(Place place, Ddr4CommandKind kind, Tick earliest, Tick not_from,
                std::size_t priority);
  void update_hits(std::size_t bank);
  void update_hits();
  void send(const Choice& choice);
  std::optional<ServedAccess> issue();
  ServedAccess serve(const Choice& choice);

  const Ddr4Parameters p_;
  const std::uint64_t number_;
  Ddr4CommandObserver observer_;
  Ddr4Rank rank_;
  std::vector<Waiting> window_;                            ///< the queue_depth oldest, by age
  std::deque<ColumnAccess> behind_;                        ///< the rest
  std::unordered_map<std::uint64_t, std::uint64_t> held_;  ///< request -> accesses to be served
  std::vector<Demand> demands_;                            ///< scratch, one for each bank
  Choice next_;
  bool planned_ = false;  ///< next_ is up to date
  Tick next_refresh_;
  Tick waits_since_ = 0;  ///< an access has been in the window since then
  Tick turn_end_ = 0;     ///< the bus's next turn can begin
  Tick held_clocks_ = 0;
  std::uint64_t hits_ = 0, misses_ = 0, conflicts_ = 0;
  std::array<std::uint64_t, kDdr4CommandKinds> commands_{};  ///< sent, by kind
};

}  // namespace uvea::hw
