#include "tb/app/layer_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "sw/mapper/eyexam.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/tables/synthetic.h"
#include "tb/config/chip_file.h"
#include "tb/cosim/rtl_session.h"
#include "tb/sim/layer_counters.h"

namespace uvea::tb {
namespace {

class Packer {
 public:
  template <typename T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes(&value, sizeof value);
  }
  void put_bytes(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::uint8_t*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}
  template <typename T>
  T get() {
    T value{};
    std::memcpy(&value, take(sizeof value), sizeof value);
    return value;
  }
  const std::uint8_t* take(std::size_t size) {
    if (bytes_.size() - at_ < size) throw std::runtime_error("a layer's result is cut short");
    const std::uint8_t* from = bytes_.data() + at_;
    at_ += size;
    return from;
  }

 private:
  const std::vector<std::uint8_t>& bytes_;
  std::size_t at_ = 0;
};

void put_text(Packer& packer, const std::string& text) {
  packer.put(static_cast<std::uint64_t>(text.size()));
  packer.put_bytes(text.data(), text.size());
}

std::string get_text(Unpacker& unpacker) {
  const auto size = unpacker.get<std::uint64_t>();
  const std::uint8_t* text = unpacker.take(size);
  return {text, text + size};
}

void put_numbers(Packer& packer, const std::vector<std::uint64_t>& numbers) {
  packer.put(static_cast<std::uint64_t>(numbers.size()));
  packer.put_bytes(numbers.data(), numbers.size() * sizeof numbers[0]);
}

std::vector<std::uint64_t> get_numbers(Unpacker& unpacker) {
  const auto size = unpacker.get<std::uint64_t>();
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < size; ++i) numbers.push_back(unpacker.get<std::uint64_t>());
  return numbers;
}

void put_counters(Packer& packer, const report::Counters& counters) {
  packer.put(counters.cycles);
  put_numbers(packer, counters.counts);
  put_numbers(packer, counters.stalls);
  packer.put(static_cast<std::uint64_t>(counters.resources.size()));
  for (const report::ResourceUse& use : counters.resources) {
    put_text(packer, use.path);
    put_text(packer, use.kind);
    packer.put(use.busy);
    packer.put(use.held);
    put_text(packer, use.held_by);
  }
}

report::Counters get_counters(Unpacker& unpacker) {
  report::Counters counters;
  counters.cycles = unpacker.get<std::uint64_t>();
  counters.counts = get_numbers(unpacker);
  counters.stalls = get_numbers(unpacker);
  const auto resources = unpacker.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < resources; ++i) {
    report::ResourceUse use;
    use.path = get_text(unpacker);
    use.kind = get_text(unpacker);
    use.busy = unpacker.get<std::uint64_t>();
    use.held = unpacker.get<std::uint64_t>();
    use.held_by = get_text(unpacker);
    counters.resources.push_back(std::move(use));
  }
  return counters;
}

void put_bounds(Packer& packer, const std::vector<report::BoundStep>& bounds) {
  packer.put(static_cast<std::uint64_t>(bounds.size()));
  for (const report::BoundStep& bound : bounds) {
    put_text(packer, bound.step);
    packer.put(bound.cycles);
    packer.put(bound.macs_per_cycle);
    put_text(packer, bound.limit);
  }
}

std::vector<report::BoundStep> get_bounds(Unpacker& unpacker) {
  std::vector<report::BoundStep> bounds(unpacker.get<std::uint64_t>());
  for (report::BoundStep& bound : bounds) {
    bound.step = get_text(unpacker);
    bound.cycles = unpacker.get<double>();
    bound.macs_per_cycle = unpacker.get<double>();
    bound.limit = get_text(unpacker);
  }
  return bounds;
}

/// What the layer could do at most, from what it turned out to have of effectual MACs.
std::vector<report::BoundStep> bounds_of(const nn::ConvLayer& layer, const mapper::Mapping& mapping,
                                         const hw::ChipConfig& chip, std::uint64_t effectual) {
  std::vector<report::BoundStep> bounds;
  for (const mapper::EyexamStep& step :
       mapper::eyexam(layer, mapping, sizes_of(chip), static_cast<double>(effectual)).steps)
    bounds.push_back({step.name, step.cycles, step.macs_per_cycle, step.limit});
  return bounds;
}

std::int64_t count_mismatches(const nn::Tensor& chip, const nn::Tensor& reference) {
  const std::size_t common = std::min(chip.bytes.size(), reference.bytes.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < common; ++i) same += chip.bytes[i] == reference.bytes[i] ? 1 : 0;
  // A missing or surplus oact is a wrong one.
  return static_cast<std::int64_t>(std::max(chip.bytes.size(), reference.bytes.size()) - same);
}

