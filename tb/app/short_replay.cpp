#include "tb/app/short_replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/stimulus_cut.h"
#include "tb/cosim/pe/stimulus_file.h"
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

/// Of the lines of a comment all but the last, which says where cycle 0 is.
std::string with_cycle_zero(const std::string& comment, link::Cycle later) {
  const std::string marker = "cycle 0 is cycle ";
  const auto at = comment.rfind(marker);
  if (at == std::string::npos) return comment;
  const link::Cycle zero = std::strtoull(comment.c_str() + at + marker.size(), nullptr, 10);
  return fmt::format("{}{}{} of that run; what came before is not needed to show the difference",
                     comment.substr(0, at), marker, zero + later);
}

std::string shortened(const std::string& replay, const cosim::RtlFactory& make_rtl) {
  std::string comment;
  const cosim::PeStimulus whole = cosim::parse_stimulus(replay, "replay", &comment);
  cosim::TlmPeBench bench("pe", whole.config, whole.iact_ports);
  const auto difference = [&](const cosim::PeStimulus& stimulus, link::Cycle begin) {
    const auto rtl = make_rtl(stimulus.config, stimulus.iact_ports);
    return difference_in(cosim::run_pair(bench, *rtl, stimulus, ""), begin);
  };
  const std::string wanted = difference(whole, 0);
  if (wanted.empty()) return replay;
  const std::vector<cosim::RowStart> starts = cosim::row_starts(whole);
  for (std::size_t rows = 1; rows < starts.size(); rows *= 2) {
    const cosim::StimulusCut cut = cosim::cut_at(whole, starts[starts.size() - rows]);
    if (difference(cut.stimulus, cut.begin) == wanted)
      return cosim::to_text(cut.stimulus, with_cycle_zero(comment, cut.begin));
  }
  return replay;
}

}  // namespace

std::string shortened_replay(const std::string& replay, const cosim::RtlFactory& make_rtl) {
  PoolObserver nobody;
  const Task task = [&](const ReportProgress&) {
    const std::string text = shortened(replay, make_rtl);
    return std::vector<std::uint8_t>(text.begin(), text.end());
  };
  const PoolOutcome outcome = run_in_processes({task}, 1, false, nobody);
  const TaskResult& result = outcome.results.front();
  if (result.kind != TaskResult::Kind::done || result.payload.empty()) return replay;
  return {result.payload.begin(), result.payload.end()};
}

}  // namespace uvea::tb
