#include "tb/sim/layer_run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>

#include "hw/chip.h"
#include "hw/control/wait_chain.h"
#include "hw/dram/dram.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/sim/dram_book.h"
#include "tb/sim/hooks.h"
#include "tb/sim/host_program.h"
#include "tb/sim/memory_bus.h"
#include "tb/sim/report_collector.h"

namespace uvea::tb {
namespace {

class Testbench {
 public:
  Testbench(const hw::ChipConfig& config, const std::vector<LayerJob>& jobs,
            const nn::Tensor& input, const RunHooks& hooks)
      : config_(config),
        image_(driver::make_dram_image(jobs, input, sizes_of(config))),
        outcomes_(jobs.size()) {
    for (std::size_t i = 1; i < image_.layers.size(); ++i)
      if (image_.layers[i].starts_chain)
        throw std::invalid_argument("layer " + std::to_string(i) +
                                    " reads what the host still has to write");
    const std::uint64_t dram_bytes = image_.bytes;
    hw::ChipParts parts;
    if (hooks.make_pe) parts.pe = hooks.make_pe;
    if (hooks.make_noc) parts.noc = hooks.make_noc;
    chip_ = std::make_unique<hw::Chip>("chip", config_, parts);
    bus_ = std::make_unique<MemoryBus>("bus");
    host_ = std::make_unique<HostProgram>("host", chip_->clock().span(20000));
    host_->registers.bind(chip_->registers);
    host_->memory.bind(bus_->host);
    chip_->dram.bind(bus_->chip);
    if (hooks.make_memory) {
      other_memory_ = hooks.make_memory(dram_bytes, chip_->clock().period(), bus_->memory);
    } else {
      dram_ = std::make_unique<hw::Dram>("dram", config_.dram, chip_->clock().period(), dram_bytes);
      bus_->memory.bind(dram_->target);
    }
    if (hooks.on_built) hooks.on_built(*chip_);
    // Who watches the chip watches its memory.
    if (dram_ && chip_->probe() != nullptr) dram_->watch(chip_->probe());
    if (hooks.on_watched) hooks.on_watched();
    on_ended_ = hooks.on_ended;
    host_->interrupt.bind(interrupt_);
    chip_->interrupt.bind(interrupt_);
    host_->writes = std::move(image_.writes);
    for (const driver::LayerPlace& layer : image_.layers) {
      host_->reads.push_back(
          {layer.oact.layout().base, std::vector<std::uint8_t>(layer.oact.bytes())});
      total_oacts_ += layer.oact.shape().elements();
    }
    host_->descriptor = image_.layers.front().descriptor;
    host_->layers = static_cast<std::uint32_t>(image_.layers.size());
    // What the host wrote is no layer's traffic.
    host_->on_start = [this] {
      if (dram_) dram_book_.close(*dram_);
    };
    chip_->on_layer_done = [this](hw::LayerRecord record) {
      if (dram_) {
        dram_->tell_rest(record.end);
        dram_book_.close(*dram_, record);
      }
      done_oacts_ += record.counters[hw::Counter::oacts];
      ++layers_done_;
      check_layer(record);
      outcomes_[record.layer].record = std::move(record);
    };
  }

  std::vector<LayerOutcome> run(const ProgressFn& progress) {
    if (progress) {
      chip_->watchdog.on_look = [=] {
        const double done =
            static_cast<double>(done_oacts_ + chip_->counters()[hw::Counter::oacts]);
        progress(std::min(1.0, done / static_cast<double>(total_oacts_)), chip_->clock().now());
      };
    }
    std::vector<std::string> faults;
    std::optional<ReportCollector::First> first;
    {
      std::vector<std::string> own{chip_->name(), bus_->name(), host_->name()};
      if (dram_) own.push_back(dram_->name());
      const ReportCollector collector(faults, std::move(own));
      try {
        sc_core::sc_start();
      } catch (const std::exception& thrown) {
        faults.push_back(std::string("another model ended the simulation at ") +
                         sc_core::sc_time_stamp().to_string() + ": " + thrown.what());
      }
      first = collector.first();
    }
    if (sc_core::sc_get_status() != sc_core::SC_STOPPED) sc_core::sc_stop();
    if (on_ended_) on_ended_(*chip_);
    finish(faults, place_of(first));
    return std::move(outcomes_);
  }

 private:
  void check_layer(const hw::LayerRecord& record) {
    LayerOutcome& outcome = outcomes_[record.layer];
    outcome.fault_place = {"", record.end};
    const std::size_t expected = image_.layers[record.layer].oact.shape().elements();
    const std::uint64_t oacts = record.counters[hw::Counter::oacts];
    if (oacts != expected)
      outcome.faults.push_back("chip: " + std::to_string(oacts) + " oacts retired, the layer has " +
                               std::to_string(expected));
    outcome.faults.insert(outcome.faults.end(), record.leftovers.begin(), record.leftovers.end());
    const std::uint64_t pe_cycles = record.cycles() * static_cast<std::uint64_t>(config_.pes());
    if (record.stalls.total() != pe_cycles)
      outcome.faults.push_back("chip: " + std::to_string(record.stalls.total()) +
                               " PE cycles are in a class, the layer has " +
                               std::to_string(pe_cycles));
    if (config_.control.strict && record.counters[hw::Counter::pe_overflows] > 0)
      tell_overflows(outcome);
  }

