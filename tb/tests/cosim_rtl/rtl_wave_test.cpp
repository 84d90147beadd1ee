// RTL in the chip's waveform, read back: handshakes edge by edge, on the same edges as the model's;
// driven as in the shadow; a seeded fault shows in the cycle that is told.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tb/tests/cosim_rtl/faulty_pe.h"
#include "tb/tests/cosim_rtl/traced_layer.h"
#include "tb/tests/trace/handshake_checks.h"

namespace uvea::test {
namespace {

using cosim::RtlChoice;
using cosim::RtlMode;
using hw::Counter;

LayerCase case_of(std::uint64_t seed) {
  LayerCase c = random_case_on_default_chip(seed);
  c.chip.mesh.rows = c.chip.mesh.cols = 1;
  return c;
}

RtlChoice all_pes(RtlMode mode) {
  RtlChoice choice;
  choice.mode = mode;
  choice.all = true;
  return choice;
}

/// What is wrong in the waveform of a layer whose PEs have RTL; "unmappable".
std::string wrong_in(std::uint64_t seed, RtlMode mode, const cosim::RtlFactory& make_inside) {
  const TracedLayer traced =
      trace_layer(case_of(seed), all_pes(mode), cosim::make_rtl_pe, make_inside);
  if (!traced.mapped) return "unmappable";
  std::string wrong;
  for (const std::string& fault : traced.faults) wrong += fault + "\n";
  if (traced.findings.diverged) wrong += "diverged\n";
  if (!traced.waveform.in_order) wrong += "not in order\n";
  if (traced.disordered > 0) wrong += fmt::format("{} events too late\n", traced.disordered);
  std::uint64_t iacts = 0, weights = 0, psums = 0;
  for (const std::string& pe : traced.pes) {
    std::string here = wrong_clock(traced.waveform, pe) + wrong_alignment(traced.waveform, pe);
    if (mode == RtlMode::shadow) here += wrong_expectation(traced.waveform, pe);
    for (const PinStream& stream : pin_streams(traced.waveform, pe)) {
      here += wrong_handshake(stream);
      std::uint64_t moved = 0;
      for (std::size_t c = 0; c < stream.valid.size(); ++c) moved += stream.moves(c) ? 1 : 0;
      if (stream.name.rfind("iact", 0) == 0) iacts += moved;
      if (stream.name == "weight") weights += moved;
      if (stream.name == "psum_out") psums += moved;
    }
    if (!here.empty()) wrong += pe + ":\n" + here;
  }
  if (psums == 0) wrong += "no psums\n";
  const auto same = [&](const char* what, std::uint64_t moved, Counter counter) {
    if (moved != traced.counters[counter])
      wrong += fmt::format("{} {} moved, {} counted\n", moved, what, traced.counters[counter]);
  };
  same("iact words", iacts, Counter::pe_iact_words);
  same("weight words", weights, Counter::pe_weight_words);
  same("psum beats", psums, Counter::pe_psum_words);
  return wrong;
}

void hold(std::uint64_t first, std::uint64_t last, RtlMode mode) {
  int ran = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const std::string wrong = in_own_process([&] { return wrong_in(seed, mode, {}); });
    if (wrong == "unmappable") continue;
    ++ran;
    EXPECT_EQ(wrong, "") << case_of(seed).describe();
  }
  fmt::print("seeds {} to {}: {} layers, 12 PEs each\n", first, last, ran);
  EXPECT_GE(ran, 3);
}

TEST(RtlWave, HandshakesFallOnTheModelsEdgesInTheShadow) { hold(1, 8, RtlMode::shadow); }
TEST(RtlWave, HandshakesAreThoseOfTheBurstsWhenItDrives) { hold(1, 8, RtlMode::drive); }

/// Pins and signals inside of one PE from its configuration on, cycle by cycle, as one text.
std::string rtl_of(std::uint64_t seed, RtlMode mode) {
  RtlChoice choice;
  choice.mode = mode;
  choice.pes = {{0, static_cast<int>(seed % 3), static_cast<int>(seed % 4)}};
  const TracedLayer traced =
      trace_layer(case_of(seed), choice, cosim::make_rtl_pe, cosim::open_rtl_factory());
  if (!traced.mapped) return "unmappable";
  const std::string& pe = traced.pes.at(0);
  std::string text;
  int signals = 0;
  const auto config = by_cycle(traced.waveform, pe + ".rtl.config_valid_i");
  const auto configured =
      static_cast<std::size_t>(std::find(config.begin(), config.end(), 1) - config.begin() + 1);
  for (const auto& [name, signal] : traced.waveform.signals) {
    const bool rtl = name.compare(0, pe.size() + 5, pe + ".rtl.") == 0;
    if (!rtl && name != pe + ".stall" && name != pe + ".window") continue;
    if (name.find(".rtl.expected_") != std::string::npos || name == pe + ".rtl.differs") continue;
    ++signals;
    text += name + ": " + signal.at(configured * 1000) + "\n";
    for (const auto& [time, value] : signal.changes)
      if (time > configured * 1000) text += fmt::format("{} {}\n", time, value);
  }
  if (signals < 300) text += fmt::format("only {} signals\n", signals);
  return text;
}

TEST(RtlWave, DrivenItIsWhatItIsInTheShadowInsideToo) {
  int same = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const std::string shadow = in_own_process([&] { return rtl_of(seed, RtlMode::shadow); });
    if (shadow == "unmappable") continue;
    const std::string drive = in_own_process([&] { return rtl_of(seed, RtlMode::drive); });
    EXPECT_EQ(shadow.find("only "), std::string::npos);
    EXPECT_GT(shadow.size(), 10000U);
    if (shadow != drive) {
      const auto at = std::mismatch(shadow.begin(), shadow.end(), drive.begin(), drive.end());
      const auto begin = std::max<std::ptrdiff_t>(at.first - shadow.begin() - 300, 0);
      ADD_FAILURE() << "seed " << seed << ": "
                    << shadow.substr(static_cast<std::size_t>(begin), 400) << "\n--- driven ---\n"
                    << drive.substr(static_cast<std::size_t>(begin), 400);
    }
    ++same;
  }
  fmt::print("seeds 1 to 6: {} layers\n", same);
  EXPECT_GE(same, 3);
}

