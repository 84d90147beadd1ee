#include "hw/dram/ddr4_channel.h"

#include <algorithm>
#include <utility>

namespace uvea::hw {

Ddr4Channel::Ddr4Channel(const Ddr4Parameters& parameters)
    : p_(parameters),
      banks_(p_.groups * p_.banks_per_group),
      groups_(p_.groups),
      next_refresh_(p_.refi) {}

void Ddr4Channel::push(const ColumnAccess& access) {
  queue_.push_back(access);
  ++held_[access.request];
}

std::optional<Tick> Ddr4Channel::next_decision() const {
  if (queue_.empty()) return std::nullopt;
  return std::max(queue_.front().arrival, bus_free_ - p_.lookahead());
}

// Is an older access to the same burst in the way?
bool Ddr4Channel::must_wait(std::size_t index) const {
  const ColumnAccess& access = queue_[index];
  return std::any_of(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(index),
                     [&](const ColumnAccess& older) {
                       return older.burst_number == access.burst_number &&
                              (older.write || access.write);
                     });
}

std::size_t Ddr4Channel::choose(Tick when) const {
  const std::size_t window = std::min(queue_.size(), p_.queue_depth);
  std::size_t chosen = 0;
  bool hit_chosen = false;
  Tick chosen_start = data_start(queue_.front(), when);
  for (std::size_t i = 0; i < window; ++i) {
    const ColumnAccess& access = queue_[i];
    if (access.arrival <= when && bank(access.at).open_row == access.at.row) {
      const Tick start = data_start(access, when);
      const bool better = start < chosen_start || (start == chosen_start && !hit_chosen);
      if (better && !must_wait(i)) {
        chosen = i;
        hit_chosen = true;
        chosen_start = start;
      }
      if (hit_chosen && chosen_start <= bus_free_) break;  // none can be better
    }
    if (access.overtaken >= p_.reorder_limit) break;
  }
  return chosen;
}

Tick Ddr4Channel::data_start(const ColumnAccess& access, Tick earliest) const {
  return plan(access, earliest).column + (access.write ? p_.cwl : p_.cl);
}

ServedAccess Ddr4Channel::decide() {
  const Tick when = *next_decision();
  const std::size_t chosen = choose(when);
  for (std::size_t i = 0; i < chosen; ++i) ++queue_[i].overtaken;
  const ColumnAccess access = queue_[chosen];
  queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(chosen));
  const auto held = held_.find(access.request);
  if (--held->second == 0) held_.erase(held);
  return {access.request, serve(access, when)};
}

Tick Ddr4Channel::serve_first(const std::vector<ColumnAccess>& accesses) {
  std::deque<ColumnAccess> waiting = std::exchange(queue_, {});
  std::unordered_map<std::uint64_t, std::uint64_t> waiting_held = std::exchange(held_, {});
  for (const ColumnAccess& access : accesses) push(access);
  Tick end = 0;
  while (!queue_.empty()) end = std::max(end, decide().data_end);
  queue_ = std::move(waiting);
  held_ = std::move(waiting_held);
  return end;
}

Tick Ddr4Channel::earliest_activate(std::uint64_t group, Tick from) const {
  return std::max({from, any_.last_activate + p_.rrd_s, groups_[group].last_activate + p_.rrd_l,
                   activates_[oldest_activate_] + p_.faw});
}

Tick Ddr4Channel::earliest_column(const ColumnAccess& access, Tick from) const {
  const Group& group = groups_[access.at.group];
  const Tick latency = access.write ? p_.cwl : p_.cl;
  Tick column = std::max(
      {from, any_.last_column + p_.burst, group.last_column + p_.ccd_l, bus_free_ - latency});
  if (access.write) {
    column = std::max(column, last_read_ + p_.cl + p_.burst + p_.rtw_gap - p_.cwl);
  } else {
    const Tick write_data = p_.cwl + p_.burst;
    column = std::max({column, any_.last_write + write_data + p_.wtr_s,
                       group.last_write + write_data + p_.wtr_l});
  }
  return column;
}

