// RTL in the chip: in the place of every PE nothing changes, in every PE's shadow nothing differs,
// and a faulty one is found, told and can be replayed.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sw/mapper/mapping.h"
#include "tb/config/chip_file.h"
#include "tb/cosim/chip/rtl_session.h"
#include "tb/cosim/pe/pair_run.h"
#include "tb/cosim/pe/stimulus_file.h"
#include "tb/cosim/rtl/rtl_sizes.h"
#include "tb/tests/chip/layer_case.h"
#include "tb/tests/cosim_rtl/faulty_pe.h"

namespace uvea::test {
namespace {

using cosim::RtlChoice;
using cosim::RtlMode;

/// A random layer on four clusters of the default PEs.
LayerCase case_of(std::uint64_t seed) {
  LayerCase c = random_case_on_default_chip(seed);
  c.chip.mesh.rows = c.chip.mesh.cols = 2;
  return c;
}

/// Everything that a run gives, as one text; "unmappable" when the mapper refuses the layer.
std::string outcome_of(const LayerCase& c, const RtlChoice& choice,
                       const cosim::RtlFactory& make_rtl, cosim::RtlFindings& findings) {
  tb::LayerJob job;
  try {
    job = c.job(mapper::map_layer(c.layer, tb::sizes_of(c.chip)));
  } catch (const std::exception&) {
    return "unmappable";
  }
  cosim::RtlSession session(choice, c.chip, "the layer", make_rtl);
  auto outcomes = tb::run_layers_with(session.hooks(), c.chip, {job}, c.input);
  tb::LayerOutcome& outcome = outcomes.front();
  findings = session.finish(outcome.faults);
  using hw::Counter;
  const hw::CounterSink& counted = outcome.record.counters;
  std::string text = fmt::format("cycles {} MACs {} overflows {} psum reads {} weight reads {}\n",
                                 outcome.record.cycles(), counted[Counter::pe_effectual_macs],
                                 counted[Counter::pe_overflows], counted[Counter::spad_psum_reads],
                                 counted[Counter::spad_weight_reads]);
  // A driven PE may tell of an acceptance later than the model's does, of the same cycle; a bank port
  // that is told late can offer the next row some cycles later (docs/timing.md). So with drive the
  // classes of a layer need not be the model's; they sum to its cycles.
  text += fmt::format("{} PE cycles in classes, {} in all\n", outcome.record.stalls.total(),
                      outcome.record.cycles() * static_cast<std::uint64_t>(c.chip.pes()));
  for (const std::string& fault : outcome.faults) text += "fault: " + fault + "\n";
  text.append(outcome.output.bytes.begin(), outcome.output.bytes.end());
  return text;
}

std::string outcome_with(const LayerCase& c, RtlMode mode) {
  return in_own_process([&] {
    RtlChoice choice;
    choice.mode = mode;
    choice.all = true;
    cosim::RtlFindings findings;
    std::string text = outcome_of(c, choice, cosim::make_rtl_pe, findings);
    if (text == "unmappable") return text;
    if (mode != RtlMode::none && (findings.work.psums == 0 || findings.work.windows == 0))
      text += "nothing was compared\n";
    for (const std::string& report : findings.reports) text += report;
    return text;
  });
}

void same_outcomes(std::uint64_t first, std::uint64_t last, RtlMode mode,
                   const hw::PeConfig& pe = {}) {
  int ran = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    LayerCase c = case_of(seed);
    c.chip.pe = pe;
    const std::string model = outcome_with(c, RtlMode::none);
    if (model == "unmappable") continue;
    EXPECT_EQ(model.find("fault:"), std::string::npos) << c.describe() << "\n" << model;
    EXPECT_EQ(outcome_with(c, mode), model) << c.describe();
    ++ran;
  }
  EXPECT_GE(ran, static_cast<int>(last - first) / 2);
  fmt::print("seeds {} to {}: {} layers\n", first, last, ran);
}

TEST(ChipRtl, DrivenByRtlNothingChangesSeeds1To30) { same_outcomes(1, 30, RtlMode::drive); }
TEST(ChipRtl, DrivenByRtlNothingChangesSeeds31To60) { same_outcomes(31, 60, RtlMode::drive); }
TEST(ChipRtl, InTheShadowNothingDiffersSeeds61To90) { same_outcomes(61, 90, RtlMode::shadow); }

TEST(ChipRtl, DrivenByDenseRtlNothingChanges) {
  same_outcomes(91, 120, RtlMode::drive, cosim::default_dense_pe());
}
TEST(ChipRtl, InTheShadowOfDensePesNothingDiffers) {
  same_outcomes(121, 150, RtlMode::shadow, cosim::default_dense_pe());
}

TEST(ChipRtl, AFaultyPeIsFoundAndReplayed) {
  const auto faulty = [](const hw::PeConfig& pe, unsigned ports) -> std::unique_ptr<cosim::RtlPe> {
    return std::make_unique<cosim::FaultyPe>(cosim::make_rtl_pe(pe, ports),
                                             cosim::PinFault::psum_of_5, 0);
  };
  int found = 0, stopped = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const LayerCase c = case_of(seed);
    const std::string told = in_own_process([&]() -> std::string {
      RtlChoice choice;
      choice.mode = RtlMode::shadow;
      choice.pes = {{0, 0, 0}};
      cosim::RtlFindings findings;
      if (outcome_of(c, choice, faulty, findings) == "unmappable") return "";
      if (!findings.diverged) return "";
      // One report, whether the run was stopped or the difference came with its last psums.
      if (findings.reports.size() != 1 || findings.replays.size() != 1)
        return "did not end with one report";
      if (findings.stopped)
        return "stopped\n" + findings.reports[0] + "\nreplay\n" + findings.replays[0];
      return findings.reports[0] + "\nreplay\n" + findings.replays[0];
    });
    if (told.empty()) continue;  // no psum of this PE ends in 5
    ++found;
    stopped += told.rfind("stopped\n", 0) == 0 ? 1 : 0;
    const auto at = told.find("\nreplay\n");
    ASSERT_NE(at, std::string::npos) << told;
    EXPECT_NE(told.find("the layer"), std::string::npos) << told;
    EXPECT_NE(told.find("chip.cluster_0_0.pes.pe_0_0"), std::string::npos) << told;
    EXPECT_NE(told.find("first divergence: psum number"), std::string::npos) << told;
    EXPECT_NE(told.find("pass "), std::string::npos) << told;
    EXPECT_NE(told.find(", output channel "), std::string::npos) << told;
    // Alone, from the file, the same value comes out wrong.
    const std::string replayed = in_own_process([&]() -> std::string {
      const auto stimulus = cosim::parse_stimulus(told.substr(at + 8), "replay");
      cosim::TlmPeBench bench("pe", stimulus.config, stimulus.iact_ports);
      const auto rtl = faulty(stimulus.config, stimulus.iact_ports);
      return cosim::run_pair(bench, *rtl, stimulus, "replay").report;
    });
    const auto value_of = [](const std::string& report) {
      const auto from = report.find("  expected  ");
      return from == std::string::npos ? report
                                       : report.substr(from, report.find(')', from) - from);
    };
    EXPECT_EQ(value_of(replayed), value_of(told)) << replayed;
  }
  EXPECT_GE(found, 5);
  EXPECT_GE(stopped, 2);
}

TEST(ChipRtl, KeepGoingTellsEveryPeThatDiffers) {
  const auto faulty = [](const hw::PeConfig& pe, unsigned ports) -> std::unique_ptr<cosim::RtlPe> {
    return std::make_unique<cosim::FaultyPe>(cosim::make_rtl_pe(pe, ports),
                                             cosim::PinFault::psum_of_5, 0);
  };
  int several = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const LayerCase c = case_of(seed);
    const std::string reports = in_own_process([&]() -> std::string {
      RtlChoice choice;
      choice.mode = RtlMode::shadow;
      choice.all = choice.keep_going = true;
      cosim::RtlFindings findings;
      if (outcome_of(c, choice, faulty, findings) == "unmappable") return "0";
      if (findings.stopped) return "stopped";
      return std::to_string(findings.reports.size());
    });
    ASSERT_NE(reports, "stopped");
    if (std::stoi(reports) > 1) ++several;
  }
  EXPECT_GE(several, 3);
}

}  // namespace
}  // namespace uvea::test
