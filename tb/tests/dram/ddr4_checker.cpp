#include "tb/tests/dram/ddr4_checker.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace uvea::tb {
namespace {

using hw::Ddr4Command;
using hw::Tick;
using Kind = hw::Ddr4CommandKind;

const std::set<Kind> all_kinds = {Kind::activate, Kind::precharge, Kind::precharge_all,
                                  Kind::read,     Kind::write,     Kind::refresh};
const std::set<Kind> columns = {Kind::read, Kind::write};
const std::set<Kind> precharges = {Kind::precharge, Kind::precharge_all};

bool is_for_all_banks(Kind kind) { return kind == Kind::precharge_all || kind == Kind::refresh; }

std::string describe(const Ddr4Command& command) {
  const char* names[] = {"ACT", "PRE", "PREA", "RD", "WR", "REF"};
  std::ostringstream text;
  text << names[static_cast<int>(command.kind)] << " at " << command.at << " (channel "
       << command.where.channel;
  if (!is_for_all_banks(command.kind)) {
    text << ", group " << command.where.group << ", bank " << command.where.bank << ", row "
         << command.where.row << ", column " << command.where.column;
  }
  text << ")";
  return text.str();
}

}  // namespace

Ddr4Checker::Ddr4Checker(const hw::DramConfig& config) : c_(config) {
  const Tick burst = c_.burst_length / 2;
  const Tick cl = clocks(c_.tcl_ns), cwl = clocks(c_.tcwl_ns);
  const Tick after_write = cwl + burst;
  const std::set<Kind> act = {Kind::activate}, rd = {Kind::read}, wr = {Kind::write};
  pair_rules_ = {
      {"command bus", all_kinds, all_kinds, Scope::channel, 1},
      {"tRCD", act, columns, Scope::bank, clocks(c_.trcd_ns)},
      {"tRP", precharges, {Kind::activate, Kind::refresh}, Scope::bank, clocks(c_.trp_ns)},
      {"tRAS", act, precharges, Scope::bank, clocks(c_.tras_ns)},
      {"tRC", act, act, Scope::bank, clocks(c_.tras_ns) + clocks(c_.trp_ns)},
      {"tRRD_S", act, act, Scope::other_group, clocks(c_.trrd_s_ns)},
      {"tRRD_L", act, act, Scope::same_group, clocks(c_.trrd_ns)},
      {"tCCD_S", columns, columns, Scope::other_group, burst},
      {"tCCD_L", columns, columns, Scope::same_group, clocks(c_.tccd_ns)},
      {"tWTR_S", wr, rd, Scope::other_group, after_write + clocks(c_.twtr_s_ns)},
      {"tWTR_L", wr, rd, Scope::same_group, after_write + clocks(c_.twtr_ns)},
      {"tRTW", rd, wr, Scope::channel, cl + burst + c_.trtw_gap_clocks - cwl},
      {"tWR", wr, precharges, Scope::bank, after_write + clocks(c_.twr_ns)},
      {"tRTP", rd, precharges, Scope::bank, clocks(c_.trtp_ns)},
  };
  for (const PairRule& rule : pair_rules_) longest_pair_ = std::max(longest_pair_, rule.apart);
}

Tick Ddr4Checker::clocks(double ns) const {
  return static_cast<Tick>(std::ceil(ns / c_.tck_ns - 1e-6));
}

Tick Ddr4Checker::data_end(const Ddr4Command& column) const {
  return column.at + clocks(column.kind == Kind::write ? c_.tcwl_ns : c_.tcl_ns) +
         c_.burst_length / 2;
}

void Ddr4Checker::take(const Ddr4Command& command) {
  Channel& channel = channels_[command.where.channel];
  check_pairs(channel, command);
  check_rows(channel, command);
  check_activations(channel, command);
  check_data_bus(channel, command);
  check_refresh(channel, command);
  channel.commands.push_back(command);
  commands_.push_back(command);
}

