// uvea run: parses, has a Simulation run, prints and writes what it gave.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include "sw/report/limits.h"
#include "sw/report/resources.h"
#include "sw/report/table.h"
#include "sw/user_error.h"
#include "tb/app/blocked_signals.h"
#include "tb/app/commands.h"
#include "tb/app/drive_check.h"
#include "tb/app/dump_output.h"
#include "tb/app/fault_teller.h"
#include "tb/app/interrupt_line.h"
#include "tb/app/layer_range.h"
#include "tb/app/network_source.h"
#include "tb/app/progress_line.h"
#include "tb/app/report_page.h"
#include "tb/app/rtl_hooks.h"
#include "tb/app/rtl_report.h"
#include "tb/app/run_input.h"
#include "tb/app/run_outputs.h"
#include "tb/app/run_report.h"
#include "tb/app/safe_file.h"
#include "tb/app/standard_output.h"
#include "tb/app/trace_output.h"
#include "tb/app/transactions_output.h"
#include "tb/config/chip_file.h"
#include "tb/sim/hooks.h"
#include "tb/sim/map_effort.h"
#include "tb/sim/mapping_folder.h"
#include "tb/sim/simulation.h"

namespace uvea::tb {
namespace {

constexpr std::size_t most_faults_told = 20;  // of one layer

class Run {
 public:
  Run(const Arguments& arguments, const cosim::RtlFactory& make_rtl)
      : arguments_(arguments), make_rtl_(make_rtl) {
    hw::ChipConfig chip = load_chip(arguments.chip_files, arguments.settings);
    if (arguments.strict) chip.control.strict = true;
    if (arguments.rtl)
      rtl_ = cosim::parse_rtl_choice(*arguments.rtl, arguments.rtl_pes.value_or("all"), chip);
    rtl_.keep_going = arguments.keep_going;
    const NetworkSource source = find_network(arguments.network);
    nn::Network network = load_network(source, chip, arguments);
    input_ = load_run_input(source, arguments, network);
    SimulationOptions options;
    options.layers = parse_layer_range(arguments.layers, layer_names(network));
    to_the_end_ = options.layers->last + 1 == network.layers.size();
    // Not found out after hours of mapping or simulation.
    const std::size_t dumped = to_the_end_ ? network.outputs.size() : 1;
    check_distinct_outputs(arguments, dumped);
    if (arguments.trace) trace_.emplace(arguments, network, *options.layers);
    if (arguments.transactions) transactions_.emplace(arguments, network, *options.layers);
    check_results(arguments, dumped);
    options.mappings = read_mappings(arguments.mapping_file);
    options.inputs = std::move(input_.tensors);
    options.jobs = arguments.jobs;
    MappingFolder kept(arguments.map_cache ? user_mapping_folder() : "");
    options.mapping_store = &kept;
    if (arguments.map_effort > 0 || !arguments.map_options.is_default()) {
      if (all_given(network, *options.layers, options.mappings))
        throw UserError(fmt::format(
            "{}: has the mapping of every layer that runs, so --map-effort, --map-slack "
            "and --objective have nothing to choose; leave them or --mapping out",
            options.mappings.source));
      options.mappings = as_given(
          network,
          try_mappings(chip, network, options, arguments.map_options, arguments.map_effort),
          arguments.map_options.objective);
    }
    options.chained = arguments.chained;
    std::vector<trace::SinkMaker> sinks;
    if (trace_) sinks.push_back(trace_->sink_maker());
    cosim::RtlFactory make_inside;
    if (arguments.rtl && trace_ && trace_->takes(trace::Probe::Group::inside))
      make_inside = cosim::open_rtl_factory(tell_note);
    options.hooks = rtl_hooks(rtl_, chip, make_rtl, make_inside);
    if (transactions_) sinks.push_back(transactions_->sink_maker());
    if (!options.hooks && !sinks.empty())
      options.hooks = [](const ChipTask&) {
        RunHooks hooks;
        hooks.process_ends = true;
        return hooks;
      };
    fault_.set_hooks(options.hooks);
    options.hooks = trace::watched(std::move(options.hooks), std::move(sinks));
    if (rtl_.mode == cosim::RtlMode::shadow && !rtl_.keep_going)
      options.is_last = [](const LayerResult& layer) { return unpack_rtl(layer.found).diverged; };
    simulation_.emplace(chip, std::move(network), std::move(options));
    // RTL of sizes that are not built in is built here, before anything is begun.
    for (const cosim::RtlFactory& make : {make_rtl, make_inside})
      if (arguments.rtl && make) make(chip.pe, static_cast<unsigned>(chip.glb.iact_banks));
  }