/// A PE with a fault in the shadow: where differs rises, and what the report tells.
std::string with_fault(std::uint64_t seed, cosim::PinFault fault) {
  RtlChoice choice;
  choice.mode = RtlMode::shadow;
  choice.pes = {{0, static_cast<int>(seed % 3), static_cast<int>(seed % 4)}};
  const auto faulty = [fault](const hw::PeConfig& pe, unsigned ports) {
    return std::make_unique<cosim::FaultyPe>(cosim::make_rtl_pe(pe, ports), fault, 0);
  };
  const TracedLayer traced = trace_layer(case_of(seed), choice, faulty, {});
  if (!traced.mapped || !traced.findings.diverged) return "";
  const std::string rtl = traced.pes.at(0) + ".rtl.";
  const auto differs = by_cycle(traced.waveform, rtl + "differs");
  const auto rises = std::find(differs.begin(), differs.end(), 1);
  if (rises == differs.end()) return "differs never rises";
  if (std::find(rises, differs.end(), 0) != differs.end()) return "differs falls again";
  const auto cycle = static_cast<std::size_t>(rises - differs.begin());
  // "expected ... cycle N", "got ... cycle N": the earlier one.
  const std::string& report = traced.findings.reports.at(0);
  std::size_t told = ~std::size_t{0};
  for (const char* side : {"\n  expected ", "\n  got "}) {
    const auto line = report.find(side);
    if (line == std::string::npos) return "no such line in " + report;
    const std::string text = report.substr(line + 1, report.find('\n', line + 1) - line - 1);
    const auto at = text.find("cycle ");
    if (at != std::string::npos)
      told = std::min<std::size_t>(told, std::strtoull(text.c_str() + at + 6, nullptr, 10));
  }
  if (told != cycle)
    return fmt::format("differs rises in {}, told is {}:\n{}", cycle, told, report);
  const PinStream out = pin_streams(traced.waveform, traced.pes.at(0)).back();
  if (fault == cosim::PinFault::psum_of_5) {
    // Both move, with different values.
    bool found = false;
    for (const char* half : {"0", "1"})
      found = found || by_cycle(traced.waveform, rtl + "expected_psum_" + half)[cycle] !=
                           by_cycle(traced.waveform, rtl + "psum_out_data_o_" + half)[cycle];
    if (!found || !out.moves(cycle)) return "the values do not differ there";
  } else if (out.valid[cycle] != 0) {
    return "the psums are not late";
  }
  return "shown";
}

void fault_shows(cosim::PinFault fault) {
  int shown = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const std::string what = in_own_process([&] { return with_fault(seed, fault); });
    if (what.empty()) continue;
    EXPECT_EQ(what, "shown") << "seed " << seed;
    ++shown;
  }
  fmt::print("seeds 1 to 12: {} layers with the fault\n", shown);
  EXPECT_GE(shown, 3);
}

