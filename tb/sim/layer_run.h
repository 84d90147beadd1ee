#pragma once
// Runs one layer, or several chained ones, on a freshly elaborated chip: lays out DRAM through TLM,
// rings the doorbell, waits for the interrupt, reads the oacts back.

#include <cstdint>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "hw/layer_record.h"
#include "sw/driver/tensor_plan.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/layer.h"

namespace uvea::tb {

/// What to run. References must outlive the call.
struct LayerJob {
  const nn::ConvLayer* layer = nullptr;
  mapper::Mapping mapping;
  driver::TensorPlan tensors;  ///< how iacts and oacts lie in DRAM
};

struct LayerOutcome {
  nn::Tensor output;       ///< read back from DRAM after the interrupt
  hw::LayerRecord record;  ///< counters, classes of PE cycles, resources
  /// Model faults (protocol, leftovers in a queue, overflow in strict mode...): instance path,
  /// simulated time, what. Empty in a sound run.
  std::vector<std::string> faults;
};

/// Called now and then while simulating: percent of the chip's work done and simulated cycles.
using ProgressFn = void (*)(void* user, double fraction, std::uint64_t cycles);

/// Elaborates a chip and runs the jobs, one chip descriptor each, layer i+1 reading what layer i
/// left in DRAM. Only once per process: SystemC cannot elaborate twice (run_isolated forks for
/// that).
/// Throws std::invalid_argument when the input has another number of codes than the first layer
/// reads, or a layer does not read what the one before it writes.
std::vector<LayerOutcome> run_layers(const hw::ChipConfig& chip, const std::vector<LayerJob>& jobs,
                                     const nn::Tensor& input, ProgressFn progress = nullptr,
                                     void* user = nullptr);

}  // namespace uvea::tb