  /// Names a few PEs and counts the others.
  void tell_overflows(LayerOutcome& outcome) const {
    constexpr std::size_t named = 2;
    const std::string by = " psum overflows by " + sc_core::sc_time_stamp().to_string();
    std::size_t pes = 0;
    std::uint64_t others = 0;  // of the PEs that are not named
    for (const auto& cluster : chip_->clusters()) {
      for (const auto& pe : cluster->pes.pes()) {
        const std::uint64_t overflows = pe->counts()[hw::Counter::pe_overflows];
        if (overflows == 0) continue;
        if (outcome.faults.empty()) outcome.fault_place.block = pe->name();
        if (++pes > named) {
          others += overflows;
        } else {
          outcome.faults.push_back(std::string(pe->name()) + ": " + std::to_string(overflows) + by);
        }
      }
    }
    if (pes > named)
      outcome.faults.push_back(std::to_string(pes - named) +
                               " more PEs: " + std::to_string(others) + by);
  }

  /// Of what ended the run: the first report, or who waits when nothing happens any more.
  FaultPlace place_of(const std::optional<ReportCollector::First>& first) const {
    const link::Cycle now = chip_->clock().now();
    if (first && first->block != chip_->watchdog.name())
      return {first->block, chip_->clock().of(first->at)};
    const std::vector<hw::Waiting> waiting = chip_->waiting_for();
    link::Cycle since = 0;
    for (const hw::Waiting& one : waiting) since = std::max(since, one.wait.since);
    return {hw::first_end(waiting), since == 0 ? now : std::min(since, now)};
  }

  void finish(const std::vector<std::string>& faults, const FaultPlace& place) {
    // Of the run as a whole; they go to the layer in which it ended.
    std::vector<std::string> all = faults;
    all.insert(all.end(), host_->faults.begin(), host_->faults.end());
    if (!host_->finished) {
      // What ended the run says more than who waited then.
      const bool unexplained = all.empty();
      all.push_back("chip: stopped at " + sc_core::sc_time_stamp().to_string() +
                    " before the layer was done");
      if (unexplained)
        for (const std::string& chain : hw::wait_chains(chip_->waiting_for())) all.push_back(chain);
    } else if (dram_) {
      for (const std::string& left : dram_->leftovers())
        all.push_back(std::string(dram_->name()) + ": " + left);
    }
    LayerOutcome& last = outcomes_[std::min(layers_done_, outcomes_.size() - 1)];
    // Of a layer that was broken off its begin is known, and no cycles.
    if (layers_done_ < outcomes_.size())
      last.record.begin = last.record.end = chip_->controller.layer_begin();
    if (last.faults.empty() && !all.empty()) last.fault_place = place;
    last.faults.insert(last.faults.end(), all.begin(), all.end());
    if (host_->finished)
      for (std::size_t i = 0; i < outcomes_.size(); ++i) read_back(i);
  }

  void read_back(std::size_t i) {
    LayerOutcome& outcome = outcomes_[i];
    outcome.finished = i < layers_done_;
    try {
      outcome.output = image_.layers[i].oact.read(host_->reads[i].bytes);
    } catch (const std::invalid_argument& malformed) {
      outcome.faults.push_back("chip: oacts of layer " + std::to_string(i) + ": " +
                               malformed.what());
    }
    if (host_->cycles.size() > i && host_->cycles[i] != outcome.record.cycles())
      outcome.faults.push_back("chip: the cycle register of layer " + std::to_string(i) +
                               " is wrong");
  }

  const hw::ChipConfig config_;
  driver::DramImage image_;
  std::vector<LayerOutcome> outcomes_;
  std::uint64_t total_oacts_ = 0, done_oacts_ = 0;
  std::size_t layers_done_ = 0;
  sc_core::sc_signal<bool> interrupt_{"interrupt"};
  std::function<void(hw::Chip&)> on_ended_;
  std::unique_ptr<hw::Chip> chip_;
  std::unique_ptr<hw::Dram> dram_;
  DramBook dram_book_;
  std::unique_ptr<sc_core::sc_module> other_memory_;
  std::unique_ptr<MemoryBus> bus_;
  std::unique_ptr<HostProgram> host_;
};

}  // namespace

std::vector<LayerOutcome> run_layers(const hw::ChipConfig& chip, const std::vector<LayerJob>& jobs,
                                     const nn::Tensor& input, const ProgressFn& progress) {
  return run_layers_with(RunHooks{}, chip, jobs, input, progress);
}

std::vector<LayerOutcome> run_layers_with(const RunHooks& hooks, const hw::ChipConfig& chip,
                                          const std::vector<LayerJob>& jobs,
                                          const nn::Tensor& input, const ProgressFn& progress) {
  if (jobs.empty()) return {};
  auto testbench = std::make_unique<Testbench>(chip, jobs, input, hooks);
  auto outcomes = testbench->run(progress);
  if (hooks.process_ends) static_cast<void>(testbench.release());
  return outcomes;
}

}  // namespace uvea::tb
