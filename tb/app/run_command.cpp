// uvea run: every on-chip layer in a process of its own, held to the reference; then the report.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>

#include "sw/nn/arithmetic/host_ops.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/report/limits.h"
#include "sw/report/resources.h"
#include "sw/report/table.h"
#include "sw/user_error.h"
#include "tb/app/blocked_signals.h"
#include "tb/app/commands.h"
#include "tb/app/dump_output.h"
#include "tb/app/layer_range.h"
#include "tb/app/layer_work.h"
#include "tb/app/network_source.h"
#include "tb/app/progress_line.h"
#include "tb/app/rtl_report.h"
#include "tb/app/run_input.h"
#include "tb/app/run_report.h"
#include "tb/app/safe_file.h"
#include "tb/app/standard_output.h"
#include "tb/config/chip_file.h"
#include "tb/sim/mappings.h"

namespace uvea::tb {
namespace {

constexpr int interrupted_status = 130;
constexpr std::size_t most_faults_told = 20;  // of one layer

class Run {
 public:
  Run(const Arguments& arguments, const cosim::RtlFactory& make_rtl)
      : arguments_(arguments),
        make_rtl_(make_rtl),
        chip_(load_chip(arguments.chip_files, arguments.settings)) {
    if (arguments.strict) chip_.control.strict = true;
    if (arguments.rtl)
      rtl_ = cosim::parse_rtl_choice(*arguments.rtl, arguments.rtl_pes.value_or("all"), chip_);
    rtl_.keep_going = arguments.keep_going;
    const NetworkSource source = find_network(arguments.network);
    network_ = load_network(source, chip_, arguments);
    input_ = load_run_input(source, arguments, network_);
    range_ = parse_layer_range(arguments.layers, layer_names(network_));
    mappings_ = choose_mappings(network_, range_, chip_, arguments.mapping_file);
    jobs_ = chip_jobs(network_, mappings_);
    if (arguments.dump_output)
      check_dump(*arguments.dump_output, to_the_end() ? network_.outputs.size() : 1);
    // Only a check for now: an interruption before the simulation shall leave no empty folder.
    if (arguments.out) const OutputFolder check(*arguments.out, "--out");
  }

  int execute() {
    announce();
    if (network_.table.empty()) reference_ = nn::run_reference(network_, input_.tensors);
    // From here on an interruption ends the simulation, not the program: what is finished is kept.
    blocked_.emplace();
    if (arguments_.out) out_ = std::make_unique<OutputFolder>(*arguments_.out, "--out");
    const auto start = std::chrono::steady_clock::now();
    const PoolOutcome outcome = simulate();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;

    report::RunResult result = start_report(chip_, network_, arguments_.seed, input_.batch);
    result.host_seconds = seconds.count();
    result.interrupted = outcome.interrupted;
    // Otherwise only the RTL's first divergence leaves layers undone.
    result.stopped =
        !outcome.interrupted &&
        std::any_of(outcome.results.begin(), outcome.results.end(),
                    [](const TaskResult& task) { return task.kind == TaskResult::Kind::not_run; });
    RtlReport rtl(rtl_, arguments_.out.value_or("."), arguments_.program);
    bool sound = collect(outcome, result, rtl);
    if (const std::string wrong = report::why_not_whole(result); !wrong.empty()) {
      fmt::print(stderr, "uvea: model fault: {}\n", wrong);
      sound = false;
    }
    if (rtl_.mode != cosim::RtlMode::none) result.rtl = rtl.json();
    write(result);
    if (outcome.interrupted) {
      fmt::print(stderr, "uvea: interrupted: {} of {} layers on the chip were finished\n",
                 finished_, on_chip_.size());
      return interrupted_status;
    }
    if (rtl_.mode != cosim::RtlMode::none) {
      if (!arguments_.quiet) std::fputs(rtl.summary().c_str(), stdout);
      const std::string wrong = rtl.what_is_wrong();
      if (!wrong.empty()) {
        fmt::print(stderr, "uvea: {}\n", wrong);
        sound = false;
      }
      if (finished_ < on_chip_.size())
        fmt::print(stderr, "uvea: {} of {} layers on the chip were finished\n", finished_,
                   on_chip_.size());
    }
    const std::int64_t mismatches = report::total_of(result).mismatches;
    if (mismatches != 0) {
      fmt::print(stderr, "uvea: {} oacts differ from the reference\n", mismatches);
    }
    if (rtl_.mode == cosim::RtlMode::drive && (!sound || mismatches != 0))
      fmt::print(stderr,
                 "uvea: --rtl shadow finds the first divergence of the RTL, if it has one\n");
    return sound && mismatches == 0 ? 0 : 1;
  }