void Ddr4Checker::check_pairs(const Channel& channel, const Ddr4Command& command) {
  for (auto before = channel.commands.rbegin(); before != channel.commands.rend(); ++before) {
    if (command.at - before->at >= longest_pair_) break;
    const bool same_group = before->where.group == command.where.group;
    const bool same_bank = same_group && before->where.bank == command.where.bank;
    const bool all_banks = is_for_all_banks(before->kind) || is_for_all_banks(command.kind);
    for (const PairRule& rule : pair_rules_) {
      if (command.at - before->at >= rule.apart) continue;
      if (rule.from.count(before->kind) == 0 || rule.to.count(command.kind) == 0) continue;
      const bool concerned = rule.scope == Scope::channel ||
                             (rule.scope == Scope::bank && (same_bank || all_banks)) ||
                             (rule.scope == Scope::same_group && same_group) ||
                             (rule.scope == Scope::other_group && !same_group);
      if (!concerned) continue;
      fault(rule.name, command,
            "needs " + std::to_string(rule.apart) + " clocks after " + describe(*before));
    }
  }
}

void Ddr4Checker::check_rows(Channel& channel, const Ddr4Command& command) {
  const Bank bank{command.where.group, command.where.bank};
  const auto open = channel.open_rows.find(bank);
  switch (command.kind) {
    case Kind::activate:
      if (open != channel.open_rows.end()) fault("row", command, "the bank has a row open");
      channel.open_rows[bank] = command.where.row;
      break;
    case Kind::precharge:
      if (open == channel.open_rows.end()) {
        fault("row", command, "the bank is closed");
      } else {
        channel.open_rows.erase(open);
      }
      break;
    case Kind::precharge_all:
      channel.open_rows.clear();
      break;
    case Kind::read:
    case Kind::write:
      if (open == channel.open_rows.end() || open->second != command.where.row) {
        fault("row", command, "the row is not open");
      }
      break;
    case Kind::refresh:
      if (!channel.open_rows.empty()) fault("row", command, "a row is open");
      break;
  }
}

void Ddr4Checker::check_activations(Channel& channel, const Ddr4Command& command) {
  if (command.kind != Kind::activate) return;
  std::vector<Tick>& all = channel.activations;
  if (all.size() >= 4 && command.at - all[all.size() - 4] < clocks(c_.tfaw_ns)) {
    fault("tFAW", command, "the fifth since " + std::to_string(all[all.size() - 4]));
  }
  all.push_back(command.at);
}

void Ddr4Checker::check_data_bus(Channel& channel, const Ddr4Command& command) {
  if (columns.count(command.kind) == 0) return;
  const Tick end = data_end(command);
  if (end - c_.burst_length / 2 < channel.data_bus_free) {
    fault("data bus", command, "the bus is taken up to " + std::to_string(channel.data_bus_free));
  }
  channel.data_bus_free = std::max(channel.data_bus_free, end);
}

void Ddr4Checker::check_refresh(Channel& channel, const Ddr4Command& command) {
  std::vector<Tick>& all = channel.refreshes;
  if (!all.empty() && command.at - all.back() < clocks(c_.trfc_ns)) {
    fault("tRFC", command, "the refresh began at " + std::to_string(all.back()));
  }
  const Tick refi = clocks(c_.trefi_ns);
  const Tick next_due = static_cast<Tick>(all.size() + 1) * refi;
  if (command.kind == Kind::refresh) {
    if (command.at < next_due) fault("tREFI", command, "due at " + std::to_string(next_due));
    all.push_back(command.at);
  } else if (command.at >= next_due && precharges.count(command.kind) == 0) {
    fault("tREFI", command, "a refresh is due since " + std::to_string(next_due));
  }
}

void Ddr4Checker::fault(const std::string& rule, const Ddr4Command& command,
                        const std::string& why) {
  broken_.insert(rule);
  if (faults_.size() < 20) faults_.push_back(rule + ": " + describe(command) + ": " + why);
}

}  // namespace uvea::tb