  int execute() {
    announce();
    simulation_->reference();
    // From here on an interruption ends the simulation, not the program: what is finished is kept.
    blocked_.emplace();
    before_.reset();
    if (arguments_.out) out_ = std::make_unique<OutputFolder>(*arguments_.out, "--out");
    if (trace_) trace_->begin(simulation_->chains().size());
    if (transactions_) transactions_->begin(simulation_->chains().size());
    const auto start = std::chrono::steady_clock::now();
    const RunResult run = simulate();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

    report::RunResult result =
        start_report(simulation_->chip(), network(), arguments_.seed, input_.batch);
    result.host_seconds = seconds.count();
    result.interrupted = run.interrupted;
    // Otherwise only the RTL's first divergence leaves layers undone that nothing broke off.
    result.stopped =
        !run.interrupted && std::any_of(run.layers.begin(), run.layers.end(), is_undone);
    result.broken_off = std::any_of(run.layers.begin(), run.layers.end(), is_broken_off);
    RtlReport rtl(rtl_, arguments_.out.value_or("."), arguments_.program, make_rtl_);
    bool sound = collect(run, result, rtl);
    if (rtl_.mode == cosim::RtlMode::drive && !result.interrupted)
      result.interrupted = !hold_to_model(run, rtl);
    std::string unwritten;
    if (rtl_.mode != cosim::RtlMode::none) result.rtl = rtl.json();
    try {
      write(run, result);
    } catch (const UserError& error) {
      // What went wrong in the run is told all the same.
      unwritten = error.what();
    }
    if (rtl_.mode != cosim::RtlMode::drive)
      for (const LayerResult& layer : run.layers)
        if (layer.state != LayerResult::State::not_run) tell_faults(layer);
    for (const std::string& line : victim_) fmt::print(stderr, "uvea: {}\n", line);
    rtl.tell();
    if (const std::string wrong = report::why_not_whole(result); !wrong.empty()) {
      fmt::print(stderr, "uvea: model fault: {}\n", wrong);
      sound = false;
    }
    if (fault_.any() && !result.interrupted)
      fault_.place(*simulation_, pointer(trace_), pointer(transactions_));
    // Behind the results: they are not lost when there is no room for the waveform.
    bool traced = write_trace(trace_, "waveform");
    traced = write_trace(transactions_, "file of transactions") && traced;
    if (!unwritten.empty()) {
      fmt::print(stderr, "uvea: error: {}\n", unwritten);
      traced = false;
    }
    if (!result.interrupted && finished_ < on_chip_)
      fmt::print(stderr, "uvea: {} of {} layers on the chip were finished\n", finished_, on_chip_);
    if (result.interrupted) {
      fmt::print(stderr, "uvea: interrupted: {} of {} layers on the chip were finished\n",
                 finished_, on_chip_);
      return kInterrupted;
    }
    if (rtl_.mode != cosim::RtlMode::none) {
      if (!arguments_.quiet) std::fputs(rtl.summary().c_str(), stdout);
      const std::string wrong = rtl.what_is_wrong();
      if (!wrong.empty()) {
        fmt::print(stderr, "uvea: {}\n", wrong);
        sound = false;
      }
    }
    const std::int64_t mismatches = report::total_of(result).mismatches;
    if (mismatches != 0)
      fmt::print(stderr, "uvea: {} oacts differ from the reference: {}\n", mismatches,
                 differing(run));
    if (rtl_.mode == cosim::RtlMode::drive && (!sound || mismatches != 0))
      fmt::print(stderr,
                 "uvea: --rtl shadow finds the first divergence of the RTL, if it has one\n");
    // Last, so that the names are what one sees.
    if (fault_.any()) fault_.tell(*simulation_, pointer(trace_));
    if (!sound || mismatches != 0) return 1;
    if (interrupted_late_) return kInterrupted;
    return traced ? 0 : 2;
  }

