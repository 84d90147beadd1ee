#pragma once
// A network on a chip: maps its layers, simulates each that the chip runs in processes of their own,
// holds them to the reference value by value, and runs the host's layers on what the chip returned.
// No SystemC here; what knows it (memories, PEs, watchers) comes in by hooks.h.
//
//   uvea::nn::Network network = uvea::nn::load_tflite("net.tflite");
//   uvea::SimulationOptions options;
//   options.inputs = {picture};  // nn::Tensor, codes of the shape that Network::tensors gives
//   options.jobs = 4;            // processes at a time
//   uvea::Simulation simulation(uvea::tb::load_chip({}, {"mesh.rows=4"}), network, options);
//   const uvea::RunResult result = simulation.run();
//   for (const uvea::LayerResult& layer : result.layers) {
//     if (!layer.on_chip) continue;
//     std::cout << network.layers[layer.layer].name << ": " << layer.record.cycles() << " cycles, "
//               << layer.mismatches << " oacts differ\n";
//     for (const std::string& fault : layer.faults) std::cout << fault << '\n';
//   }
//   if (result.complete) use(result.outputs.front().tensor);
//
// Every layer reads what the reference gives it, so layers do not wait for each other and a fault in
// one shows in that one. Chained, consecutive layers on the chip run in one elaborated chip from
// linked descriptors, each reading in DRAM what the one before it left there; the first of a chain
// reads what the reference gives. Numbers are the same for any number of jobs.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hw/config/chip_config.h"
#include "sw/mapper/mapping.h"
#include "sw/nn/network.h"
#include "tb/sim/layer_range.h"
#include "tb/sim/layer_result.h"
#include "tb/sim/mappings.h"
#include "tb/sim/process_pool.h"

namespace uvea::tb {

struct RunHooks;  // hooks.h
struct Chain;     // chain_run.h

/// What one of the chips that a Simulation elaborates runs.
struct ChipTask {
  std::size_t chip = 0;             ///< its number, as in Simulation::chains()
  std::vector<std::size_t> layers;  ///< indices in Network::layers
  std::string words;                ///< as reports name them: "layer 3 (conv3)"
};

/// Makes the hooks for one chip.
using HookMaker = std::function<RunHooks(const ChipTask& task)>;

struct SimulationOptions {
  std::optional<LayerRange> layers;  ///< all, when empty
  GivenMappings mappings;            ///< where there is none, the mapper's
  /// Of mappings that earlier runs have found; must outlive the constructor. None: all are searched.
  mapper::MappingStore* mapping_store = nullptr;
  std::vector<nn::Tensor> inputs;  ///< in the order of Network::inputs; none for a table
  bool strict = false;             ///< psum overflows are faults (control.strict)
  bool chained = false;
  /// Processes at a time, 1..1024. 0: in this process, which can elaborate one chip only: a range
  /// that is one chain, once.
  int jobs = 1;
  HookMaker hooks;  ///< none, when empty
  /// Asked of each layer as it is finished: true stops the run, other layers stay not_run.
  std::function<bool(const LayerResult&)> is_last;
};

struct NamedTensor {
  std::string name;
  nn::Tensor tensor;
};

struct RunResult {
  std::vector<LayerResult> layers;  ///< those of the range, in order, the host's too
  /// What the network gives; of a range that ends before its end, or of a table, what its last layer
  /// gives, as "output". Empty unless complete.
  std::vector<NamedTensor> outputs;
  bool complete = false;     ///< every layer has a result
  bool interrupted = false;  ///< by SIGINT or SIGTERM; what was finished is here
};

class Simulation {
 public:
  /// Maps what is to be simulated. Throws UserError: a layer fits no mapping, a given mapping is
  /// illegal or of no layer on the chip, a table is to be chained. std::invalid_argument: an empty
  /// network, a range outside of it, jobs outside of 0..1024, more than one chip for 0 jobs.
  Simulation(const hw::ChipConfig& chip, nn::Network network, SimulationOptions options);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  const hw::ChipConfig& chip() const { return chip_; }
  const nn::Network& network() const { return network_; }
  const std::vector<mapper::Mapping>& mappings() const { return mappings_; }  ///< by layer index
  /// For each chip that will be elaborated, which layers it runs; tasks of the observer.
  std::vector<std::vector<std::size_t>> chains() const;
  /// For people: where the host must lay a tensor anew between two layers on the chip.
  std::vector<std::string> notes() const;
  /// What the network computes, by tensor; made at the first call. Empty for a table, whose layers
  /// are computed one by one. Throws UserError when number or sizes of inputs do not fit.
  const std::vector<nn::Tensor>& reference();

  /// Simulates. `observer`: told of the chains' progress. Throws UserError naming the layer, and
  /// std::system_error when no process can be made; model faults are in the result.
  RunResult run(PoolObserver* observer = nullptr);
  /// One of the chips of chains() again, in a process of its own, with other hooks: the same happens
  /// in it. Its layers; none when it was interrupted. Throws as run().
  std::vector<LayerResult> run_chip(std::size_t chip, const HookMaker& hooks);
  /// Of the runs from now on: the same layers with other hooks, or without (an empty one).
  void set_hooks(HookMaker hooks) { options_.hooks = std::move(hooks); }

 private:
  PoolOutcome simulate(PoolObserver* observer);
  Task task_of(const Chain& chain, const HookMaker& hooks);
  std::vector<LayerResult> results_of(const Chain& chain, const TaskResult& done) const;
  void run_on_host(LayerResult& result, const std::vector<nn::Tensor>& tensors) const;
  void finish(RunResult& result) const;

  hw::ChipConfig chip_;
  nn::Network network_;
  SimulationOptions options_;
  LayerRange range_;
  std::vector<mapper::Mapping> mappings_;
  std::vector<double> lower_bounds_;  ///< cycles, by layer index
  std::vector<Chain> chains_;
  std::vector<nn::Tensor> reference_;
};

}  // namespace uvea::tb

namespace uvea {
using tb::LayerResult;
using tb::RunResult;
using tb::Simulation;
using tb::SimulationOptions;
}  // namespace uvea
