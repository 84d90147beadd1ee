#include "tb/app/trace_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>

#include "sw/user_error.h"
#include "tb/app/trace_moments.h"
#include "tb/app/waveform_file.h"
#include "tb/sim/byte_packer.h"
#include "tlm/clock_period.h"

namespace uvea::tb {
namespace {

constexpr const char* kRoot = "chip";

/// What the process that writes the waveform tells.
struct Written {
  trace::Cycle cycles = 0;
  std::uint64_t disordered = 0;
  bool moment = false, block = false;  ///< it shows what is marked
};

template <typename Archive>
void written_fields(Archive& archive, Written& written) {
  archive.field(written.cycles);
  archive.field(written.disordered);
  archive.field(written.moment);
  archive.field(written.block);
}

}  // namespace

TraceOutput::TraceOutput(const Arguments& arguments, const nn::Network& network,
                         const LayerRange& range)
    : TraceOutput(*arguments.trace, trace_choice(arguments, network, range), "--trace") {}

TraceOutput::TraceOutput(std::string file, trace::TraceChoice choice, std::string option)
    : file_(std::move(file)), option_(std::move(option)), choice_(std::move(choice)) {
  require_waveform(file_, option_);
}

trace::SinkMaker TraceOutput::sink_maker() const {
  return [this](const trace::WatchedChip& chip) { return session_->sink_maker()(chip); };
}

void TraceOutput::begin(std::size_t chips) {
  try {
    session_.emplace(choice_, file_, chips);
  } catch (const std::system_error& error) {
    throw UserError(fmt::format("{} '{}': no temporary file beside it: {}", option_, file_,
                                error.code().message()));
  }
}

std::vector<std::string> layers_left_out(const Simulation& simulation,
                                         const trace::TraceSession& session) {
  if (!session.any()) return {};
  const std::vector<std::vector<std::size_t>> chains = simulation.chains();
  std::map<int, std::string> names;  // by what went wrong
  for (const trace::MissingChip& missing : session.missing())
    for (const std::size_t layer : chains.at(missing.chip)) {
      std::string& list = names[missing.error];
      list += fmt::format("{}layer {} ({})", list.empty() ? "" : ", ", layer + 1,
                          simulation.network().layers[layer].name);
    }
  std::vector<std::string> lines;
  for (const auto& [error, list] : names)
    lines.push_back(fmt::format(
        "has nothing of {}: {}", list,
        error == 0 ? std::string("not simulated to the end")
                   : std::string("its temporary file cannot be written: ") + std::strerror(error)));
  if (const auto missed = session.beyond_end(names_of(trace::layer_names(simulation.network()))))
    lines.push_back(fmt::format("ends with that layer: --trace-to names {}", *missed));
  return lines;
}

bool is_cut(const trace::TraceSession& session) {
  const std::vector<trace::MissingChip> missing = session.missing();
  return std::any_of(missing.begin(), missing.end(),
                     [](const trace::MissingChip& chip) { return chip.error != 0; });
}

std::string no_trace(const trace::TraceSession& session, const std::string& option,
                     const std::string& file) {
  for (const trace::MissingChip& missing : session.missing())
    if (missing.error != 0)
      return fmt::format("{} '{}' cannot be written: temporary files beside it: {}", option, file,
                         std::strerror(missing.error));
  return option + ": no chip was simulated to its end";
}

void TraceOutput::mark(const trace::TraceMoment& moment, const std::string& block) {
  session_->mark(moment);
  choice_.about = block;
}

std::vector<std::string> TraceOutput::left_out(const Simulation& simulation) const {
  return layers_left_out(simulation, *session_);
}

bool TraceOutput::cut() const { return is_cut(*session_); }

bool TraceOutput::shows_block(const std::vector<trace::TrackInfo>& tracks) const {
  // A block may have no signal at all.
  if (choice_.scopes.empty() && choice_.groups == trace::TraceChoice{}.groups) return true;
  const std::string& block = choice_.about;
  if (block.empty()) return choice_.scopes.empty();
  return std::any_of(tracks.begin(), tracks.end(), [&block](const trace::TrackInfo& track) {
    return !track.of_chip && track.path.compare(0, block.size(), block) == 0 &&
           (track.path.size() == block.size() || track.path[block.size()] == '.');
  });
}

std::string TraceOutput::lacks_moment() const {
  if (!shown_) return fmt::format("{} was not written", file_);
  std::string lacks;
  if (!shown_->moment)
    lacks = fmt::format("its cycle is not in {} (--trace-from, --trace-to)", file_);
  if (!shown_->block)
    lacks += fmt::format("{}{} has nothing of {} (--trace-scope, --trace-signals)",
                         lacks.empty() ? "" : "; ", file_,
                         choice_.about.empty() ? "the whole chip" : choice_.about);
  return lacks;
}

std::string TraceOutput::write(const Simulation& simulation) {
  if (!session_->any()) throw UserError(no_trace(*session_, option_, file_));
  trace::FstTrace::Options options;
  options.period_ps =
      link::period_units(simulation.chip().control.clock_mhz, link::kDefaultResolutionFs);
  options.root = kRoot;
  options.layers = trace::layer_names(simulation.network());
  options.writer = "uvea";
  const std::vector<std::uint8_t> payload = write_waveform(
      file_,
      [&](const std::string& part) {
        trace::FstTrace::Options to_part = options;
        to_part.file = part;
        const trace::TraceSummary done = session_->write(to_part);
        trace::ViewInput view;
        view.waveform = std::filesystem::absolute(file_).string();
        view.root = kRoot;
        view.period_ps = options.period_ps;
        view.from = done.plan.pieces.front().from;
        view.to = done.plan.end;
        view.moment = done.plan.moment;
        view.tracks = done.tracks;
        view.source_bits = done.source_bits;
        view.has_pass = done.has_pass;
        view.about = choice_.about;
        Written written{done.cycles, done.disordered, done.plan.moment.has_value(),
                        shows_block(done.tracks)};
        Packer packer;
        written_fields(packer, written);
        return WrittenWaveform{trace::view_files(view), packer.take()};
      },
      option_);
  Written done;
  Unpacker unpacker(payload);
  written_fields(unpacker, done);
  shown_ = Shown{done.moment, done.block};
  std::string text = waveform_line(
      file_, fmt::format("{} cycles, {:.1f} MB", done.cycles,
                         static_cast<double>(std::filesystem::file_size(file_)) / 1e6));
  if (done.disordered > 0)
    text += fmt::format("waveform: {} events are not in it: a block told them out of order\n",
                        done.disordered);
  return text;
}

}  // namespace uvea::tb
