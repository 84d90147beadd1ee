#pragma once
// What is known of a layer after a run; plain data, no SystemC.

#include <cstdint>
#include <string>
#include <vector>

#include "hw/layer_record.h"
#include "sw/mapper/eyexam.h"
#include "sw/mapper/mapping.h"
#include "sw/mapper/psum_range.h"
#include "sw/nn/tensor.h"
#include "tb/sim/layer_run.h"

namespace uvea::tb {

struct LayerResult {
  enum class State {
    not_run,     ///< interrupted, stopped by another layer, or the host lacks an input
    done,        ///< all that follows is there
    stopped,     ///< a hook ended the simulation in the middle: nothing was compared
    broken_off,  ///< its chip did not come to its end, or not to this layer: nothing was compared;
                 ///< `faults` of the layer in which it ended say what
    lost  ///< its process died, or the model threw: `faults` says what, nothing else is known
  };

  std::size_t layer = 0;  ///< index in Network::layers
  bool on_chip = false;
  State state = State::not_run;
  nn::Tensor output;  ///< the chip's as the host finds it in DRAM, or the host's
  // Of layers on the chip:
  mapper::Mapping mapping;
  double lower_bound = 0;       ///< cycles; by the mapper's cost no mapping is below. 0: not known
  hw::LayerRecord record;       ///< cycles, counters, classes of PE cycles, resources
  std::int64_t mismatches = 0;  ///< oacts that differ from the reference, are missing or too many
  double weight_density = 0;    ///< share that is not zero, 0..1
  double iact_density = 0;
  double predicted_cycles = 0;             ///< by the mapper's cost, with the iacts as they were
  std::vector<mapper::EyexamStep> eyexam;  ///< what the layer could do at most, step by step
  mapper::PsumRange psum_range;            ///< only when an addition of psums wrapped
  /// Model faults: instance path, simulated time, what. Empty in a sound run.
  std::vector<std::string> faults;
  FaultPlace fault_place;           ///< of the first one (layer_run.h)
  std::string printed;              ///< what its process wrote to stdout and stderr
  std::vector<std::uint8_t> found;  ///< by the hooks (HookFindings::bytes)
};

/// What a process sends of its layers on the chip: all but `mapping`, `printed`, and of the output
/// the bytes only. unpack_results() throws std::runtime_error when bytes are missing.
std::vector<std::uint8_t> pack_results(const std::vector<LayerResult>& results);
std::vector<LayerResult> unpack_results(const std::vector<std::uint8_t>& payload);

}  // namespace uvea::tb
