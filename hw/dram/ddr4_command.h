#pragma once
// One command on the command bus of a DDR4 channel, and who may watch them go by.

#include <cstddef>
#include <cstdint>
#include <functional>

#include "hw/dram/ddr4_parameters.h"

namespace uvea::hw {

enum class Ddr4CommandKind { activate, precharge, precharge_all, read, write, refresh };
constexpr std::size_t kDdr4CommandKinds = 6;

/// What a bank had to do for a column access.
enum class RowOutcome : std::uint8_t { hit, miss, conflict };

struct Ddr4Command {
  Ddr4CommandKind kind = Ddr4CommandKind::refresh;
  Tick at = 0;           ///< the clock in which it is on the command bus
  DramLocation where{};  ///< precharge_all and refresh: the channel only; activate, precharge: the
                         ///< access that they are for
  // of read and write, as told to an observer
  std::uint64_t request = 0;  ///< DramRequest::id
  RowOutcome row = RowOutcome::hit;
  Tick data_end = 0;  ///< the last beat has left the data bus
};

/// Called for each command, each channel's in the order of their clocks. Those that an idle channel
/// has behind it (refresh) are told when the next access arrives.
using Ddr4CommandObserver = std::function<void(const Ddr4Command&)>;

}  // namespace uvea::hw
