#pragma once
// The banks of one DDR4 rank as its command timing sees them: which rows are open, and the first
// clock at which each command is legal.
//
// Kept: tRCD, tRP, tRAS (tRC = tRAS + tRP), tRRD_S/L, tFAW, tCCD_S/L, tWTR_S/L, tWR, tRTP, read to
// write turn-round, tRFC, one command a clock. These keep bursts apart on the data bus as well.
// Approximate: no power-down, no ZQ calibration, no write leveling.

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "hw/dram/ddr4_command.h"

namespace uvea::hw {

class Ddr4Rank {
 public:
  explicit Ddr4Rank(const Ddr4Parameters& parameters);

  std::size_t banks() const { return banks_.size(); }
  std::size_t bank_index(const DramLocation& at) const {
    return at.group * p_.banks_per_group + at.bank;
  }
  std::optional<std::uint64_t> open_row(std::size_t bank) const { return banks_[bank].open_row; }
  bool any_row_open() const { return open_rows_ > 0; }

  /// First legal clocks. The state of the bank (a row open, or none) must be the one that the
  /// command is for.
  Tick earliest_activate(const DramLocation& at) const;
  Tick earliest_precharge(const DramLocation& at) const;
  Tick earliest_column(const DramLocation& at, bool write) const;
  Tick earliest_precharge_all() const;
  Tick earliest_refresh() const;

  /// The command goes out; not before the clock that earliest_* names.
  void issue(const Ddr4Command& command);
  /// First clock in which the data bus is free after a column command of this clock.
  Tick data_end(Tick column, bool write) const {
    return column + (write ? p_.cwl : p_.cl) + p_.burst;
  }

 private:
  static constexpr Tick never = -(Tick{1} << 40);  ///< long before the start
  struct Bank {
    std::optional<std::uint64_t> open_row;
    Tick activate_ready = 0;   ///< when closed
    Tick precharge_ready = 0;  ///< when open
    Tick column_ready = 0;     ///< when open
  };
  struct Group {
    Tick last_activate = never;
    Tick last_column = never;
    Tick last_write = never;
  };

  void activate(const Ddr4Command& command);
  void column(const Ddr4Command& command, bool write);
  void precharge(Bank& bank, Tick at);

  const Ddr4Parameters p_;
  std::vector<Bank> banks_;
  std::vector<Group> groups_;
  Group any_;  ///< the same, over all groups
  Tick last_read_ = never;
  std::array<Tick, 4> activates_{never, never, never, never};  ///< the last four, a ring
  std::size_t oldest_activate_ = 0;
  std::size_t open_rows_ = 0;
  Tick command_bus_free_ = 0;
};

}  // namespace uvea::hw