Ddr4Channel::Plan Ddr4Channel::plan(const ColumnAccess& access, Tick earliest) const {
  const Bank& state = bank(access.at);
  Plan plan{Row::hit, 0, 0};
  Tick ready = std::max(earliest, state.column_ready);
  if (state.open_row != access.at.row) {
    Tick from = std::max(earliest, state.activate_ready);
    plan.row = Row::miss;
    if (state.open_row) {
      from = std::max(earliest, state.precharge_ready) + p_.rp;
      plan.row = Row::conflict;
    }
    plan.activate = earliest_activate(access.at.group, from);
    ready = plan.activate + p_.rcd;
  }
  plan.column = earliest_column(access, ready);
  return plan;
}

void Ddr4Channel::refresh() {
  Tick start = next_refresh_;
  bool precharge = false;
  for (const Bank& b : banks_) {
    precharge = precharge || b.open_row.has_value();
    start = std::max(start, b.open_row ? b.precharge_ready : b.activate_ready - p_.rp);
  }
  // A bank that is closing already needs the rest of its tRP, no more.
  Tick ready = start + p_.rp;
  if (!precharge) {
    ready = next_refresh_;
    for (const Bank& b : banks_) ready = std::max(ready, b.activate_ready);
  }
  for (Bank& b : banks_) {
    b.open_row.reset();
    b.activate_ready = ready + p_.rfc;
  }
  next_refresh_ += p_.refi;
  ++refreshes_;
}

Tick Ddr4Channel::serve(const ColumnAccess& access, Tick earliest) {
  Plan chosen = plan(access, earliest);
  if (chosen.column >= next_refresh_) {
    refresh();
    // Those that an idle channel has long behind it.
    if (next_refresh_ + p_.rfc <= earliest) {
      const Tick passed = (earliest - p_.rfc - next_refresh_) / p_.refi + 1;
      next_refresh_ += passed * p_.refi;
      refreshes_ += static_cast<std::uint64_t>(passed);
    }
    chosen = plan(access, earliest);
    if (chosen.column >= next_refresh_) {
      refresh();
      chosen = plan(access, earliest);
    }
  }

  Bank& state = bank(access.at);
  Group& group = groups_[access.at.group];
  if (chosen.row != Row::hit) {
    state.open_row = access.at.row;
    state.column_ready = chosen.activate + p_.rcd;
    state.precharge_ready = chosen.activate + p_.ras;
    any_.last_activate = group.last_activate = chosen.activate;
    activates_[oldest_activate_] = chosen.activate;
    oldest_activate_ = (oldest_activate_ + 1) % activates_.size();
  }
  switch (chosen.row) {
    case Row::hit:
      ++hits_;
      break;
    case Row::miss:
      ++misses_;
      break;
    case Row::conflict:
      ++conflicts_;
      break;
  }

  any_.last_column = group.last_column = chosen.column;
  const Tick data_end = chosen.column + (access.write ? p_.cwl : p_.cl) + p_.burst;
  if (access.write) {
    any_.last_write = group.last_write = chosen.column;
    state.precharge_ready = std::max(state.precharge_ready, data_end + p_.wr);
  } else {
    last_read_ = chosen.column;
    state.precharge_ready = std::max(state.precharge_ready, chosen.column + p_.rtp);
  }
  bus_free_ = data_end;
  return data_end;
}

void Ddr4Channel::count(Tick now, DramCounters& counters) const {
  counters.row_hits += hits_;
  counters.row_misses += misses_;
  counters.row_conflicts += conflicts_;
  counters.bytes_on_bus += (hits_ + misses_ + conflicts_) * p_.burst_bytes;
  counters.refreshes += refreshes_;
  if (now >= next_refresh_) {
    counters.refreshes += static_cast<std::uint64_t>((now - next_refresh_) / p_.refi + 1);
  }
}

}  // namespace uvea::hw