 private:
  void announce() const {
    if (arguments_.quiet) return;
    fmt::print("{}: {}\n", network_.name, input_.description);
    for (const std::string& notice : network_.notices) fmt::print("note: {}\n", notice);
    for (const std::string& note : input_.notes) fmt::print("note: {}\n", note);
    for (std::size_t i = 0; i < jobs_.size(); ++i)
      if (!jobs_[i].tensors.relaid.empty())
        fmt::print(
            "note: layer {} ({}): the host lays its iacts anew in DRAM, at no cycle of the chip: "
            "{}\n",
            i + 1, network_.layers[i].name, jobs_[i].tensors.relaid);
    // Hours of simulation are not spent on what nobody will read.
    flush_output();
  }

  PoolOutcome simulate() {
    std::vector<Task> tasks;
    std::vector<ProgressLine::Work> lines;
    for (std::size_t i = range_.first; i <= range_.last; ++i) {
      const nn::Layer& layer = network_.layers[i];
      if (!layer.on_chip()) continue;
      LayerWork work;
      work.job = jobs_[i];
      work.network = &network_;
      work.layer = static_cast<int>(i);
      work.rtl = rtl_;
      work.make_rtl = make_rtl_;
      if (!reference_.empty()) {
        work.input = &reference_.at(static_cast<std::size_t>(layer.inputs.at(0)));
        work.expected = &reference_.at(static_cast<std::size_t>(layer.output));
      }
      tasks.push_back(layer_task(chip_, work));
      lines.push_back({layer.name, static_cast<double>(layer.conv().geo.macs())});
      on_chip_.push_back(i);
    }
    const bool shown = !arguments_.quiet && ::isatty(STDERR_FILENO) == 1;
    ProgressLine progress(std::move(lines), shown);
    std::function<bool(const TaskResult&)> is_last;
    if (rtl_.mode == cosim::RtlMode::shadow && !rtl_.keep_going) {
      is_last = [](const TaskResult& done) {
        return done.kind == TaskResult::Kind::done && unpack_findings(done.payload).rtl.diverged;
      };
    }
    return run_in_processes(tasks, arguments_.jobs, shown, progress, is_last);
  }

  /// Fills the report and the chip's activations; tells the faults. False when there was one.
  bool collect(const PoolOutcome& outcome, report::RunResult& result, RtlReport& rtl) {
    bool sound = true;
    activations_ = reference_;
    std::size_t task = 0;
    for (std::size_t i = range_.first; i <= range_.last; ++i) {
      const nn::Layer& layer = network_.layers[i];
      if (!layer.on_chip()) {
        const bool reached = run_on_host(layer);
        if (reached || !(result.interrupted || result.stopped))
          result.layers.push_back(host_result(layer, i));
        continue;
      }
      const TaskResult& done = outcome.results[task++];
      if (done.kind == TaskResult::Kind::user_error) {
        throw UserError(fmt::format("layer {} ({}): {}", i + 1, layer.name, done.error));
      }
      if (done.kind == TaskResult::Kind::not_run) {
        lost_ = true;
        continue;
      }
      LayerFindings findings;
      if (done.kind == TaskResult::Kind::done) {
        findings = unpack_findings(done.payload);
      } else {
        findings.faults.push_back(done.error);
        findings.mismatches = oact_count(layer.conv());
        lost_ = true;
      }
      tell_faults(i, layer, findings, done.printed);
      rtl.take(i, findings.rtl);
      if (findings.rtl.stopped) {
        lost_ = result.stopped = true;
        continue;
      }
      sound = sound && findings.faults.empty();
      result.layers.push_back(chip_result(chip_, network_, i, mappings_[i], findings));
      if (const auto& overflow = result.layers.back().psum_overflow)
        fmt::print(stderr, "uvea: {}layer {} ({}): {}\n",
                   findings.mismatches == 0 ? "warning: " : "", i + 1, layer.name,
                   report::sentence(*overflow));
      keep_oacts(layer, std::move(findings.oacts));
      ++finished_;
    }
    return sound;
  }

