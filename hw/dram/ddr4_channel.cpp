#include "hw/dram/ddr4_channel.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace uvea::hw {
namespace {

constexpr Tick end_of_time = std::numeric_limits<Tick>::max();

bool must_keep_order(const ColumnAccess& older, const ColumnAccess& younger) {
  return older.burst_number == younger.burst_number && (older.write || younger.write);
}

}  // namespace

Ddr4Channel::Ddr4Channel(const Ddr4Parameters& parameters, std::uint64_t number)
    : p_(parameters), number_(number), rank_(p_), demands_(rank_.banks()), next_refresh_(p_.refi) {}

void Ddr4Channel::push(const ColumnAccess& access) {
  if (window_.empty()) waits_since_ = access.arrival;
  catch_up(access.arrival);
  ++held_[access.request];
  if (window_.size() < p_.queue_depth) {
    enter_window(access);
  } else {
    behind_.push_back(access);
  }
}

void Ddr4Channel::catch_up(Tick before) {
  if (!window_.empty()) return;
  if (!planned_) plan();
  while (next_.command.at < before) {
    issue();
    plan();
  }
}

void Ddr4Channel::enter_window(const ColumnAccess& access) {
  Waiting entry;
  entry.bank = static_cast<std::uint32_t>(rank_.bank_index(access.at));
  entry.hit = rank_.open_row(entry.bank) == access.at.row;
  entry.write = access.write;
  entry.blocked_by =
      static_cast<int>(std::count_if(window_.begin(), window_.end(), [&](const Waiting& older) {
        return must_keep_order(older.access, access);
      }));
  entry.access = access;
  window_.push_back(entry);
  planned_ = false;
}

std::optional<Tick> Ddr4Channel::next_command() const {
  if (window_.empty()) return std::nullopt;
  return next_.command.at;
}

void Ddr4Channel::advance(Tick now, std::vector<ServedAccess>& served) {
  if (!planned_) plan();
  while (!window_.empty() && next_.command.at <= now) {
    if (const auto access = issue()) served.push_back(*access);
    plan();
  }
}

Tick Ddr4Channel::serve_first(const std::vector<ColumnAccess>& accesses) {
  std::vector<Waiting> window = std::exchange(window_, {});
  std::deque<ColumnAccess> behind = std::exchange(behind_, {});
  std::unordered_map<std::uint64_t, std::uint64_t> held = std::exchange(held_, {});
  const Tick waits_since = waits_since_;
  planned_ = false;
  for (const ColumnAccess& access : accesses) push(access);
  std::vector<ServedAccess> served;
  advance(end_of_time, served);
  Tick end = 0;
  for (const ServedAccess& access : served) end = std::max(end, access.data_end);
  window_ = std::move(window);
  behind_ = std::move(behind);
  held_ = std::move(held);
  waits_since_ = waits_since;
  update_hits();
  plan();
  return end;
}

void Ddr4Channel::plan() {
  planned_ = true;
  next_.command.at = end_of_time;
  collect_demands();
  for (std::size_t bank = 0; bank < demands_.size(); ++bank) consider_bank(bank);
  // All the others are for before the refresh is due.
  if (next_.command.at == end_of_time) next_ = refresh_choice();
}

Ddr4Channel::Choice Ddr4Channel::refresh_choice() const {
  Choice choice;
  const bool open = rank_.any_row_open();
  choice.command.where.channel = number_;
  choice.command.kind = open ? Ddr4CommandKind::precharge_all : Ddr4CommandKind::refresh;
  choice.command.at =
      std::max(next_refresh_, open ? rank_.earliest_precharge_all() : rank_.earliest_refresh());
  return choice;
}

void Ddr4Channel::collect_demands() {
  std::fill(demands_.begin(), demands_.end(), Demand{});
  bool column_may_go = true;
  for (Place i = 0; i < window_.size(); ++i) {
    const Waiting& entry = window_[i];
    const bool overdue = entry.overtaken >= p_.reorder_limit;
    Demand& demand = demands_[entry.bank];
    if (entry.hit) {
      ++demand.hits;
      demand.keep_open = demand.keep_open || !demand.overdue;
      Place& oldest = entry.write ? demand.write : demand.read;
      if (column_may_go && oldest == nobody && entry.blocked_by == 0) oldest = i;
    } else {
      if (demand.other_row == nobody) demand.other_row = i;
      demand.overdue = demand.overdue || overdue;
    }
    column_may_go = column_may_go && !overdue;
  }
}

void Ddr4Channel::consider_bank(std::size_t bank) {
  const Demand& demand = demands_[bank];
  const bool row_waits = demand.other_row != nobody;
  const std::size_t column_priority = row_waits ? demand.hits : p_.queue_depth + 1;
  if (demand.read != nobody) {
    consider(demand.read, Ddr4CommandKind::read,
             rank_.earliest_column(window_[demand.read].access.at, false), next_refresh_,
             column_priority);
  }
  if (demand.write != nobody) {
    consider(demand.write, Ddr4CommandKind::write,
             rank_.earliest_column(window_[demand.write].access.at, true), next_refresh_,
             column_priority);
  }
  if (!row_waits || demand.keep_open) return;
  const DramLocation& at = window_[demand.other_row].access.at;
  if (rank_.open_row(bank)) {
    consider(demand.other_row, Ddr4CommandKind::precharge, rank_.earliest_precharge(at),
             next_refresh_ - p_.rp - p_.rcd, p_.queue_depth + 3);
  } else {
    consider(demand.other_row, Ddr4CommandKind::activate, rank_.earliest_activate(at),
             next_refresh_ - p_.rcd, p_.queue_depth + 2);
  }
}

