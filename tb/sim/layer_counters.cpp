#include "tb/sim/layer_counters.h"

namespace uvea::tb {
namespace {

/// Calls body(class, place) for every key, in the order of the tables.
template <typename Body>
void for_each_stall(Body body) {
  for (std::size_t i = 0; i < hw::kStalls; ++i) {
    const auto stall = static_cast<hw::Stall>(i);
    if (!hw::has_places(stall)) {
      body(stall, hw::Place::none);
      continue;
    }
    for (std::size_t j = 1; j < hw::kPlaces; ++j) body(stall, static_cast<hw::Place>(j));
  }
}

}  // namespace

report::CountTables count_tables() {
  report::CountTables tables;
  for (const hw::CounterRow& row : hw::kCounterTable)
    tables.counters.push_back({row.block, row.data, row.name, row.unit, row.help});
  for_each_stall([&tables](hw::Stall stall, hw::Place place) {
    const hw::StallRow& row = row_of(stall);
    report::StallInfo info{row.name, row.brief,          row.words,          row_of(place).words,
                           row.help, hw::at_dram(place), hw::in_dram(place), ""};
    if (place != hw::Place::none) {
      info.key += std::string(".") + row_of(place).name;
      info.help += std::string("; ") + row_of(place).help;
    }
    if (stall == hw::Stall::wait_iact) info.data = "iacts";
    if (stall == hw::Stall::wait_weight) info.data = "weights";
    if (stall == hw::Stall::wait_psum_out && hw::at_dram(place)) info.data = "oacts";
    tables.stalls.push_back(std::move(info));
  });
  return tables;
}

report::Counters to_counters(const hw::LayerRecord& record) {
  report::Counters counters;
  counters.cycles = record.cycles();
  const auto& values = record.counters.values();
  counters.counts.assign(values.begin(), values.end());
  const auto in_order = [](const hw::StallCounts& stalls) {
    std::vector<std::uint64_t> cycles;
    for_each_stall(
        [&](hw::Stall stall, hw::Place place) { cycles.push_back(stalls.at(stall, place)); });
    return cycles;
  };
  counters.stalls = in_order(record.stalls);
  for (const hw::PeRecord& pe : record.pes) counters.pes.push_back({pe.path, in_order(pe.stalls)});
  for (const hw::Resource& r : record.resources)
    counters.resources.push_back({r.path, r.kind, r.busy, r.held, r.held_by});
  return counters;
}

}  // namespace uvea::tb
