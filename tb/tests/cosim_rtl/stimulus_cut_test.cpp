// A recording cut at any of its rows is legal work that ends in the same psums.

#include "tb/cosim/pe/stimulus_cut.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/random_stimulus.h"

namespace uvea::cosim {
namespace {

std::vector<std::int32_t> psums_of(const PairRun& run) {
  std::vector<std::int32_t> values;
  for (const PeEvent& event : run.expected)
    if (event.kind == PeEventKind::psum) values.push_back(event.value);
  return values;
}

bool is_end_of(const std::vector<std::int32_t>& part, const std::vector<std::int32_t>& whole) {
  return part.size() <= whole.size() && std::equal(part.rbegin(), part.rend(), whole.rbegin());
}

/// As a run is recorded: with the cycle of each burst's first beat.
PeStimulus recorded(PeStimulus stimulus, const std::vector<PeEvent>& events) {
  std::vector<std::vector<link::Cycle>> readies(stimulus.iact_ports + 1);
  for (const PeEvent& event : events) {
    if (event.kind == PeEventKind::iact_ready) readies[event.port].push_back(event.cycle);
    if (event.kind == PeEventKind::weight_ready) readies.back().push_back(event.cycle);
  }
  std::vector<std::size_t> next(readies.size(), 0);
  for (InputBurst& burst : stimulus.inputs) {
    if (burst.stream == link::DataType::psum) continue;
    const std::size_t lane =
        burst.stream == link::DataType::iact ? burst.port : stimulus.iact_ports;
    burst.not_before = std::max(burst.not_before, readies[lane].at(next[lane]++));
  }
  return stimulus;
}

TEST(StimulusCut, EveryCutIsLegalAndEndsInTheSamePsums) {
  const RandomLimits limits;
  TlmPeBench bench("pe", limits.config, limits.iact_ports);
  const auto rtl = make_rtl_pe(limits.config, limits.iact_ports);
  std::size_t cuts = 0, shorter = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const RandomWork work = random_work(seed, limits);
    const std::string title = fmt::format("seed {}: {}", seed, work.description);
    const PairRun whole = run_pair(bench, *rtl, work.stimulus, title);
    ASSERT_TRUE(whole.agree) << whole.report;
    const PeStimulus record = recorded(work.stimulus, whole.expected);
    for (const RowStart& start : row_starts(record)) {
      const StimulusCut cut = cut_at(record, start);
      const PairRun run =
          run_pair(bench, *rtl, cut.stimulus,
                   fmt::format("{}, from burst {}, chunk {}", title, start.epoch, start.chunk));
      if (run.events == 0 && cut.stimulus.sinks.empty()) continue;  // idle weights only
      ASSERT_TRUE(run.agree) << run.report;
      ASSERT_TRUE(is_end_of(psums_of(run), psums_of(whole)))
          << title << ", from burst " << start.epoch << ", chunk " << start.chunk;
      ++cuts;
      shorter += run.psums < whole.psums ? 1 : 0;
    }
  }
  EXPECT_GT(shorter, cuts / 2);
  fmt::print("seeds 1 to 150: {} cuts, {} of them with fewer psums\n", cuts, shorter);
}

}  // namespace
}  // namespace uvea::cosim
