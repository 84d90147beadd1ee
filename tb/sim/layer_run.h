#pragma once
// Runs one layer, or several chained ones, on a freshly elaborated chip: lays out DRAM through TLM,
// rings the doorbell, waits for the interrupt, reads the oacts back.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "hw/layer_record.h"
#include "sw/driver/dram_image.h"

namespace uvea::tb {

using driver::LayerJob;

/// Where and when something went wrong.
struct FaultPlace {
  std::string block;      ///< instance path; empty: the chip as a whole
  link::Cycle cycle = 0;  ///< of the chip
};

struct LayerOutcome {
  bool finished = false;   ///< the chip came to its end, and the host has looked for the oacts
  nn::Tensor output;       ///< read back from DRAM after the interrupt
  hw::LayerRecord record;  ///< counters, classes of PE cycles, resources
  /// Model faults (protocol, leftovers in a queue, overflow in strict mode...): instance path,
  /// simulated time, what. Empty in a sound run.
  std::vector<std::string> faults;
  /// Of the first fault. Of a chip that stands still: a block that waits, and the last cycle from
  /// which one of the blocks has waited. Of psums that overflowed: a PE, and the layer's end.
  FaultPlace fault_place;
};

/// Called now and then while simulating: fraction of the chip's work done and simulated cycles.
using ProgressFn = std::function<void(double fraction, std::uint64_t cycles)>;

/// Elaborates a chip and runs the jobs, one chip descriptor each, all in one DRAM image
/// (sw/driver/dram_image.h). Only once per process: SystemC cannot elaborate twice (a
/// Simulation makes processes).
/// Throws std::invalid_argument as driver::make_dram_image() does, and when a job other than the
/// first reads what the host still has to write.
std::vector<LayerOutcome> run_layers(const hw::ChipConfig& chip, const std::vector<LayerJob>& jobs,
                                     const nn::Tensor& input, const ProgressFn& progress = {});

}  // namespace uvea::tb
