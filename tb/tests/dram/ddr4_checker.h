#pragma once
// The JEDEC rules of DDR4 (JESD79-4), checked command by command on what a channel's command bus
// shows. Shares nothing with the model but the form of a command: it works from the config's times
// and compares each command with those before it, pair by pair.
//
// Rules by name: "command bus" (one a clock), tRCD, tRP, tRAS, tRC, tRRD_S, tRRD_L, tFAW, tCCD_S,
// tCCD_L, tWTR_S, tWTR_L, tWR, tRTP, tRTW (with the turn-round gap), "data bus" (no two bursts at
// once), tRFC, tREFI (the model's promise: at each multiple, before any further row or column
// command), "row" (columns of the open row only, activation of a closed bank, refresh of closed
// banks).

#include <map>
#include <set>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "hw/dram/ddr4_command.h"

namespace uvea::tb {

class Ddr4Checker {
 public:
  explicit Ddr4Checker(const hw::DramConfig& config);

  void take(const hw::Ddr4Command& command);

  const std::vector<hw::Ddr4Command>& commands() const { return commands_; }
  /// One line for each broken rule of each command; the first 20.
  const std::vector<std::string>& faults() const { return faults_; }
  const std::set<std::string>& broken_rules() const { return broken_; }
  /// The clock after the last data beat of a column command.
  hw::Tick data_end(const hw::Ddr4Command& column) const;

 private:
  enum class Scope { bank, same_group, other_group, channel };
  struct PairRule {
    std::string name;
    std::set<hw::Ddr4CommandKind> from, to;
    Scope scope;
    hw::Tick apart;
  };
  using Bank = std::pair<std::uint64_t, std::uint64_t>;
  struct Channel {
    std::vector<hw::Ddr4Command> commands;
    std::map<Bank, std::uint64_t> open_rows;
    std::vector<hw::Tick> activations, refreshes;
    hw::Tick data_bus_free = 0;
  };

  hw::Tick clocks(double ns) const;
  void check_pairs(const Channel& channel, const hw::Ddr4Command& command);
  void check_rows(Channel& channel, const hw::Ddr4Command& command);
  void check_activations(Channel& channel, const hw::Ddr4Command& command);
  void check_data_bus(Channel& channel, const hw::Ddr4Command& command);
  void check_refresh(Channel& channel, const hw::Ddr4Command& command);
  void fault(const std::string& rule, const hw::Ddr4Command& command, const std::string& why);

  const hw::DramConfig c_;
  std::vector<PairRule> pair_rules_;
  hw::Tick longest_pair_ = 0;
  std::map<std::uint64_t, Channel> channels_;
  std::vector<hw::Ddr4Command> commands_;
  std::vector<std::string> faults_;
  std::set<std::string> broken_;
};

}  // namespace uvea::tb