LayerFindings simulate(const hw::ChipConfig& chip, const LayerWork& work,
                       const ReportProgress& progress) {
  if (work.network->table.count(work.layer) != 0) nn::fill_layer(*work.network, work.layer);
  const auto index = static_cast<std::size_t>(work.layer);
  const nn::ConvLayer& layer = work.network->layers[index].conv();
  const nn::Tensor& input =
      work.input == nullptr ? work.network->layer_inputs.at(work.layer) : *work.input;
  LayerJob job = work.job;
  job.layer = &layer;
  cosim::RtlSession rtl(
      work.rtl, chip,
      fmt::format("layer {} ({})", work.layer + 1, work.network->layers[index].name),
      work.make_rtl);
  std::vector<LayerOutcome> outcomes = run_layers_with(rtl.hooks(), chip, {job}, input, progress);
  if (outcomes.size() != 1) throw std::runtime_error("the chip model returned no outcome");
  LayerOutcome& outcome = outcomes.front();

  LayerFindings findings;
  findings.counters = to_counters(outcome.record);
  findings.faults = std::move(outcome.faults);
  findings.rtl = rtl.finish(findings.faults);
  // The chip was stopped in the middle: there is nothing to compare with the reference.
  if (findings.rtl.stopped) return findings;
  findings.weight_density = nn::weight_density(layer);
  findings.iact_density = nn::iact_density(input);
  nn::Tensor computed;
  if (work.expected == nullptr) computed = nn::conv_reference(layer, input);
  const nn::Tensor& reference = work.expected == nullptr ? computed : *work.expected;
  findings.mismatches = count_mismatches(outcome.output, reference);
  findings.oacts = std::move(outcome.output.bytes);
  const hw::CounterSink& counted = outcome.record.counters;
  if (counted[hw::Counter::oacts] != reference.bytes.size()) {
    findings.faults.push_back(fmt::format("{} oacts were retired, the layer has {}",
                                          counted[hw::Counter::oacts], reference.bytes.size()));
  }
  if (counted[hw::Counter::pe_overflows] > 0)
    findings.psum_range = mapper::psum_range(layer, job.mapping, sizes_of(chip), input);
  const auto effectual = static_cast<std::uint64_t>(nn::effectual_macs(layer, input));
  findings.eyexam = bounds_of(layer, job.mapping, chip, effectual);
  if (counted[hw::Counter::pe_effectual_macs] != effectual) {
    findings.faults.push_back(fmt::format("the PEs did {} effectual MACs, the layer has {}",
                                          counted[hw::Counter::pe_effectual_macs], effectual));
  }
  return findings;
}

}  // namespace

std::vector<std::uint8_t> pack_findings(const LayerFindings& findings) {
  Packer packer;
  put_counters(packer, findings.counters);
  packer.put(findings.mismatches);
  packer.put(findings.weight_density);
  packer.put(findings.iact_density);
  put_bounds(packer, findings.eyexam);
  packer.put(findings.psum_range);
  packer.put(static_cast<std::uint64_t>(findings.faults.size()));
  for (const std::string& fault : findings.faults) put_text(packer, fault);
  const cosim::RtlFindings& rtl = findings.rtl;
  packer.put(rtl.work);
  packer.put(static_cast<std::uint64_t>(rtl.compared.size()));
  for (const std::uint64_t psums : rtl.compared) packer.put(psums);
  packer.put(rtl.diverged);
  packer.put(rtl.stopped);
  packer.put(static_cast<std::uint64_t>(rtl.reports.size()));
  for (std::size_t i = 0; i < rtl.reports.size(); ++i) {
    put_text(packer, rtl.reports[i]);
    put_text(packer, rtl.replays[i]);
  }
  packer.put(static_cast<std::uint64_t>(findings.oacts.size()));
  packer.put_bytes(findings.oacts.data(), findings.oacts.size());
  return packer.take();
}

LayerFindings unpack_findings(const std::vector<std::uint8_t>& payload) {
  Unpacker unpacker(payload);
  LayerFindings findings;
  findings.counters = get_counters(unpacker);
  findings.mismatches = unpacker.get<std::int64_t>();
  findings.weight_density = unpacker.get<double>();
  findings.iact_density = unpacker.get<double>();
  findings.eyexam = get_bounds(unpacker);
  findings.psum_range = unpacker.get<mapper::PsumRange>();
  const auto faults = unpacker.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < faults; ++i) findings.faults.push_back(get_text(unpacker));
  cosim::RtlFindings& rtl = findings.rtl;
  rtl.work = unpacker.get<cosim::RtlWork>();
  const auto pes = unpacker.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < pes; ++i) rtl.compared.push_back(unpacker.get<std::uint64_t>());
  rtl.diverged = unpacker.get<bool>();
  rtl.stopped = unpacker.get<bool>();
  const auto reports = unpacker.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < reports; ++i) {
    rtl.reports.push_back(get_text(unpacker));
    rtl.replays.push_back(get_text(unpacker));
  }
  const auto size = unpacker.get<std::uint64_t>();
  const std::uint8_t* oacts = unpacker.take(size);
  findings.oacts.assign(oacts, oacts + size);
  return findings;
}

Task layer_task(const hw::ChipConfig& chip, const LayerWork& work) {
  return [chip, work](const ReportProgress& progress) {
    return pack_findings(simulate(chip, work, progress));
  };
}

std::vector<LayerJob> chip_jobs(const nn::Network& network,
                                const std::vector<mapper::Mapping>& mappings) {
  std::vector<driver::TensorPlan> plans = driver::plan_tensors(network, mappings);
  std::vector<LayerJob> jobs(network.layers.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (!network.layers[i].on_chip()) continue;
    jobs[i].mapping = mappings[i];
    jobs[i].tensors = std::move(plans[i]);
  }
  return jobs;
}

}  // namespace uvea::tb