 private:
  /// False when the waveform, or what it is, was lost or lacks a layer for want of room, which is told.
  template <typename Output>
  bool write_trace(std::optional<Output>& output, const char* what) {
    if (!output) return true;
    for (const std::string& without : output->left_out(*simulation_))
      fmt::print(stderr, "uvea: the {} {}\n", what, without);
    try {
      const std::string told = output->write(*simulation_);
      if (!arguments_.quiet) print_text(told);
      return !output->cut();
    } catch (const UserError& error) {
      fmt::print(stderr, "uvea: {}\n", error.what());
    } catch (const Interrupted& error) {
      fmt::print(stderr, "uvea: interrupted {}\n", error.what());
      interrupted_late_ = true;
    } catch (const std::runtime_error& error) {
      fmt::print(stderr, "uvea: the {} was lost: {}\n", what, error.what());
    }
    return false;
  }

  template <typename Output>
  static Output* pointer(std::optional<Output>& output) {
    return output ? &*output : nullptr;
  }

  static bool is_undone(const LayerResult& layer) {
    return layer.on_chip && (layer.state == LayerResult::State::not_run ||
                             layer.state == LayerResult::State::stopped);
  }

  static bool is_broken_off(const LayerResult& layer) {
    return layer.state == LayerResult::State::broken_off || layer.state == LayerResult::State::lost;
  }

  const nn::Network& network() const { return simulation_->network(); }

  void announce() const {
    if (arguments_.quiet) return;
    fmt::print("{}: {}\n", network().name, input_.description);
    for (const std::vector<std::string>& notes :
         {network().notices, input_.notes, simulation_->notes()})
      for (const std::string& note : notes) fmt::print("note: {}\n", note);
    // Hours of simulation are not spent on what nobody will read.
    flush_output();
  }

  RunResult simulate() {
    if (arguments_.quiet || ::isatty(STDERR_FILENO) != 1) return simulation_->run();
    std::vector<ProgressLine::Work> lines;
    for (const std::vector<std::size_t>& chain : simulation_->chains()) {
      ProgressLine::Work& line = lines.emplace_back();
      for (const std::size_t i : chain) {
        const nn::Layer& layer = network().layers[i];
        line.name += (line.name.empty() ? "" : ", ") + layer.name;
        line.macs += static_cast<double>(layer.conv().geo.macs());
      }
    }
    ProgressLine progress(std::move(lines));
    return simulation_->run(&progress);
  }

  /// Runs the model alone and tells where the RTL first does otherwise. False when interrupted.
  bool hold_to_model(const RunResult& driven, RtlReport& rtl) {
    simulation_->set_hooks({});
    const RunResult model = simulation_->run();
    if (model.interrupted) return false;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < network().layers.size(); ++i) names.push_back(in_words(i));
    Victim victim = first_victim(driven, model, names);
    victim_ = std::move(victim.lines);
    fault_.forget();
    if (victim.layer != nullptr) {
      rtl.differs();
      fault_.note(*victim.layer, *simulation_);
    }
    return true;
  }

  /// Fills the report. False when there was a fault.
  bool collect(const RunResult& run, report::RunResult& result, RtlReport& rtl) {
    bool sound = true;
    for (const LayerResult& layer : run.layers) {
      if (!layer.on_chip) {
        if (layer.state == LayerResult::State::done)
          result.layers.push_back(host_result(network(), layer));
        continue;
      }
      ++on_chip_;
      if (layer.state == LayerResult::State::not_run) continue;
      const cosim::RtlFindings found = unpack_rtl(layer.found);
      rtl.take(layer.layer, found);
      if (found.diverged || !layer.faults.empty()) fault_.note(layer, *simulation_);
      if (layer.state == LayerResult::State::stopped) continue;
      sound = sound && layer.faults.empty();
      if (is_broken_off(layer)) continue;
      result.layers.push_back(chip_result(simulation_->chip(), network(), layer));
      if (const auto& overflow = result.layers.back().psum_overflow)
        fmt::print(stderr, "uvea: {}{}: {}\n", layer.mismatches == 0 ? "warning: " : "",
                   in_words(layer), report::sentence(*overflow));
      ++finished_;
    }
    return sound;
  }

