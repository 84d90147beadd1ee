#pragma once
// What a test may put into a layer's run: watchers on the chip, another memory. For code that knows
// SystemC; everybody else includes layer_run.h.

#include <functional>
#include <memory>
#include <systemc>
#include <tlm>

#include "hw/chip.h"
#include "tb/sim/layer_run.h"

namespace uvea::tb {

struct RunHooks {
  /// Makes the PEs; the model's when empty.
  hw::PeFactory make_pe;
  /// Makes the NoC; the hierarchical mesh when empty.
  hw::NocFactory make_noc;
  /// Called when the chip is built and bound, before anything is simulated.
  std::function<void(hw::Chip&)> on_built;
  /// Called when the simulation is over, before the chip goes.
  std::function<void(hw::Chip&)> on_ended;
  /// Makes a memory of so many bytes, binds the initiator to it and returns it; the DRAM when
  /// empty.
  std::function<std::unique_ptr<sc_core::sc_module>(
      std::uint64_t bytes, const sc_core::sc_time& clock, ::tlm::tlm_initiator_socket<32>& bus)>
      make_memory;
};

/// run_layers() with hooks.
std::vector<LayerOutcome> run_layers_with(const RunHooks& hooks, const hw::ChipConfig& chip,
                                          const std::vector<LayerJob>& jobs,
                                          const nn::Tensor& input, const ProgressFn& progress = {});

}  // namespace uvea::tb
