#include "tb/trace/trace_session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "sw/user_error.h"
#include "tb/trace/missed_moment.h"
#include "tb/trace/trace_probe.h"

namespace uvea::trace {
namespace {

/// In a chip's process: into its file.
class FragmentSink : public ChipSink {
 public:
  /// `error`: for what goes wrong with the file.
  FragmentSink(const TraceChoice& choice, const WatchedChip& chip, int file, int& error,
               bool relations, std::optional<Cycle> until)
      : file_(file),
        error_(error),
        probe_(choice, chip.path, log_options(choice, chip, file, until), left_out(choice, chip),
               relations) {}

  link::Probe& probe() override { return probe_; }
  void begin() override {
    if (probe_.empty())
      throw UserError(
          "nothing to trace: no signal fits --trace-scope and --trace-signals; a scope is the path "
          "of a block with * and ?, as '*.cluster_0_0' or 'chip.cluster_?_1.pes.*'");
  }
  void end(const std::vector<LayerSpan>& layers) override {
    const std::uint64_t chunks = probe_.finish(layers.front().begin, layers.back().end);
    int error = probe_.log().error();
    if (error == 0)
      error = write_info(file_, chunks,
                         {probe_.kept(), probe_.sources(), layers, probe_.log().disordered()});
    // Only the waveform is lost, not the simulation.
    error_ = error;
  }

 private:
  static bool left_out(const TraceChoice& choice, const WatchedChip& chip) {
    return std::all_of(chip.task.layers.begin(), chip.task.layers.end(),
                       [&choice](std::size_t layer) { return choice.leaves_out(layer); });
  }
  static EventLog::Options log_options(const TraceChoice& choice, const WatchedChip& chip, int file,
                                       std::optional<Cycle> until) {
    EventLog::Options options;
    options.file = file;
    options.keep = choice.last.value_or(0);
    options.now = chip.now;
    if (until) options.until = *until;
    return options;
  }

  const int file_;
  int& error_;
  TraceProbe probe_;
};

/// Why a plan has no cycle, and what to do.
std::string why_empty(const TraceChoice& choice, const TracePlan& plan) {
  if (choice.from && choice.to && plan.to <= plan.from)
    return fmt::format(
        "--trace-to is cycle {} of the run, which is not behind --trace-from, cycle {}: name a "
        "later "
        "end",
        plan.to, plan.from);
  if (choice.from && plan.from >= plan.total && plan.total > 0)
    return fmt::format(
        "--trace-from is cycle {} of the run, which has cycles 0 to {}: name one of these",
        plan.from, plan.total - 1);
  return "no cycle of the layers that it could have was simulated";
}

/// What a chip's process left; none when it died before.
std::optional<Fragment> fragment_in(int file) {
  try {
    return std::optional<Fragment>(std::in_place, file);
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

}  // namespace

TraceSession::TraceSession(TraceChoice choice, const std::string& file, std::size_t chips,
                           bool relations)
    : choice_(std::move(choice)), beside_(file), relations_(relations), errors_(chips) {
  for (std::size_t i = 0; i < chips; ++i) files_.push_back(make_scratch_file(file));
}

TraceSession::~TraceSession() {
  for (const int file : files_) ::close(file);
  if (again_) ::close(again_->file);
}

void TraceSession::begin_again(std::size_t chip, Cycle until) {
  const int file = make_scratch_file(beside_);
  again_ =
      Again{chip, until, std::exchange(files_.at(chip), file), std::exchange(errors_.of(chip), 0)};
}

void TraceSession::end_again(bool done) {
  if (!done) {
    std::swap(files_[again_->chip], again_->file);
    errors_.of(again_->chip) = again_->error;
  }
  ::close(again_->file);
  again_.reset();
}

SinkMaker TraceSession::sink_maker() const {
  return [this](const WatchedChip& chip) {
    const std::size_t number = chip.task.chip;
    return std::make_unique<FragmentSink>(choice_, chip, files_.at(number), errors_.of(number),
                                          relations_,
                                          again_ ? std::optional(again_->until) : std::nullopt);
  };
}

std::vector<MissingChip> TraceSession::missing() const {
  std::vector<MissingChip> chips;
  for (std::size_t chip = 0; chip < files_.size(); ++chip)
    if (!fragment_in(files_[chip])) chips.push_back({chip, errors_.of(chip)});
  return chips;
}

bool TraceSession::any() const {
  return std::any_of(files_.begin(), files_.end(),
                     [](int file) { return fragment_in(file).has_value(); });
}

std::optional<std::string> TraceSession::beyond_end(const std::vector<std::string>& layers) const {
  if (!choice_.to || !choice_.to->layer) return std::nullopt;
  const Left all = left_by_chips();
  return missed_moment(*choice_.to, true, all.known, layers);
}

TraceSession::Left TraceSession::left_by_chips() const {
  Left all;
  for (const int file : files_) {
    std::optional<Fragment>& fragment = all.fragments.emplace_back();
    fragment = fragment_in(file);
  }
  for (const auto& fragment : all.fragments) all.known.push_back(fragment ? &*fragment : nullptr);
  return all;
}

TraceSession::Left TraceSession::left(const char* what,
                                      const std::vector<std::string>& layers) const {
  Left all = left_by_chips();
  if (choice_.from)
    if (const auto missed = missed_moment(*choice_.from, false, all.known, layers))
      throw UserError(fmt::format("{} was not written: --trace-from names {}: name one of these",
                                  what, *missed));
  all.plan = plan_trace(all.known, choice_);
  if (all.plan.pieces.empty())
    throw UserError(fmt::format("{} was not written: {}", what, why_empty(choice_, all.plan)));
  return all;
}

TraceSummary TraceSession::write(const FstTrace::Options& options) const {
  const Left all = left("the waveform", names_of(options.layers));
  TraceSummary summary;
  summary.plan = all.plan;
  const FragmentInfo& first = all.known[summary.plan.pieces.front().fragment]->info();
  FstTrace trace(options, first);
  for (const TracePiece& piece : summary.plan.pieces) {
    trace.append(*all.known[piece.fragment], piece.offset, piece.from, piece.to);
    summary.cycles += piece.to - piece.from;
    summary.disordered += all.known[piece.fragment]->info().disordered;
  }
  trace.close(summary.plan.end);
  std::copy_if(first.tracks.begin(), first.tracks.end(), std::back_inserter(summary.tracks),
               [](const TrackInfo& track) { return track.shown; });
  summary.changes = trace.changes();
  summary.source_bits = trace.source_bits();
  summary.has_pass = trace.has_pass();
  return summary;
}

TransactionSummary TraceSession::write(const TransactionOptions& options) const {
  const Left all = left("the file of transactions", options.layers);
  return write_transactions(options, all.known, all.plan);
}

std::vector<LayerName> layer_names(const nn::Network& network) {
  std::vector<LayerName> names;
  std::string host;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    LayerName& name = names.emplace_back();
    name.name = fmt::format("{} {}", i + 1, network.layers[i].name);
    if (network.layers[i].on_chip()) {
      name.host_before = std::move(host);
      host.clear();
    } else {
      host += (host.empty() ? "" : ", ") + name.name;
    }
  }
  return names;
}

std::vector<std::string> names_of(const std::vector<LayerName>& layers) {
  std::vector<std::string> names;
  for (const LayerName& layer : layers) names.push_back(layer.name);
  return names;
}

}  // namespace uvea::trace