// Makes this the next command when it is better and early enough.
void Ddr4Channel::consider(Place place, Ddr4CommandKind kind, Tick earliest, Tick not_from,
                           std::size_t priority) {
  const ColumnAccess& access = window_[place].access;
  const Tick at = std::max(earliest, access.arrival);
  if (at < not_from &&
      std::tie(at, priority, place) < std::tie(next_.command.at, next_.priority, next_.place)) {
    next_ = {{kind, at, access.at}, priority, place};
  }
}

void Ddr4Channel::update_hits(std::size_t bank) {
  const std::optional<std::uint64_t> row = rank_.open_row(bank);
  for (Waiting& entry : window_) {
    if (entry.bank == bank) entry.hit = row == entry.access.at.row;
  }
}

void Ddr4Channel::update_hits() {
  for (std::size_t bank = 0; bank < rank_.banks(); ++bank) update_hits(bank);
}

void Ddr4Channel::send(const Choice& choice) {
  rank_.issue(choice.command);
  ++commands_[static_cast<std::size_t>(choice.command.kind)];
  if (!observer_) return;
  Ddr4Command told = choice.command;
  if (told.kind == Ddr4CommandKind::read || told.kind == Ddr4CommandKind::write) {
    const Waiting& served = window_[choice.place];
    told.request = served.access.request;
    told.row = served.row;
    told.data_end = rank_.data_end(told.at, served.access.write);
  }
  observer_(told);
}

std::optional<ServedAccess> Ddr4Channel::issue() {
  const Choice choice = next_;
  planned_ = false;
  send(choice);
  switch (choice.command.kind) {
    case Ddr4CommandKind::read:
    case Ddr4CommandKind::write:
      return serve(choice);
    case Ddr4CommandKind::activate:
      if (window_[choice.place].row == RowOutcome::hit)
        window_[choice.place].row = RowOutcome::miss;
      update_hits(window_[choice.place].bank);
      break;
    case Ddr4CommandKind::precharge:
      window_[choice.place].row = RowOutcome::conflict;
      update_hits(window_[choice.place].bank);
      break;
    case Ddr4CommandKind::refresh:
      next_refresh_ += p_.refi;
      break;
    case Ddr4CommandKind::precharge_all:
      update_hits();
      break;
  }
  return std::nullopt;
}

ServedAccess Ddr4Channel::serve(const Choice& choice) {
  const Waiting served = window_[choice.place];
  for (Place i = 0; i < choice.place; ++i) {
    Waiting& older = window_[i];
    if (older.bank == served.bank || older.hit) ++older.overtaken;
  }
  for (Place i = choice.place + 1; i < window_.size(); ++i) {
    if (must_keep_order(served.access, window_[i].access)) --window_[i].blocked_by;
  }
  window_.erase(window_.begin() + static_cast<std::ptrdiff_t>(choice.place));
  if (!behind_.empty()) {
    enter_window(behind_.front());
    behind_.pop_front();
  }
  const auto held = held_.find(served.access.request);
  if (--held->second == 0) held_.erase(held);
  const Tick turn = choice.command.at;
  held_clocks_ += std::max<Tick>(0, turn - std::max(turn_end_, waits_since_));
  turn_end_ = turn + p_.burst;
  switch (served.row) {
    case RowOutcome::hit:
      ++hits_;
      break;
    case RowOutcome::miss:
      ++misses_;
      break;
    case RowOutcome::conflict:
      ++conflicts_;
      break;
  }
  return {served.access.request, rank_.data_end(choice.command.at, served.access.write)};
}

void Ddr4Channel::count(Tick now, DramCounters& counters) const {
  counters.row_hits += hits_;
  counters.row_misses += misses_;
  counters.row_conflicts += conflicts_;
  counters.bytes_on_bus += (hits_ + misses_ + conflicts_) * p_.burst_bytes;
  const auto sent = [this](Ddr4CommandKind kind) {
    return commands_[static_cast<std::size_t>(kind)];
  };
  counters.activates += sent(Ddr4CommandKind::activate);
  counters.precharges += sent(Ddr4CommandKind::precharge) + sent(Ddr4CommandKind::precharge_all);
  counters.column_reads += sent(Ddr4CommandKind::read);
  counters.column_writes += sent(Ddr4CommandKind::write);
  counters.refreshes += sent(Ddr4CommandKind::refresh);
  if (now >= next_refresh_) {
    counters.refreshes += static_cast<std::uint64_t>((now - next_refresh_) / p_.refi + 1);
  }
}

}  // namespace uvea::hw
