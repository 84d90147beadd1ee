#include "hw/dram/ddr4_rank.h"

#include <algorithm>

namespace uvea::hw {

Ddr4Rank::Ddr4Rank(const Ddr4Parameters& parameters)
    : p_(parameters), banks_(p_.groups * p_.banks_per_group), groups_(p_.groups) {}

Tick Ddr4Rank::earliest_activate(const DramLocation& at) const {
  return std::max({command_bus_free_, banks_[bank_index(at)].activate_ready,
                   any_.last_activate + p_.rrd_s, groups_[at.group].last_activate + p_.rrd_l,
                   activates_[oldest_activate_] + p_.faw});
}

Tick Ddr4Rank::earliest_precharge(const DramLocation& at) const {
  return std::max(command_bus_free_, banks_[bank_index(at)].precharge_ready);
}

Tick Ddr4Rank::earliest_column(const DramLocation& at, bool write) const {
  const Group& group = groups_[at.group];
  const Tick apart = std::max({command_bus_free_, banks_[bank_index(at)].column_ready,
                               any_.last_column + p_.burst, group.last_column + p_.ccd_l});
  if (write) return std::max(apart, last_read_ + p_.cl + p_.burst + p_.rtw_gap - p_.cwl);
  const Tick write_data = p_.cwl + p_.burst;
  return std::max(
      {apart, any_.last_write + write_data + p_.wtr_s, group.last_write + write_data + p_.wtr_l});
}

Tick Ddr4Rank::earliest_precharge_all() const {
  Tick at = command_bus_free_;
  for (const Bank& bank : banks_) {
    if (bank.open_row) at = std::max(at, bank.precharge_ready);
  }
  return at;
}

Tick Ddr4Rank::earliest_refresh() const {
  Tick at = command_bus_free_;
  for (const Bank& bank : banks_) at = std::max(at, bank.activate_ready);
  return at;
}

void Ddr4Rank::issue(const Ddr4Command& command) {
  command_bus_free_ = command.at + 1;
  switch (command.kind) {
    case Ddr4CommandKind::activate:
      activate(command);
      break;
    case Ddr4CommandKind::precharge:
      precharge(banks_[bank_index(command.where)], command.at);
      break;
    case Ddr4CommandKind::precharge_all:
      // It counts for banks that are closing already, too.
      for (Bank& bank : banks_) precharge(bank, command.at);
      break;
    case Ddr4CommandKind::read:
      column(command, false);
      break;
    case Ddr4CommandKind::write:
      column(command, true);
      break;
    case Ddr4CommandKind::refresh:
      for (Bank& bank : banks_) bank.activate_ready = command.at + p_.rfc;
      break;
  }
}

void Ddr4Rank::activate(const Ddr4Command& command) {
  Bank& bank = banks_[bank_index(command.where)];
  bank.open_row = command.where.row;
  bank.column_ready = command.at + p_.rcd;
  bank.precharge_ready = command.at + p_.ras;
  any_.last_activate = groups_[command.where.group].last_activate = command.at;
  activates_[oldest_activate_] = command.at;
  oldest_activate_ = (oldest_activate_ + 1) % activates_.size();
  ++open_rows_;
}

void Ddr4Rank::precharge(Bank& bank, Tick at) {
  if (bank.open_row) --open_rows_;
  bank.open_row.reset();
  bank.activate_ready = at + p_.rp;
}

void Ddr4Rank::column(const Ddr4Command& command, bool write) {
  Bank& bank = banks_[bank_index(command.where)];
  Group& group = groups_[command.where.group];
  any_.last_column = group.last_column = command.at;
  if (write) {
    any_.last_write = group.last_write = command.at;
    bank.precharge_ready = std::max(bank.precharge_ready, data_end(command.at, true) + p_.wr);
  } else {
    last_read_ = command.at;
    bank.precharge_ready = std::max(bank.precharge_ready, command.at + p_.rtp);
  }
}

}  // namespace uvea::hw
