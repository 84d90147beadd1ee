#include "tb/app/fault_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "sw/user_error.h"
#include "tb/app/shell_word.h"
#include "tb/app/trace_output.h"
#include "tb/cosim/chip/overflow_search.h"
#include "tb/sim/byte_packer.h"
#include "tb/sim/hooks.h"

namespace uvea::tb {
namespace {

constexpr std::uint64_t kCycles = 2000;  // in the waveform, up to the moment
constexpr std::uint64_t kAfter = 64;     // behind it, where the layer went on

template <typename Archive, typename Overflow>
void overflow_fields(Archive& archive, Overflow& overflow) {
  archive.field(overflow.block);
  archive.field(overflow.cycle);
  archive.field(overflow.words);
}

/// Path of the cluster that a block is in; empty when it is in none.
std::string cluster_of(const std::string& block) {
  const std::size_t at = block.find(".cluster_");
  return at == std::string::npos ? "" : block.substr(0, block.find('.', at + 1));
}

/// Cycles of the chip as cycles of the layer.
std::uint64_t within(const FirstFault& fault, std::uint64_t cycle) {
  return cycle > fault.layer_begin ? cycle - fault.layer_begin : 0;
}

trace::TraceMoment moment(const FirstFault& fault, std::uint64_t cycle_of_layer) {
  trace::TraceMoment at;
  at.layer = fault.layer;
  at.cycle = cycle_of_layer;
  return at;
}

/// The chip that runs the layer.
std::size_t chip_of(const Simulation& simulation, std::size_t layer) {
  const auto chains = simulation.chains();
  for (std::size_t chip = 0; chip < chains.size(); ++chip)
    if (std::count(chains[chip].begin(), chains[chip].end(), layer) > 0) return chip;
  throw std::logic_error("no chip runs this layer");
}

}  // namespace

FirstFault first_fault(const LayerResult& layer, const Simulation& simulation) {
  FirstFault fault;
  fault.layer = layer.layer;
  fault.chip = chip_of(simulation, layer.layer);
  fault.place = layer.fault_place;
  fault.until = layer.fault_place.cycle;
  fault.layer_begin = layer.record.begin;
  return fault;
}

std::string find_overflow(Simulation& simulation, FirstFault& fault) {
  const std::vector<LayerResult> again = simulation.run_chip(fault.chip, [](const ChipTask&) {
    const auto search = std::make_shared<cosim::OverflowSearch>();
    RunHooks hooks;
    hooks.process_ends = true;
    hooks.on_built = [search](hw::Chip& chip) { search->attach(chip); };
    hooks.finish = [search](std::vector<LayerOutcome>&) {
      Packer packer;
      if (const auto first = search->first()) overflow_fields(packer, *first);
      return HookFindings{false, packer.take()};
    };
    return hooks;
  });
  if (again.empty() || again.front().found.empty()) return {};
  cosim::FirstOverflow first;
  Unpacker unpacker(again.front().found);
  overflow_fields(unpacker, first);
  fault.place = {first.block, first.cycle};
  fault.until = first.cycle;
  return fmt::format("the first psum overflow: {} in cycle {}: {}", first.block, first.cycle,
                     first.words);
}

trace::TraceMoment marker_of(const FirstFault& fault) {
  return moment(fault, within(fault, fault.place.cycle));
}

std::string write_fault_waveform(Simulation& simulation, const HookMaker& hooks,
                                 const FirstFault& fault, const std::string& folder) {
  trace::TraceChoice choice;
  const std::uint64_t end = within(fault, fault.until) + 1;
  choice.from = moment(fault, end > kCycles ? end - kCycles : 0);
  choice.to = moment(fault, end + kAfter);
  choice.marker = marker_of(fault);
  choice.about = fault.place.block;
  if (const std::string cluster = cluster_of(fault.place.block); !cluster.empty())
    choice.scopes = {cluster};
  TraceOutput output(fmt::format("{}/uvea-fault-{}.fst", folder, fault.layer + 1), choice,
                     "waveform");
  output.begin(1);
  const HookMaker watched = trace::watched(hooks, {output.sink_maker()});
  const auto again = simulation.run_chip(fault.chip, [&watched](const ChipTask& task) {
    ChipTask only = task;
    only.chip = 0;
    return watched(only);
  });
  if (again.empty()) throw UserError("interrupted");
  return output.write(simulation) + marker_line(fault, "its marker");
}

std::string marker_line(const FirstFault& fault, const std::string& marker) {
  const std::uint64_t cycle = within(fault, fault.place.cycle);
  return fmt::format("{} stands in cycle {}{}\n", marker, cycle,
                     cycle == fault.place.cycle
                         ? ""
                         : fmt::format(" of the layer: {} of the chip", fault.place.cycle));
}

std::string command_for(const Arguments& arguments, std::size_t first, std::size_t last) {
  constexpr const char* kDropped[] = {"--layers",      "--out",           "--dump-output",
                                      "--jobs",        "--trace",         "--transactions",
                                      "--trace-scope", "--trace-signals", "--trace-from",
                                      "--trace-to",    "--trace-last"};
  std::string command = shell_program(arguments.program);
  for (std::size_t i = 0; i < arguments.words.size(); ++i) {
    const std::string& word = arguments.words[i];
    const std::string name = word.substr(0, word.find('='));
    if (name == "--report") continue;
    if (std::find(std::begin(kDropped), std::end(kDropped), name) == std::end(kDropped)) {
      command += " " + shell_word(word);
    } else if (name == word) {
      ++i;  // its value
    }
  }
  return command + fmt::format(" --layers {}-{}", first + 1, last + 1);
}

}  // namespace uvea::tb