  void tell_faults(std::size_t i, const nn::Layer& layer, const LayerFindings& findings,
                   const std::string& printed) const {
    const std::size_t shown = std::min(findings.faults.size(), most_faults_told);
    for (std::size_t n = 0; n < shown; ++n) {
      fmt::print(stderr, "uvea: model fault: layer {} ({}): {}\n", i + 1, layer.name,
                 findings.faults[n]);
    }
    if (shown < findings.faults.size())
      fmt::print(stderr, "uvea: model fault: layer {} ({}): and {} more that follow\n", i + 1,
                 layer.name, findings.faults.size() - shown);
    if (!printed.empty()) {
      fmt::print(stderr, "uvea: layer {} ({}) printed: {}{}", i + 1, layer.name, printed,
                 printed.back() == '\n' ? "" : "\n");
    }
  }

  void keep_oacts(const nn::Layer& layer, std::vector<std::uint8_t> oacts) {
    nn::Tensor tensor;
    if (network_.table.empty()) {
      const nn::TensorInfo& info = network_.tensors.at(static_cast<std::size_t>(layer.output));
      tensor.shape = info.shape;
      tensor.quant = info.quant;
      tensor.bytes = std::move(oacts);
      last_ = tensor;
      activations_.at(static_cast<std::size_t>(layer.output)) = std::move(tensor);
    } else {
      last_.bytes = std::move(oacts);
    }
  }

  /// Runs on what the chip returned. False when its inputs are not all there.
  bool run_on_host(const nn::Layer& layer) {
    if (lost_) return false;
    std::vector<const nn::Tensor*> inputs;
    for (const int tensor : layer.inputs) {
      inputs.push_back(&activations_.at(static_cast<std::size_t>(tensor)));
      if (inputs.back()->bytes.size() != inputs.back()->expected_bytes()) return false;
    }
    nn::Tensor output =
        nn::run_host_layer(std::get<nn::HostLayer>(layer.op), inputs,
                           network_.tensors.at(static_cast<std::size_t>(layer.output)));
    last_ = output;
    activations_.at(static_cast<std::size_t>(layer.output)) = std::move(output);
    return true;
  }

  void write(const report::RunResult& result) const {
    if (out_) {
      write_whole(out_->file("results.json"), report::results_json(result), "--out");
      write_whole(out_->file("layers.csv"), report::layers_csv(result), "--out");
      write_whole(out_->file("resources.json"), report::resources_json(result), "--out");
    }
    if (arguments_.dump_output && !lost_) {
      write_dump(*arguments_.dump_output, final_tensors());
    }
    if (arguments_.quiet) return;
    std::fputs(report::layer_table(result).c_str(), stdout);
    if (network_.table.empty() && to_the_end() && !lost_) print_classes();
    std::fflush(stdout);
  }

  void print_classes() const {
    constexpr std::size_t most_classes = 5;
    const nn::Tensor& scores = activations_.at(static_cast<std::size_t>(network_.outputs.front()));
    if (!report::is_classification(scores)) return;
    const bool asked = !arguments_.inputs.empty() || arguments_.labels;
    std::fputs(
        asked ? report::best_table(report::best_classes(scores, most_classes), input_.names).c_str()
              : report::class_table(report::classes_found(scores), input_.names).c_str(),
        stdout);
  }

  bool to_the_end() const { return range_.last + 1 == network_.layers.size(); }

  /// The network's outputs, or what the last layer made when the run ends before them.
  std::vector<DumpedTensor> final_tensors() const {
    if (!network_.table.empty() || !to_the_end()) return {{"output", &last_}};
    std::vector<DumpedTensor> tensors;
    for (const int output : network_.outputs) {
      const auto i = static_cast<std::size_t>(output);
      tensors.push_back({network_.tensors[i].name, &activations_[i]});
    }
    return tensors;
  }

  const Arguments& arguments_;
  const cosim::RtlFactory& make_rtl_;
  hw::ChipConfig chip_;
  nn::Network network_;
  RunInput input_;
  LayerRange range_;
  std::vector<mapper::Mapping> mappings_;
  std::vector<LayerJob> jobs_;             ///< by layer
  std::optional<BlockedSignals> blocked_;  ///< outlives out_
  std::unique_ptr<OutputFolder> out_;
  cosim::RtlChoice rtl_;
  std::vector<nn::Tensor> reference_;    ///< by tensor; empty for a table
  std::vector<nn::Tensor> activations_;  ///< the chip's, and the host's from them
  std::vector<std::size_t> on_chip_;     ///< layers simulated
  nn::Tensor last_;                      ///< of the last layer that ran
  bool lost_ = false;                    ///< a layer has no result
  std::size_t finished_ = 0;
};

}  // namespace

int run_command(const Arguments& arguments, const cosim::RtlFactory& make_rtl) {
  return Run(arguments, make_rtl).execute();
}

}  // namespace uvea::tb