TEST(RtlWave, ATimingFaultShowsInTheCycleThatIsTold) { fault_shows(cosim::PinFault::psum_slow); }
TEST(RtlWave, AWrongValueShowsInTheCycleThatIsTold) { fault_shows(cosim::PinFault::psum_of_5); }

/// A PE in the model's place that never takes a word within a burst: the run hangs.
std::string hung(std::uint64_t seed) {
  LayerCase c = case_of(seed);
  c.chip.control.watchdog_cycles = 200000;  // the least
  RtlChoice choice;
  choice.mode = RtlMode::drive;
  choice.pes = {{0, static_cast<int>(seed % 3), static_cast<int>(seed % 4)}};
  const auto faulty = [](const hw::PeConfig& pe, unsigned ports) {
    return std::make_unique<cosim::FaultyPe>(cosim::make_rtl_pe(pe, ports),
                                             cosim::PinFault::word_refused, 1);
  };
  const TracedLayer traced = trace_layer(c, choice, faulty, {});
  if (!traced.mapped || traced.faults.empty()) return "";
  const std::string rtl = traced.pes.at(0) + ".rtl.";
  const auto valid = by_cycle(traced.waveform, rtl + "weight_valid_i"),
             ready = by_cycle(traced.waveform, rtl + "weight_ready_o");
  if (valid.size() < 200000) return fmt::format("it ends in cycle {}", valid.size());
  // To the end a word lies there.
  return valid.back() == 1 && ready.back() == 0 ? "shown" : "not shown";
}

TEST(RtlWave, AHangOfADrivenPeIsInItToTheEnd) {
  int shown = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const std::string what = in_own_process([&] { return hung(seed); });
    if (what.empty()) continue;
    EXPECT_EQ(what, "shown") << "seed " << seed;
    ++shown;
  }
  fmt::print("seeds 1 to 4: {} layers hang\n", shown);
  EXPECT_GE(shown, 3);
}

/// A layer in which words wait, and the first PE's iacts come over port 0.
constexpr std::uint64_t kPlanted = 4;

/// The checks above on a waveform that was changed: each must find its fault.
std::string undetected() {
  const TracedLayer traced =
      trace_layer(case_of(kPlanted), all_pes(RtlMode::shadow), cosim::make_rtl_pe, {});
  if (!traced.mapped) return "unmappable";
  std::string missed;
  bool waited = false;
  for (const std::string& pe : traced.pes) {
    for (const PinStream& stream : pin_streams(traced.waveform, pe)) {
      std::size_t waits = 0;
      while (waits + 1 < stream.valid.size() &&
             (stream.valid[waits] != 1 || stream.moves(waits) || stream.valid[waits + 1] != 1))
        ++waits;
      if (waits + 1 == stream.valid.size()) continue;
      waited = true;
      PinStream other = stream;
      other.data[0][waits + 1] ^= 1;
      if (wrong_handshake(other).empty()) missed += stream.name + ": data\n";
      other = stream;
      other.valid[waits + 1] = 0;
      if (wrong_handshake(other).empty()) missed += stream.name + ": valid\n";
    }
  }
  if (!waited) missed += "no word ever waited\n";
  // A pin's changes a cycle late; a lost change of the clock.
  const std::string pe = traced.pes.at(0);
  for (const char* pin : {"weight_valid_i", "iact_valid_i_0", "psum_out_valid_o"}) {
    ReadWaveform late = traced.waveform;
    ReadSignal& signal = late.signals.at(pe + ".rtl." + pin);
    for (auto& change : signal.changes) change.first += change.first > 0 ? 1000 : 0;
    if (wrong_alignment(late, pe).empty()) missed += fmt::format("{} late\n", pin);
  }
  ReadWaveform still = traced.waveform;
  still.signals.at(pe + ".rtl.clk_i")
      .changes.erase(still.signals.at(pe + ".rtl.clk_i").changes.begin() + 9);
  if (wrong_clock(still, pe).empty()) missed += "clock\n";
  ReadWaveform wrong = traced.waveform;
  auto& expected = wrong.signals.at(pe + ".rtl.expected_psum_0").changes;
  for (auto& change : expected)
    if (change.second.back() != 'x') change.second.back() = change.second.back() == '1' ? '0' : '1';
  if (wrong_expectation(wrong, pe).empty()) missed += "expected psums\n";
  return missed;
}

TEST(RtlWave, TheChecksFindAPlantedFault) { EXPECT_EQ(in_own_process(undetected), ""); }

}  // namespace
}  // namespace uvea::test
