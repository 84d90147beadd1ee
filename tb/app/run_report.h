#pragma once
// From what a run found to the report's rows.

#include <cstdint>
#include <string>

#include "hw/config/chip_config.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/network.h"
#include "sw/report/results.h"
#include "tb/sim/layer_result.h"

namespace uvea::tb {

/// The head of the report, without layers.
report::RunResult start_report(const hw::ChipConfig& chip, const nn::Network& network,
                               std::uint64_t seed, int batch);

report::LayerResult host_result(const nn::Network& network, const LayerResult& layer);
report::LayerResult chip_result(const hw::ChipConfig& chip, const nn::Network& network,
                                const LayerResult& layer);

/// The keys and words of a mapping file, as an object.
nlohmann::ordered_json mapping_json(const mapper::Mapping& mapping);

}  // namespace uvea::tb
