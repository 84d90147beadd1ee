#include "tb/app/short_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "tb/cosim/pe/mac_screen.h"
#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/stimulus_cut.h"
#include "tb/cosim/pe/stimulus_file.h"
#include "tb/sim/byte_packer.h"
#include "tb/sim/process_pool.h"

namespace uvea::tb {
namespace {

/// The first difference, in cycles of the recording that begins `begin` cycles later.
std::string difference_in(const cosim::PairRun& run, link::Cycle begin) {
  const auto event = [begin](const std::optional<cosim::PeEvent>& e) {
    return e ? fmt::format("{} in {}", e->value, e->cycle + begin) : std::string("nothing");
  };
  std::string text;
  if (run.first)
    text = fmt::format("{} {}: {}, {}; ", static_cast<int>(run.first->kind), run.first->port,
                       event(run.first->expected), event(run.first->got));
  // "RTL, cycle N: what"
  const std::string head = "RTL, cycle ";
  if (run.rtl_fault.rfind(head, 0) != 0) return text + run.rtl_fault;
  const std::string tail = run.rtl_fault.substr(head.size());
  const auto colon = tail.find(':');
  return text + fmt::format("{}{}", std::strtoull(tail.c_str(), nullptr, 10) + begin,
                            colon == std::string::npos ? "" : tail.substr(colon));
}

const std::string kZeroMarker = "cycle 0 is cycle ";

/// The cycle of the run in which the recording begins; its comment says it last.
link::Cycle cycle_zero(const std::string& comment) {
  const auto at = comment.rfind(kZeroMarker);
  if (at == std::string::npos) return 0;
  return std::strtoull(comment.c_str() + at + kZeroMarker.size(), nullptr, 10);
}

/// The comment of a recording that begins later.
std::string with_cycle_zero(const std::string& comment, link::Cycle later) {
  const auto at = comment.rfind(kZeroMarker);
  if (at == std::string::npos) return comment;
  return fmt::format("{}{}{} of that run; what came before is not needed to show the difference",
                     comment.substr(0, at), kZeroMarker, cycle_zero(comment) + later);
}

ShortReplay shortened(const std::string& replay, const cosim::RtlFactory& make_rtl) {
  std::string comment;
  cosim::StimulusCut cut;
  cut.stimulus = cosim::parse_stimulus(replay, "replay", &comment);
  const cosim::PeStimulus whole = cut.stimulus;
  cosim::TlmPeBench bench("pe", whole.config, whole.iact_ports);
  const auto run = [&](const cosim::PeStimulus& stimulus) {
    const auto rtl = make_rtl(stimulus.config, stimulus.iact_ports);
    return cosim::run_pair(bench, *rtl, stimulus, "");
  };
  ShortReplay result{replay, {}};
  cosim::PairRun pair = run(whole);
  const std::string wanted = difference_in(pair, 0);
  if (wanted.empty()) return result;
  const std::vector<cosim::RowStart> starts = cosim::row_starts(whole);
  for (std::size_t rows = 1; rows < starts.size(); rows *= 2) {
    cosim::StimulusCut shorter = cosim::cut_at(whole, starts[starts.size() - rows]);
    cosim::PairRun alone = run(shorter.stimulus);
    if (difference_in(alone, shorter.begin) != wanted) continue;
    result.file = cosim::to_text(shorter.stimulus, with_cycle_zero(comment, shorter.begin));
    cut = std::move(shorter);
    pair = std::move(alone);
    break;
  }
  if (!pair.first) return result;
  const auto rtl = make_rtl(whole.config, whole.iact_ports);
  result.macs =
      cosim::mac_screen(bench, *rtl, cut.stimulus, *pair.first, cycle_zero(comment) + cut.begin);
  return result;
}

template <typename Archive, typename Replay>
void replay_fields(Archive& archive, Replay& replay) {
  archive.field(replay.file);
  archive.field(replay.macs);
}

}  // namespace

ShortReplay shortened_replay(const std::string& replay, const cosim::RtlFactory& make_rtl) {
  PoolObserver nobody;
  const Task task = [&](const ReportProgress&) {
    const ShortReplay result = shortened(replay, make_rtl);
    Packer packer;
    replay_fields(packer, result);
    return packer.take();
  };
  const PoolOutcome outcome = run_in_processes({task}, 1, false, nobody);
  const TaskResult& done = outcome.results.front();
  if (done.kind != TaskResult::Kind::done) return {replay, {}};
  ShortReplay result;
  Unpacker unpacker(done.payload);
  replay_fields(unpacker, result);
  return result;
}

}  // namespace uvea::tb
