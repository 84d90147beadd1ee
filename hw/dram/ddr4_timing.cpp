#include "hw/dram/ddr4_timing.h"

#include <algorithm>
#include <stdexcept>

#include "hw/dram/ideal_timing.h"

namespace uvea::hw {

Ddr4Timing::Ddr4Timing(const DramConfig& config, Picoseconds clock) : p_(config), clock_(clock) {
  for (std::uint64_t i = 0; i < p_.channels; ++i) channels_.emplace_back(p_, i);
}

Tick Ddr4Timing::tick_from(Picoseconds time) const {
  return (time + p_.tck - Picoseconds(1)) / p_.tck;
}

Picoseconds Ddr4Timing::response_at(Tick data_end) const {
  const Picoseconds end = p_.tck * data_end;
  return clock_ * ((end + clock_ - Picoseconds(1)) / clock_);
}

Picoseconds Ddr4Timing::no_access(Picoseconds now) const { return clock_ * (now / clock_ + 1); }

ColumnAccess Ddr4Timing::column_access(const DramRequest& request, std::uint64_t burst_number,
                                       Tick arrival) const {
  return {request.id, burst_number, locate(p_, burst_number), request.write, arrival};
}

bool Ddr4Timing::can_accept(const DramRequest& request) const {
  const std::uint64_t first = first_burst(request);
  const std::uint64_t touched = std::min(last_burst(request) - first + 1, p_.channels);
  for (std::uint64_t i = 0; i < touched; ++i) {
    if (!channels_[(first + i) % p_.channels].has_room()) return false;
  }
  return true;
}

void Ddr4Timing::accept(const DramRequest& request, Picoseconds now,
                        std::vector<DramCompletion>& done) {
  const std::uint64_t last = last_burst(request);
  const Tick arrival = tick_from(now);
  in_flight_[request.id] = {last - first_burst(request) + 1, 0};
  for (std::uint64_t burst = first_burst(request); burst <= last; ++burst) {
    const ColumnAccess access = column_access(request, burst, arrival);
    channels_[access.at.channel].push(access);
  }
  advance(now, done);
}

std::optional<Picoseconds> Ddr4Timing::next_decision() const {
  std::optional<Tick> next;
  for (const Ddr4Channel& channel : channels_) {
    const std::optional<Tick> command = channel.next_command();
    if (command && (!next || *command < *next)) next = command;
  }
  if (!next) return std::nullopt;
  return p_.tck * *next;
}

void Ddr4Timing::advance(Picoseconds now, std::vector<DramCompletion>& done) {
  for (Ddr4Channel& channel : channels_) channel.advance(now / p_.tck, served_);
  for (const ServedAccess& served : served_) {
    const auto request = in_flight_.find(served.request);
    request->second.data_end = std::max(request->second.data_end, served.data_end);
    if (--request->second.accesses_left == 0) {
      done.push_back({served.request, response_at(request->second.data_end)});
      in_flight_.erase(request);
    }
  }
  served_.clear();
}

Picoseconds Ddr4Timing::blocking(const DramRequest& request, Picoseconds now) {
  std::vector<std::vector<ColumnAccess>> parts(channels_.size());
  const std::uint64_t last = last_burst(request);
  for (std::uint64_t burst = first_burst(request); burst <= last; ++burst) {
    const ColumnAccess access = column_access(request, burst, tick_from(now));
    parts[access.at.channel].push_back(access);
  }
  Tick end = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    end = std::max(end, channels_[i].serve_first(parts[i]));
  }
  return response_at(end);
}

void Ddr4Timing::count(Picoseconds now, DramCounters& counters) const {
  for (const Ddr4Channel& channel : channels_) channel.count(now / p_.tck, counters);
}

std::vector<ChannelUse> Ddr4Timing::use() const {
  std::vector<ChannelUse> all;
  for (const Ddr4Channel& channel : channels_)
    all.push_back({p_.tck * channel.busy(), p_.tck * channel.held()});
  return all;
}

void Ddr4Timing::observe(const Ddr4CommandObserver& observer) {
  for (Ddr4Channel& channel : channels_) channel.observe(observer);
}

void Ddr4Timing::catch_up(Picoseconds now) {
  for (Ddr4Channel& channel : channels_) channel.catch_up(now / p_.tck);
}

std::unique_ptr<DramTimingModel> make_dram_timing(const DramConfig& config, Picoseconds clock) {
  if (clock.count() < 1) throw std::invalid_argument("the chip clock period must be positive");
  switch (config.timing) {
    case DramTiming::ideal:
      return std::make_unique<IdealTiming>(config, clock);
    case DramTiming::ddr4_3200:
      return std::make_unique<Ddr4Timing>(config, clock);
  }
  throw std::invalid_argument("dram.timing names no known timing");
}

}  // namespace uvea::hw
