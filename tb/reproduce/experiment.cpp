#include "tb/reproduce/experiment.h"

#include <fmt/format.h>

#include <stdexcept>

#include "sw/nn/tables/table_import.h"
#include "tb/config/chip_file.h"
#include "tb/config/configs_folder.h"
#include "tb/reproduce/sensitivity.h"
#include "tb/sim/simulation.h"

namespace uvea::tb {
namespace {

constexpr const char* kAlexNet = "alexnet";
constexpr const char* kSparseAlexNet = "alexnet_sparse";
constexpr const char* kMobileNet = "mobilenet_v1_0.5_128";
constexpr const char* kSparseMobileNet = "mobilenet_v1_0.5_128_sparse";

/// The network on chips of 256, 1024 and 16384 PEs.
void add_scaled(std::vector<Experiment>& all, const std::string& key, const std::string& words,
                const char* network) {
  for (const char* pes : {"256", "1024", "16384"})
    all.push_back({key + "_" + pes,
                   fmt::format("{} on {} PEs", words, pes),
                   {Topic::scaling},
                   network,
                   {fmt::format("chips/eyeriss_v2_{}.cfg", pes)},
                   0,
                   1,
                   ""});
}

std::uint64_t glb_bytes(const hw::CounterSink& counts, const hw::ChipConfig& chip) {
  const std::uint64_t iact_words =
      counts[hw::Counter::glb_iact_reads] + counts[hw::Counter::glb_iact_writes];
  const std::uint64_t psum_words =
      counts[hw::Counter::glb_psum_reads] + counts[hw::Counter::glb_psum_writes];
  const auto iact_bits = static_cast<std::uint64_t>(3 * chip.pe.iact_bits);
  const auto psum_bits = static_cast<std::uint64_t>(2 * chip.pe.psum_bits);
  return (iact_words * iact_bits + psum_words * psum_bits) / 8;
}

}  // namespace

const std::vector<TopicName>& topic_names() {
  static const std::vector<TopicName> names = {
      {Topic::v2, "v2", "Eyeriss v2, off-chip memory without a limit"},
      {Topic::memory, "memory", "Eyeriss v2 behind 25.6 GB/s"},
      {Topic::family, "family", "v1, v1.5 and v2 beside each other"},
      {Topic::scaling, "scaling", "256 to 16384 PEs, a MAC a cycle each"},
      {Topic::v1, "v1", "the original Eyeriss v1, convolutions of AlexNet, batch 4"},
      {Topic::sensitivity, "sensitivity",
       "Eyeriss v2 with each free constant halved and doubled: change of cycles in per cent"},
  };
  return names;
}

std::vector<Experiment> experiments() {
  const std::vector<std::string> v2 = {"chips/eyeriss_v2.cfg"};
  const std::vector<std::string> ddr4 = {"chips/eyeriss_v2.cfg", "memories/ddr4_3200.cfg"};
  const std::vector<std::string> v1 = {"chips/eyeriss_v1.cfg"};
  const std::vector<std::string> v1_5 = {"chips/eyeriss_v1_5.cfg"};
  std::vector<Experiment> all = {
      {"v2_alexnet",
       "AlexNet on v2",
       {Topic::v2, Topic::family, Topic::sensitivity},
       kAlexNet,
       v2,
       0,
       1,
       ""},
      {"v2_sparse_alexnet",
       "sparse AlexNet on v2",
       {Topic::v2, Topic::memory, Topic::family, Topic::sensitivity},
       kSparseAlexNet,
       v2,
       0,
       1,
       ""},
      {"v2_mobilenet",
       "MobileNet on v2",
       {Topic::v2, Topic::family, Topic::sensitivity},
       kMobileNet,
       v2,
       0,
       1,
       ""},
      {"v2_sparse_mobilenet",
       "sparse MobileNet on v2",
       {Topic::v2, Topic::memory, Topic::family, Topic::sensitivity},
       kSparseMobileNet,
       v2,
       0,
       1,
       ""},
      {"ddr4_sparse_alexnet",
       "sparse AlexNet on v2, DDR4-3200",
       {Topic::memory, Topic::sensitivity},
       kSparseAlexNet,
       ddr4,
       0,
       1,
       ""},
      {"ddr4_sparse_mobilenet",
       "sparse MobileNet on v2, DDR4-3200",
       {Topic::memory, Topic::sensitivity},
       kSparseMobileNet,
       ddr4,
       0,
       1,
       ""},
      {"v1_mobilenet", "MobileNet on v1", {Topic::family}, kMobileNet, v1, 0, 1, ""},
      {"v1_alexnet", "AlexNet on v1", {Topic::family}, kAlexNet, v1, 0, 1, ""},
      {"v2_simd_1_mobilenet",
       "MobileNet on v2 with one MAC a PE",
       {Topic::family},
       kMobileNet,
       {"chips/eyeriss_v2.cfg", "chips/one_mac.cfg"},
       0,
       1,
       ""},
      {"v1_5_mobilenet", "MobileNet on v1.5", {Topic::family}, kMobileNet, v1_5, 0, 1, ""},
      {"v1_168_mobilenet",
       "MobileNet on the original v1",
       {Topic::family},
       kMobileNet,
       {"chips/eyeriss_v1_168.cfg"},
       0,
       1,
       ""},
      {"v1_168_alexnet",
       "AlexNet on the original v1",
       {Topic::family},
       kAlexNet,
       {"chips/eyeriss_v1_168.cfg"},
       0,
       1,
       ""},
  };
  add_scaled(all, "scaled_alexnet", "AlexNet", kAlexNet);
  add_scaled(all, "scaled_googlenet", "GoogLeNet", "googlenet");
  add_scaled(all, "scaled_mobilenet", "MobileNet 1.0/224", "mobilenet_v1_1.0_224");
  for (int layer = 1; layer <= 5; ++layer)
    all.push_back({fmt::format("v1_conv{}", layer),
                   fmt::format("AlexNet CONV{} on the original v1", layer),
                   {Topic::v1},
                   kAlexNet,
                   {"chips/eyeriss_v1_168.cfg", fmt::format("chips/eyeriss_v1_conv{}.cfg", layer)},
                   static_cast<std::size_t>(layer),
                   4,
                   "mappings/eyeriss_v1_alexnet.map"});
  const std::vector<Experiment> changed = sensitivity_experiments(all);
  all.insert(all.end(), changed.begin(), changed.end());
  return all;
}

std::uint64_t Figures::cycles() const {
  std::uint64_t sum = 0;
  for (const LayerFigures& layer : layers) sum += layer.cycles;
  return sum;
}

double Figures::dram_mb() const {
  double sum = 0;
  for (const LayerFigures& layer : layers) sum += static_cast<double>(layer.dram_bytes) / 1e6;
  return sum / batch;
}

double Figures::active_share() const {
  double sum = 0;
  for (const LayerFigures& layer : layers)
    sum += static_cast<double>(layer.active_pes) * static_cast<double>(layer.cycles);
  return sum / (static_cast<double>(cycles()) * pes);
}

const LayerFigures& Figures::layer(const std::string& name) const {
  for (const LayerFigures& one : layers)
    if (one.name == name) return one;
  throw std::out_of_range("no layer " + name);
}

std::optional<Figures> run_experiment(const Experiment& experiment, std::uint64_t seed, int jobs,
                                      PoolObserver* observer) {
  const std::string configs = configs_folder() + "/";
  std::vector<std::string> files;
  for (const std::string& file : experiment.chips) files.push_back(configs + file);
  const hw::ChipConfig chip = load_chip(files, experiment.settings);
  nn::TableOptions table;
  table.seed = seed;
  table.batch = experiment.batch;
  nn::Network network = nn::load_table(configs + "networks/" + experiment.network + ".csv", table);
  SimulationOptions options;
  if (experiment.layer > 0) options.layers = LayerRange{experiment.layer - 1, experiment.layer - 1};
  if (!experiment.mapping.empty()) options.mappings = read_mappings(configs + experiment.mapping);
  options.jobs = jobs;
  Simulation simulation(chip, std::move(network), std::move(options));
  const RunResult run = simulation.run(observer);
  if (run.interrupted) return std::nullopt;
  Figures figures;
  figures.pes = chip.pes();
  figures.clock_hz = chip.control.clock_mhz * 1e6;
  figures.batch = experiment.batch;
  for (const LayerResult& layer : run.layers) {
    if (!layer.on_chip) continue;
    const nn::Layer& what = simulation.network().layers[layer.layer];
    if (!layer.faults.empty() || layer.mismatches != 0)
      throw std::runtime_error(fmt::format(
          "{}: layer {}: {}", experiment.words, what.name,
          layer.faults.empty() ? fmt::format("{} oacts differ from the reference", layer.mismatches)
                               : layer.faults.front()));
    const hw::CounterSink& counts = layer.record.counters;
    LayerFigures& figure = figures.layers.emplace_back();
    figure.name = what.name;
    figure.cycles = layer.record.cycles();
    figure.moving_cycles = counts[hw::Counter::io_moving_cycles];
    figure.macs = what.conv().geo.macs();
    figure.active_pes = counts[hw::Counter::pe_active];
    figure.dram_bytes =
        counts[hw::Counter::dram_read_bytes] + counts[hw::Counter::dram_write_bytes];
    figure.glb_bytes = glb_bytes(counts, chip);
    figure.stalls = layer.record.stalls;
  }
  return figures;
}

}  // namespace uvea::tb
