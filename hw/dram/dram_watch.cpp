#include "hw/dram/dram_watch.h"

namespace uvea::hw {

using link::Cycle;
using link::Probe;

DramWatch::DramWatch(Probe& probe, const std::string& path, const DramConfig& config,
                     Picoseconds clock)
    : probe_(probe),
      p_(config.timing == DramTiming::ddr4_3200 ? config : DramConfig{}),
      clock_(clock),
      transactions_(probe, probe.add_items(path, "transactions", Probe::Group::dram)),
      outstanding_(probe.add_values(path, "outstanding", Probe::Group::dram, "bytes")) {
  if (config.timing != DramTiming::ddr4_3200) return;
  const auto group = Probe::Group::dram;
  for (std::uint64_t c = 0; c < p_.channels; ++c) {
    const std::string at = path + ".channel" + std::to_string(c);
    channels_.emplace_back();
    serials_.push_back(0);
    probe.name_source(Probe::kAccesses + static_cast<std::uint32_t>(c), at);
    for (std::uint64_t g = 0; g < p_.groups; ++g) {
      for (std::uint64_t b = 0; b < p_.banks_per_group; ++b) {
        const std::string bank = at + ".bank_" + std::to_string(g) + "_" + std::to_string(b);
        channels_.back().push_back(
            {probe.add_states(bank, "state", group, {"closed", "open", "refresh"}),
             probe.add_values(bank, "row", group, "row"),
             {probe.add_items(bank, "hit", group), probe.add_items(bank, "miss", group),
              probe.add_items(bank, "conflict", group)}});
        probe.state(channels_.back().back().state, closed, 0, Probe::kOpen);
      }
    }
  }
}

void DramWatch::admitted(std::uint64_t slot, const ::tlm::tlm_generic_payload& payload,
                         Picoseconds at) {
  Transaction admitted{payload.get_data_length(), payload.is_write(), {}};
  if (const Item* item = link::item_in(payload)) {
    admitted.item = *item;
    transactions_.begin(*item, admitted.bytes, cycle(at));
  }
  bytes_ += static_cast<std::int64_t>(admitted.bytes);
  open_[slot] = admitted;
  probe_.value(outstanding_, cycle(at), bytes_);
}

void DramWatch::answered(std::uint64_t slot, Picoseconds at) {
  const auto found = open_.find(slot);
  if (found == open_.end()) return;
  bytes_ -= static_cast<std::int64_t>(found->second.bytes);
  if (found->second.item) transactions_.end(*found->second.item, cycle(at));
  open_.erase(found);
  probe_.value(outstanding_, cycle(at), bytes_);
}

void DramWatch::command(const Ddr4Command& command) {
  std::vector<Bank>& banks = channels_[command.where.channel];
  Bank& bank = banks[command.where.group * p_.banks_per_group + command.where.bank];
  const Cycle at = cycle(command.at);
  switch (command.kind) {
    case Ddr4CommandKind::activate:
      probe_.state(bank.state, open, at, Probe::kOpen);
      probe_.value(bank.row, at, static_cast<std::int64_t>(command.where.row));
      return;
    case Ddr4CommandKind::precharge:
      return probe_.state(bank.state, closed, at, Probe::kOpen);
    case Ddr4CommandKind::precharge_all:
      for (const Bank& each : banks) probe_.state(each.state, closed, at, Probe::kOpen);
      return;
    case Ddr4CommandKind::refresh: {
      const Cycle end = cycle(command.at + p_.rfc);
      for (const Bank& each : banks) {
        if (at < end) probe_.state(each.state, refresh, at, end);
        probe_.state(each.state, closed, end, Probe::kOpen);
      }
      return;
    }
    case Ddr4CommandKind::read:
    case Ddr4CommandKind::write:
      return access(command, bank);
  }
}

void DramWatch::access(const Ddr4Command& command, const Bank& bank) {
  const auto channel = static_cast<std::uint32_t>(command.where.channel);
  const Item item{Probe::kAccesses + channel, serials_[channel]++};
  probe_.item(bank.accesses[static_cast<std::size_t>(command.row)], item, p_.burst_bytes,
              cycle(command.at), end_cycle(command.data_end));
  const auto found = open_.find(command.request);
  if (found == open_.end() || !found->second.item) return;
  if (found->second.write) {
    probe_.carries(item, *found->second.item);
  } else {
    probe_.carries(*found->second.item, item);
  }
}

}  // namespace uvea::hw
