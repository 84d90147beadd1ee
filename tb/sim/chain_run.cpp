#include "tb/sim/chain_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "hw/control/controller.h"
#include "sw/mapper/cost.h"
#include "sw/mapper/eyexam.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tables/synthetic.h"
#include "tb/config/chip_file.h"

namespace uvea::tb {
namespace {

std::int64_t count_mismatches(const nn::Tensor& chip, const nn::Tensor& reference) {
  const std::size_t common = std::min(chip.bytes.size(), reference.bytes.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < common; ++i) same += chip.bytes[i] == reference.bytes[i] ? 1 : 0;
  // A missing or surplus oact is a wrong one.
  return static_cast<std::int64_t>(std::max(chip.bytes.size(), reference.bytes.size()) - same);
}

void compare(LayerResult& result, const LayerJob& job, const nn::Tensor& input,
             const nn::Tensor& reference, const mapper::ChipSizes& sizes) {
  const nn::ConvLayer& layer = *job.layer;
  result.weight_density = nn::weight_density(layer);
  result.iact_density = nn::iact_density(input);
  result.mismatches = count_mismatches(result.output, reference);
  const hw::CounterSink& counted = result.record.counters;
  if (counted[hw::Counter::oacts] != reference.bytes.size()) {
    result.faults.push_back(fmt::format("{} oacts were retired, the layer has {}",
                                        counted[hw::Counter::oacts], reference.bytes.size()));
  }
  if (counted[hw::Counter::pe_overflows] > 0)
    result.psum_range = mapper::psum_range(layer, job.mapping, sizes, input);
  result.predicted_cycles = mapper::estimate(layer, job.mapping, sizes,
                                             {result.iact_density, job.tensors.iact.block}, input)
                                .cycles;
  const auto effectual = static_cast<std::uint64_t>(nn::effectual_macs(layer, input));
  const mapper::Eyexam eyexam =
      mapper::eyexam(layer, job.mapping, sizes, static_cast<double>(effectual));
  result.eyexam.assign(eyexam.steps.begin(), eyexam.steps.end());
  if (counted[hw::Counter::pe_effectual_macs] != effectual) {
    result.faults.push_back(fmt::format("the PEs did {} effectual MACs, the layer has {}",
                                        counted[hw::Counter::pe_effectual_macs], effectual));
  }
}

}  // namespace

std::vector<Chain> cut_chains(const nn::Network& network,
                              const std::vector<mapper::Mapping>& mappings, std::size_t first,
                              std::size_t last, bool chained) {
  const driver::ChipJobs all = driver::chip_jobs(network, mappings);
  std::vector<Chain> chains;
  int begin = 0;  // the job that the last chain begins with
  for (std::size_t i = 0; i < all.jobs.size(); ++i) {
    if (all.layers[i] < first || all.layers[i] > last) continue;
    LayerJob job = all.jobs[i];
    const bool goes_on = chained && !chains.empty() && job.producer >= begin &&
                         chains.back().jobs.size() < hw::kCycleLayers;
    if (goes_on) {
      job.producer -= begin;
    } else {
      begin = static_cast<int>(i);
      job.producer = driver::kJobBefore;
      chains.emplace_back();
    }
    chains.back().layers.push_back(all.layers[i]);
    chains.back().jobs.push_back(std::move(job));
  }
  return chains;
}

std::string in_words(const Chain& chain, const nn::Network& network) {
  const auto layer = [&network](std::size_t i) {
    return fmt::format("{} ({})", i + 1, network.layers[i].name);
  };
  const std::string first = layer(chain.layers.front());
  if (chain.layers.size() == 1) return "layer " + first;
  return "layers " + first + " to " + layer(chain.layers.back());
}

std::vector<LayerResult> run_chain(const hw::ChipConfig& chip, nn::Network& network,
                                   const Chain& chain, const std::vector<nn::Tensor>& reference,
                                   const RunHooks& hooks, const ProgressFn& progress) {
  const bool table = reference.empty();
  if (table) nn::fill_layer(network, static_cast<int>(chain.layers.front()));
  const auto input_of = [&](std::size_t i) -> const nn::Tensor& {
    if (table) return network.layer_inputs.at(static_cast<int>(i));
    return reference.at(static_cast<std::size_t>(network.layers[i].inputs.at(0)));
  };
  std::vector<LayerOutcome> outcomes =
      run_layers_with(hooks, chip, chain.jobs, input_of(chain.layers.front()), progress);
  if (outcomes.size() != chain.layers.size())
    throw std::runtime_error("the chip model returned another number of outcomes than layers");

  HookFindings found;
  if (hooks.finish) found = hooks.finish(outcomes);
  const mapper::ChipSizes sizes = sizes_of(chip);
  std::vector<LayerResult> results(outcomes.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    LayerResult& result = results[i];
    result.layer = chain.layers[i];
    result.on_chip = true;
    result.state = found.stopped           ? LayerResult::State::stopped
                   : !outcomes[i].finished ? LayerResult::State::broken_off
                                           : LayerResult::State::done;
    result.record = std::move(outcomes[i].record);
    result.faults = std::move(outcomes[i].faults);
    result.fault_place = std::move(outcomes[i].fault_place);
    if (i == 0) result.found = std::move(found.bytes);
    // The chip was stopped in the middle: there is nothing to compare with the reference.
    if (result.state != LayerResult::State::done) continue;
    result.output = std::move(outcomes[i].output);
    const nn::Tensor& input = input_of(result.layer);
    if (table) {
      compare(result, chain.jobs[i], input, nn::conv_reference(*chain.jobs[i].layer, input), sizes);
    } else {
      const auto output = static_cast<std::size_t>(network.layers[result.layer].output);
      compare(result, chain.jobs[i], input, reference.at(output), sizes);
    }
  }
  if (table) nn::drop_layer(network, static_cast<int>(chain.layers.front()));
  return results;
}

}  // namespace uvea::tb
