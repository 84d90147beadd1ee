#include "tb/app/run_report.h"

#include <variant>

#include "hw/config/chip_options.h"
#include "tb/sim/layer_counters.h"

namespace uvea::tb {
namespace {

using Json = nlohmann::ordered_json;

Json split_json(const mapper::AxisSplit& split) {
  return Json{{"g", split.g}, {"n", split.n}, {"e", split.e}, {"m", split.m}};
}

const char* type_name(nn::ConvKind kind) {
  switch (kind) {
    case nn::ConvKind::conv:
      return "conv";
    case nn::ConvKind::depthwise:
      return "depthwise";
    case nn::ConvKind::fully_connected:
      return "fully_connected";
  }
  return "";
}

Json part_json(int part) { return part == 0 ? Json("all") : Json(part); }

}  // namespace

Json mapping_json(const mapper::Mapping& mapping) {
  return Json{{"turned", mapping.turned},
              {"mode", mapping.csc ? "csc" : "raw"},
              {"c0", mapping.c0},
              {"m0", mapping.m0},
              {"s0", part_json(mapping.s0)},
              {"f0", part_json(mapping.f0)},
              {"windows", mapping.windows},
              {"weight_double_buffer", mapping.weight_double_buffer},
              {"chain", mapping.chain},
              {"mesh_rows", split_json(mapping.mesh_rows)},
              {"mesh_cols", split_json(mapping.mesh_cols)},
              {"pe_cols", split_json(mapping.pe_cols)},
              {"e_block", mapping.e_block},
              {"m_block", mapping.m_block},
              {"iact_source", name_of(mapping.iact_source)},
              {"iact_mode", name_of(mapping.iact_mode)},
              {"weight_mode", name_of(mapping.weight_mode)}};
}

report::RunResult start_report(const hw::ChipConfig& chip, const nn::Network& network,
                               std::uint64_t seed, int batch) {
  report::RunResult result;
  result.version = UVEA_VERSION;
  result.network = network.name;
  result.chip = Json::object();
  for (const hw::ChipOption& option : hw::chip_options()) {
    std::visit([&](const auto& value) { result.chip[option.section()][option.key()] = value; },
               option.value(chip));
  }
  result.tables = count_tables();
  result.chip_macs = chip.macs();
  result.chip_pes = chip.pes();
  result.clock_hz = chip.control.clock_mhz * 1e6;
  result.batch = batch;
  result.seed = seed;
  result.pruned = network.pruned;
  return result;
}

report::LayerResult host_result(const nn::Network& network, const LayerResult& layer) {
  const nn::Layer& host = network.layers[layer.layer];
  report::LayerResult result;
  result.index = static_cast<int>(layer.layer) + 1;
  result.name = host.name;
  result.type = nn::host_layer_name(std::get<nn::HostLayer>(host.op));
  return result;
}

report::LayerResult chip_result(const hw::ChipConfig& chip, const nn::Network& network,
                                const LayerResult& found) {
  const nn::Layer& layer = network.layers[found.layer];
  report::LayerResult result;
  result.index = static_cast<int>(found.layer) + 1;
  result.name = layer.name;
  result.type = type_name(layer.conv().kind);
  result.on_chip = true;
  result.macs = layer.conv().geo.macs();
  result.mismatches = found.mismatches;
  result.weight_density = found.weight_density;
  result.iact_density = found.iact_density;
  result.predicted_cycles = found.predicted_cycles;
  result.lower_bound_cycles = found.lower_bound;
  result.counters = to_counters(found.record);
  for (const mapper::EyexamStep& step : found.eyexam)
    result.eyexam.push_back({step.name, step.cycles, step.macs_per_cycle, step.limit});
  result.mapping = mapping_json(found.mapping);
  const std::uint64_t wrapped = found.record.counters[hw::Counter::pe_overflows];
  if (wrapped > 0) {
    report::PsumOverflow& overflow = result.psum_overflow.emplace();
    overflow.psum_bits = chip.pe.psum_bits;
    overflow.widest = static_cast<int>(hw::chip_option("pe.psum_bits").highest);
    overflow.wrapped = wrapped;
    overflow.psums = found.psum_range.psums;
    overflow.not_fitting = found.psum_range.not_fitting;
    overflow.bits_for_results = found.psum_range.bits_for_results;
    overflow.bits_for_all = found.psum_range.bits_for_all;
    overflow.mismatches = found.mismatches;
  }
  const auto sqnr = network.weight_sqnr_db.find(static_cast<int>(found.layer));
  if (sqnr != network.weight_sqnr_db.end()) result.weight_sqnr_db = sqnr->second;
  return result;
}

}  // namespace uvea::tb
