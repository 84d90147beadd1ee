#pragma once
// What may be put into a run: PEs, a NoC, a memory of one's own, watchers on the chip. For code that
// knows SystemC; everybody else includes simulation.h or layer_run.h. A Simulation asks for the hooks
// of each chip that it elaborates (SimulationOptions::hooks), in the process in which that chip runs.

#include <functional>
#include <memory>
#include <systemc>
#include <tlm>

#include "hw/chip.h"
#include "tb/sim/layer_run.h"

namespace uvea::tb {

/// What hooks have to tell after a run.
struct HookFindings {
  bool stopped = false;             ///< they ended the simulation in the middle
  std::vector<std::uint8_t> bytes;  ///< becomes LayerResult::found of the chain's first layer
};

struct RunHooks {
  /// Makes the PEs; the model's when empty.
  hw::PeFactory make_pe;
  /// Makes the NoC; the hierarchical mesh when empty.
  hw::NocFactory make_noc;
  /// Called when the chip is built and bound, before anything is simulated. A probe that it lets
  /// watch the chip watches the DRAM, too.
  std::function<void(hw::Chip&)> on_built;
  /// Called behind it, when all that is watched has told its tracks.
  std::function<void()> on_watched;
  /// Called when the simulation is over, before the chip goes.
  std::function<void(hw::Chip&)> on_ended;
  /// Makes a memory of so many bytes, binds the initiator to it and returns it; the DRAM when
  /// empty.
  std::function<std::unique_ptr<sc_core::sc_module>(
      std::uint64_t bytes, const sc_core::sc_time& clock, ::tlm::tlm_initiator_socket<32>& bus)>
      make_memory;
  /// Of a Simulation: called after the run, before the comparison with the reference. May take out
  /// faults that the hooks caused themselves.
  std::function<HookFindings(std::vector<LayerOutcome>& outcomes)> finish;
  /// The process ends after the run: the chip is left to it. Taking thousands of sockets apart takes
  /// as long as making them.
  bool process_ends = false;
};

/// run_layers() with hooks.
std::vector<LayerOutcome> run_layers_with(const RunHooks& hooks, const hw::ChipConfig& chip,
                                          const std::vector<LayerJob>& jobs,
                                          const nn::Tensor& input, const ProgressFn& progress = {});

}  // namespace uvea::tb