  std::string in_words(std::size_t layer) const {
    return fmt::format("layer {} ({})", layer + 1, network().layers[layer].name);
  }
  std::string in_words(const LayerResult& layer) const { return in_words(layer.layer); }

  /// Of the layers whose oacts differ the first ones, with how many.
  std::string differing(const RunResult& run) const {
    constexpr std::size_t named = 4;
    std::size_t layers = 0;
    std::string list;
    for (const LayerResult& layer : run.layers) {
      if (layer.mismatches == 0 || ++layers > named) continue;
      list +=
          fmt::format("{}{} in {}", list.empty() ? "" : ", ", layer.mismatches, in_words(layer));
    }
    if (layers > named) list += fmt::format(" and {} more layers", layers - named);
    return list;
  }

  void tell_faults(const LayerResult& layer) const {
    const std::size_t shown = std::min(layer.faults.size(), most_faults_told);
    for (std::size_t n = 0; n < shown; ++n)
      fmt::print(stderr, "uvea: model fault: {}: {}\n", in_words(layer), layer.faults[n]);
    if (shown < layer.faults.size())
      fmt::print(stderr, "uvea: model fault: {}: and {} more that follow\n", in_words(layer),
                 layer.faults.size() - shown);
    if (!layer.printed.empty()) {
      fmt::print(stderr, "uvea: {} printed: {}{}", in_words(layer), layer.printed,
                 layer.printed.back() == '\n' ? "" : "\n");
    }
  }

  void write(const RunResult& run, const report::RunResult& result) const {
    if (out_) {
      // The page of an earlier run in the folder goes with that run.
      write_set({{out_->file("layers.csv"), report::layers_csv(result)},
                 {out_->file("resources.json"), report::resources_json(result)},
                 {out_->file("results.json"), report::results_json(result)}},
                {out_->file("report.html")}, "--out");
      if (arguments_.report) write_report({*arguments_.out});
    }
    if (arguments_.dump_output && run.complete) {
      std::vector<DumpedTensor> tensors;
      for (const NamedTensor& output : run.outputs)
        tensors.push_back({output.name, &output.tensor});
      write_dump(*arguments_.dump_output, tensors);
    }
    if (arguments_.quiet) return;
    std::fputs(report::layer_table(result).c_str(), stdout);
    if (network().table.empty() && to_the_end_ && run.complete)
      print_classes(run.outputs.front().tensor);
    std::fflush(stdout);
  }

  void print_classes(const nn::Tensor& scores) const {
    constexpr std::size_t most_classes = 5;
    if (!report::is_classification(scores)) return;
    const bool asked = !arguments_.inputs.empty() || arguments_.labels;
    std::fputs(
        asked ? report::best_table(report::best_classes(scores, most_classes), input_.names).c_str()
              : report::class_table(report::classes_found(scores), input_.names).c_str(),
        stdout);
  }

  std::optional<InterruptLine> before_{std::in_place};  ///< until the simulation
  const Arguments& arguments_;
  const cosim::RtlFactory make_rtl_;
  cosim::RtlChoice rtl_;
  RunInput input_;  ///< but for the tensors
  std::optional<TraceOutput> trace_;
  std::optional<TransactionsOutput> transactions_;
  std::optional<Simulation> simulation_;
  FaultTeller fault_{arguments_};
  bool interrupted_late_ = false;          ///< while a waveform was written
  std::vector<std::string> victim_;        ///< drive: what is wrong, in lines
  bool to_the_end_ = true;                 ///< of the network
  std::optional<BlockedSignals> blocked_;  ///< outlives out_
  std::unique_ptr<OutputFolder> out_;
  std::size_t on_chip_ = 0, finished_ = 0;  ///< layers on the chip
};

}  // namespace

int run_command(const Arguments& arguments, const cosim::RtlFactory& make_rtl) {
  return Run(arguments, make_rtl).execute();
}

}  // namespace uvea::tb
