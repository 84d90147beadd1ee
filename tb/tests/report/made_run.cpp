#include "tb/tests/report/made_run.h"

#include <stdexcept>

#include "tb/sim/layer_counters.h"

namespace uvea::test {
namespace {

/// The values of `given` at their rows.
template <typename Rows, typename NameOf>
std::vector<std::uint64_t> in_order(const Rows& rows, std::map<std::string, std::uint64_t> given,
                                    NameOf name_of) {
  std::vector<std::uint64_t> values;
  for (const auto& row : rows) {
    const auto own = given.find(name_of(row));
    values.push_back(own == given.end() ? 0 : own->second);
    if (own != given.end()) given.erase(own);
  }
  if (!given.empty()) throw std::out_of_range("no such name: " + given.begin()->first);
  return values;
}

}  // namespace

report::RunResult made_run() {
  report::RunResult run;
  run.version = "0";
  run.network = "made";
  run.chip = {{"mesh", {{"rows", 1}, {"cols", 1}}}, {"dram", {{"timing", "ideal"}}}};
  run.tables = tb::count_tables();
  run.chip_pes = 2;
  run.chip_macs = 4;
  run.clock_hz = 2e8;
  return run;
}

report::LayerResult made_layer(const std::string& name, std::uint64_t cycles,
                               const std::map<std::string, std::uint64_t>& stalls,
                               const std::map<std::string, std::uint64_t>& counters) {
  const report::CountTables tables = tb::count_tables();
  report::LayerResult layer;
  layer.index = 1;
  layer.name = name;
  layer.type = "conv";
  layer.on_chip = true;
  layer.macs = 1000;
  layer.counters.cycles = cycles;
  layer.counters.counts =
      in_order(tables.counters, counters, [](const auto& row) { return row.name; });
  layer.counters.stalls = in_order(tables.stalls, stalls, [](const auto& row) { return row.key; });
  // What one PE cannot have is the other's.
  std::vector<std::uint64_t> first = layer.counters.stalls, second = first;
  for (std::size_t i = 0; i < first.size(); ++i) second[i] -= first[i] /= 2;
  layer.counters.pes = {{"chip.cluster_0_0.pes.pe_0_0", first},
                        {"chip.cluster_0_0.pes.pe_0_1", second}};
  layer.counters.resources = {{"chip.a.left", "iact link", 50, 25, "the slowest receiver"},
                              {"chip.a.right", "iact link", 100, 0, ""}};
  layer.mapping = {{"mode", "csc"}, {"mesh_rows", {{"g", 1}, {"n", 1}, {"e", 8}, {"m", 1}}}};
  return layer;
}

report::StoredRun stored(const report::RunResult& run, const std::string& path) {
  return report::stored_run(path, path, nlohmann::ordered_json::parse(report::results_json(run)));
}

}  // namespace uvea::test
