#include "tb/sim/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "sw/nn/arithmetic/host_ops.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/user_error.h"
#include "tb/sim/chain_run.h"

namespace uvea::tb {
namespace {

constexpr int most_jobs = 1024;

LayerRange range_of(const nn::Network& network, const SimulationOptions& options) {
  if (network.layers.empty()) throw std::invalid_argument("the network has no layer");
  const LayerRange range = options.layers.value_or(LayerRange{0, network.layers.size() - 1});
  if (range.first > range.last || range.last >= network.layers.size())
    throw std::invalid_argument(fmt::format("layers {} to {}: expected a range within 0..{}",
                                            range.first, range.last, network.layers.size() - 1));
  return range;
}

/// An oact tensor of a layer on the chip, without its bytes.
nn::Tensor oact_tensor(const nn::Network& network, std::size_t layer) {
  nn::Tensor tensor;
  const nn::ConvLayer& conv = network.layers[layer].conv();
  if (network.table.empty()) {
    const auto& info = network.tensors.at(static_cast<std::size_t>(network.layers[layer].output));
    tensor.shape = info.shape;
    tensor.quant = info.quant;
  } else {
    tensor.shape = {conv.geo.batch, conv.geo.out_h, conv.geo.out_w, conv.geo.out_c};
  }
  return tensor;
}

/// `task` in this process, as the pool does it in one of its own.
TaskResult run_here(const Task& task, PoolObserver& observer) {
  TaskResult result;
  try {
    result.payload = task([&observer](double fraction, std::uint64_t cycles) {
      observer.progressed(0, fraction, cycles);
    });
    result.kind = TaskResult::Kind::done;
  } catch (const UserError& error) {
    result.kind = TaskResult::Kind::user_error;
    result.error = error.what();
  } catch (const std::exception& error) {
    result.kind = TaskResult::Kind::fault;
    result.error = error.what();
  }
  observer.finished(0);
  return result;
}

}  // namespace

Simulation::Simulation(const hw::ChipConfig& chip, nn::Network network, SimulationOptions options)
    : chip_(chip),
      network_(std::move(network)),
      options_(std::move(options)),
      range_(range_of(network_, options_)) {
  if (options_.strict) chip_.control.strict = true;
  if (options_.jobs < 0 || options_.jobs > most_jobs)
    throw std::invalid_argument(
        fmt::format("jobs {}: expected 0 (in this process) to {}", options_.jobs, most_jobs));
  if (options_.chained && !network_.table.empty())
    throw UserError(fmt::format(
        "{} is a layer table: each of its layers reads a tensor of its own, they cannot be chained",
        network_.name));
  for (const mapper::Found& found :
       find_mappings(network_, range_, chip_, options_.mappings, {}, options_.mapping_store)) {
    mappings_.push_back(found.best.empty() ? mapper::Mapping{} : found.best.front().mapping);
    lower_bounds_.push_back(found.certificate.lower_bound);
  }
  options_.mapping_store = nullptr;  // may go now
  chains_ = cut_chains(network_, mappings_, range_.first, range_.last, options_.chained);
  if (options_.jobs == 0 && chains_.size() > 1)
    throw std::invalid_argument(fmt::format(
        "jobs 0: a process can elaborate one chip, these layers take {}", chains_.size()));
}

Simulation::~Simulation() = default;

std::vector<std::vector<std::size_t>> Simulation::chains() const {
  std::vector<std::vector<std::size_t>> layers;
  for (const Chain& chain : chains_) layers.push_back(chain.layers);
  return layers;
}

std::vector<std::string> Simulation::notes() const {
  std::vector<std::string> notes;
  const std::vector<driver::TensorPlan> plans = driver::plan_tensors(network_, mappings_);
  for (std::size_t i = 0; i < plans.size(); ++i)
    if (network_.layers[i].on_chip() && !plans[i].relaid.empty())
      notes.push_back(fmt::format(
          "layer {} ({}): the host lays its iacts anew in DRAM, at no cycle of the chip: {}", i + 1,
          network_.layers[i].name, plans[i].relaid));
  return notes;
}

const std::vector<nn::Tensor>& Simulation::reference() {
  if (network_.table.empty() && reference_.empty())
    reference_ = nn::run_reference(network_, options_.inputs);
  return reference_;
}

RunResult Simulation::run(PoolObserver* observer) {
  reference();
  const PoolOutcome outcome = simulate(observer);
  RunResult result;
  result.interrupted = outcome.interrupted;
  for (std::size_t i = range_.first; i <= range_.last; ++i) {
    LayerResult layer;
    layer.layer = i;
    layer.on_chip = network_.layers[i].on_chip();
    result.layers.push_back(std::move(layer));
  }
  for (std::size_t i = 0; i < chains_.size(); ++i)
    for (LayerResult& layer : results_of(chains_[i], outcome.results[i]))
      result.layers[layer.layer - range_.first] = std::move(layer);
  finish(result);
  return result;
}

Task Simulation::task_of(const Chain& chain, const HookMaker& make_hooks) {
  return [this, &chain, &make_hooks](const ReportProgress& progress) {
    RunHooks hooks;
    if (make_hooks)
      hooks = make_hooks({static_cast<std::size_t>(&chain - chains_.data()), chain.layers,
                          in_words(chain, network_)});
    else
      hooks.process_ends = options_.jobs > 0;  // else blocks of others may have an end to tell of
    return pack_results(run_chain(chip_, network_, chain, reference_, hooks, progress));
  };
}

std::vector<LayerResult> Simulation::run_chip(std::size_t chip, const HookMaker& hooks) {
  reference();
  const Chain& chain = chains_.at(chip);
  PoolObserver nobody;
  const PoolOutcome outcome = run_in_processes({task_of(chain, hooks)}, 1, false, nobody);
  if (outcome.interrupted) return {};
  return results_of(chain, outcome.results.front());
}

PoolOutcome Simulation::simulate(PoolObserver* observer) {
  std::vector<Task> tasks;
  for (const Chain& chain : chains_) tasks.push_back(task_of(chain, options_.hooks));
  PoolObserver silent;
  PoolObserver& told = observer == nullptr ? silent : *observer;
  if (options_.jobs == 0) {
    PoolOutcome outcome;
    for (const Task& task : tasks) outcome.results.push_back(run_here(task, told));
    return outcome;
  }
  std::function<bool(const TaskResult&)> is_last;
  if (options_.is_last) {
    is_last = [this](const TaskResult& done) {
      if (done.kind != TaskResult::Kind::done) return false;
      const std::vector<LayerResult> layers = unpack_results(done.payload);
      return std::any_of(layers.begin(), layers.end(), options_.is_last);
    };
  }
  return run_in_processes(tasks, options_.jobs, observer != nullptr, told, is_last);
}

std::vector<LayerResult> Simulation::results_of(const Chain& chain, const TaskResult& done) const {
  if (done.kind == TaskResult::Kind::user_error)
    throw UserError(fmt::format("{}: {}", in_words(chain, network_), done.error));
  std::vector<LayerResult> results;
  if (done.kind == TaskResult::Kind::done) {
    results = unpack_results(done.payload);
  } else {
    for (const std::size_t layer : chain.layers) {
      LayerResult& result = results.emplace_back();
      result.layer = layer;
      result.on_chip = true;
      if (done.kind == TaskResult::Kind::not_run) continue;
      result.state = LayerResult::State::lost;
      result.faults.push_back(done.error);
    }
  }
  for (LayerResult& result : results) {
    result.mapping = mappings_[result.layer];
    result.lower_bound = lower_bounds_[result.layer];
    nn::Tensor oacts = oact_tensor(network_, result.layer);
    oacts.bytes = std::move(result.output.bytes);
    result.output = std::move(oacts);
  }
  results.front().printed = done.printed;
  return results;
}

void Simulation::finish(RunResult& result) const {
  std::vector<nn::Tensor> tensors = reference_;
  bool lost = false;
  for (LayerResult& layer : result.layers) {
    if (!layer.on_chip && !lost) run_on_host(layer, tensors);
    if (layer.state != LayerResult::State::done)
      lost = true;
    else if (!tensors.empty())
      tensors[static_cast<std::size_t>(network_.layers[layer.layer].output)] = layer.output;
  }
  result.complete = !lost;
  if (lost) return;
  if (tensors.empty() || range_.last + 1 < network_.layers.size()) {
    result.outputs.push_back({"output", result.layers.back().output});
    return;
  }
  for (const int output : network_.outputs) {
    const auto i = static_cast<std::size_t>(output);
    result.outputs.push_back({network_.tensors[i].name, tensors[i]});
  }
}

void Simulation::run_on_host(LayerResult& result, const std::vector<nn::Tensor>& tensors) const {
  const nn::Layer& layer = network_.layers[result.layer];
  std::vector<const nn::Tensor*> inputs;
  for (const int tensor : layer.inputs) {
    inputs.push_back(&tensors.at(static_cast<std::size_t>(tensor)));
    if (inputs.back()->bytes.size() != inputs.back()->expected_bytes()) return;
  }
  result.output = nn::run_host_layer(std::get<nn::HostLayer>(layer.op), inputs,
                                     network_.tensors.at(static_cast<std::size_t>(layer.output)));
  result.state = LayerResult::State::done;
}

}  // namespace uvea::tb
