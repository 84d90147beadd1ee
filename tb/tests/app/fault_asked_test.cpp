// A waveform that was asked for, in a run with a fault: with --trace-last it ends with the moment of the
// fault, the marker is told, and where it does not show the fault the fault's own waveform is written
// beside it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "tb/tests/app/fault_run.h"
#include "tb/tests/trace/fst_reading.h"

namespace uvea::test {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> joined(std::vector<std::string> all,
                                const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

constexpr const char* kNotShown = "the waveform that was asked for does not show the fault: ";

/// The waveform mine.fst shows the fault, and nothing else is written of it.
ReadWaveform shown_in(const Folder& folder, const Ended& ended) {
  EXPECT_EQ(ended.status, 1) << ended.err;
  EXPECT_FALSE(has(ended.err, kNotShown)) << ended.err;
  EXPECT_FALSE(has(ended.err, "is missing")) << ended.err;
  EXPECT_TRUE(
      has(ended.err, "waveform " + folder.path("mine.fst") + ": its marker stands in cycle "))
      << ended.err;
  for (const std::string& name : folder.names()) EXPECT_FALSE(has(name, "uvea-fault-")) << name;
  return read_waveform(folder.path("mine.fst"));
}

/// A ring of the only layer ends with the marked cycle and has the cycles before it, as the waveform of
/// the whole run has them; signals of the block that is concerned are compared.
void expect_ring(const std::string& fault, const std::vector<std::string>& arguments,
                 const std::string& block) {
  constexpr std::uint64_t kLast = 40;
  const Folder folder, whole;
  const Ended ended = run_faulty(folder, fault,
                                 joined(arguments, {"--trace", folder.path("mine.fst"),
                                                    "--trace-last", std::to_string(kLast)}));
  const ReadWaveform ring = shown_in(folder, ended);
  const std::uint64_t marker = marker_in(folder.path("mine"));
  EXPECT_EQ(ring.begin, (marker + 1 - kLast) * kPeriod);
  EXPECT_EQ(ring.end, (marker + 1) * kPeriod);
  EXPECT_EQ(marker, number_behind(ended.err, "its marker stands in cycle "));
  run_faulty(whole, fault, joined(arguments, {"--trace", whole.path("mine.fst")}));
  const ReadWaveform all = read_waveform(whole.path("mine.fst"));
  EXPECT_EQ(marker_in(whole.path("mine")), marker);
  // It went on, so that the last cycles of the layer are others.
  EXPECT_GT(all.end, ring.end);
  std::size_t compared = 0, changes = 0;
  for (const auto& [name, signal] : ring.signals) {
    if (!has(name, block)) continue;
    ++compared;
    for (std::uint64_t cycle = marker + 1 - kLast; cycle <= marker; ++cycle)
      ASSERT_EQ(signal.at(cycle * kPeriod), all[name].at(cycle * kPeriod))
          << name << " in cycle " << cycle;
    changes += signal.changes.size();
  }
  EXPECT_GT(compared, 10U);
  EXPECT_GT(changes, compared);
}

TEST(FaultAsked, ARingEndsWithADivergenceThatTheLayerGoesOnBehind) {
  expect_ring("0:20", joined(shadow("7-7"), {"--keep-going"}), "chip.cluster_0_0.pes.pe_0_0.");
}

TEST(FaultAsked, ARingEndsWithTheFirstOverflow) {
  expect_ring("0:0", {"--strict", "--set", "pe.psum_bits=12", "--layers", "1-1"},
              "chip.cluster_5_1.");
}

TEST(FaultAsked, ARingEndsWhereTheLastBlockBeganToWait) {
  expect_ring("13:1", drive("3-3"), "chip.cluster_0_0.pes.pe_0_0.");
}

TEST(FaultAsked, ARingEndsWithABrokenRule) {
  const Folder folder;
  const Ended ended =
      run_faulty(folder, "6:12",
                 joined(drive("4-4"), {"--trace", folder.path("mine.fst"), "--trace-last", "30"}));
  const ReadWaveform ring = shown_in(folder, ended);
  const std::uint64_t marker = marker_in(folder.path("mine"));
  EXPECT_EQ(ring.end, (marker + 1) * kPeriod);
  EXPECT_EQ(ring.begin, (marker + 1 - 30) * kPeriod);
}

TEST(FaultAsked, ARingGoesBackIntoTheLayersBefore) {
  const Folder folder;
  const Ended ended =
      run_faulty(folder, "0:60",
                 joined(shadow("8-9"), {"--keep-going", "--trace", folder.path("mine.fst"),
                                        "--trace-last", "600", "--trace-signals", "chip,stall"}));
  const ReadWaveform ring = shown_in(folder, ended);
  EXPECT_EQ(ring.end - ring.begin, 600 * kPeriod);
  EXPECT_EQ(ring["chip.layer_number"].number_at(ring.begin), 8);
  EXPECT_EQ(ring["chip.layer_number"].number_at(ring.end - kPeriod), 9);
}

TEST(FaultAsked, TransactionsOfARingEndWithTheFault) {
  const Folder folder;
  const Ended ended = run_faulty(
      folder, "0:20",
      joined(shadow("7-7"),
             {"--keep-going", "--transactions", folder.path("mine.json"), "--trace-last", "40"}));
  EXPECT_EQ(ended.status, 1);
  const std::uint64_t marker = number_behind(ended.err, "its marker stands in cycle ");
  const std::string events = content_of(folder.path("mine.json"));
  const std::regex slice("\"ts\":(\\d+),[^}]*\"dur\":(\\d+)");
  std::uint64_t begin = ~std::uint64_t{0}, end = 0;
  for (std::sregex_iterator at(events.begin(), events.end(), slice), none; at != none; ++at) {
    begin = std::min<std::uint64_t>(begin, std::stoull((*at)[1]));
    end = std::max<std::uint64_t>(end, std::stoull((*at)[1]) + std::stoull((*at)[2]));
  }
  EXPECT_EQ(begin, marker + 1 - 40);
  EXPECT_EQ(end, marker + 1);
}

/// What was asked for does not show the fault: the waveform of the fault is written, and `why` said.
void expect_own_waveform(const std::vector<std::string>& asked, const std::string& why) {
  const Folder folder;
  const Ended ended = run_faulty(
      folder, "0:20", joined(joined(shadow("7-7"), {"--trace", folder.path("mine.fst")}), asked));
  EXPECT_EQ(ended.status, 1);
  const std::string line =
      kNotShown + std::regex_replace(why, std::regex("FILE"), folder.path("mine.fst"));
  EXPECT_TRUE(has(ended.err, line + "\n")) << ended.err;
  const std::string stem = folder.path("out/uvea-fault-7");
  ASSERT_TRUE(fs::exists(stem + ".fst")) << ended.err;
  EXPECT_EQ(number_behind(ended.err.substr(ended.err.find(stem)), "its marker stands in cycle "),
            marker_in(stem));
  const ReadWaveform waveform = read_waveform(stem + ".fst");
  EXPECT_EQ(waveform.signals.count("chip.cluster_0_0.pes.pe_0_0.rtl.differs"), 1U);
}

TEST(FaultAsked, AnotherClusterDoesNotShowIt) {
  expect_own_waveform({"--trace-scope", "chip.cluster_1_0"},
                      "FILE has nothing of chip.cluster_0_0.pes.pe_0_0 (--trace-scope, "
                      "--trace-signals)");
}
TEST(FaultAsked, CurvesDoNotShowIt) {
  expect_own_waveform({"--trace-signals", "chip"},
                      "FILE has nothing of chip.cluster_0_0.pes.pe_0_0 (--trace-scope, "
                      "--trace-signals)");
}
TEST(FaultAsked, AnEndBeforeItDoesNotShowIt) {
  expect_own_waveform({"--trace-to", "7:50"},
                      "its cycle is not in FILE (--trace-from, --trace-to)");
}
TEST(FaultAsked, NeitherIsSaidInOneLine) {
  expect_own_waveform({"--trace-to", "7:50", "--trace-scope", "*.cluster_3_?"},
                      "its cycle is not in FILE (--trace-from, --trace-to); FILE has nothing of "
                      "chip.cluster_0_0.pes.pe_0_0 (--trace-scope, --trace-signals)");
}
TEST(FaultAsked, ABeginBehindTheStopLeavesNoWaveformButThatOfTheFault) {
  expect_own_waveform({"--trace-from", "7:5000"}, "FILE was not written");
}

TEST(FaultAsked, ItsPeAloneShowsIt) {
  const Folder folder;
  const Ended ended = run_faulty(
      folder, "0:20",
      joined(shadow("7-7"),
             {"--trace", folder.path("mine.fst"), "--trace-scope", "*.cluster_0_0.pes.pe_0_0"}));
  EXPECT_EQ(shown_in(folder, ended).signals.count("chip.cluster_0_0.pes.pe_0_0.rtl.differs"), 1U);
}

/// The same run with a waveform that was asked for: its marker stands where that of the waveform of
/// the fault does, in cycles of the run, and both views begin with the same block.
void expect_same_marker(const Folder& folder, const std::string& fault, std::size_t layer,
                        const std::vector<std::string>& arguments) {
  run_faulty(folder, fault, arguments);
  const std::string stem = folder.path("out/uvea-fault-" + std::to_string(layer));
  const std::uint64_t marker = marker_in(stem);
  std::vector<std::string> traced = arguments;
  traced.insert(traced.end(), {"--trace", folder.path("mine.fst")});
  const Ended ended = run_faulty(folder, fault, traced);
  EXPECT_EQ(ended.status, 1);
  const ReadWaveform waveform = read_waveform(folder.path("mine.fst"));
  const auto& layers = waveform["chip.layer_number"].changes;
  const auto begun = std::find_if(layers.begin(), layers.end(), [&](const auto& change) {
    return std::stoull(change.second, nullptr, 2) == layer;
  });
  ASSERT_NE(begun, layers.end());
  EXPECT_EQ(marker_in(folder.path("mine")), begun->first / kPeriod + marker) << ended.err;
  // Not just the layer's end.
  ASSERT_NE(std::next(begun), layers.end());
  EXPECT_LT(begun->first / kPeriod + marker + 1, std::next(begun)->first / kPeriod);
  const auto concerned = [&](const std::string& view) {
    std::smatch found;
    const std::string text = content_of(view);
    return std::regex_search(text, found, std::regex("\n-(chip\\.cluster_[^\n]*)\n"))
               ? found[1].str()
               : text;
  };
  EXPECT_EQ(concerned(folder.path("mine.gtkw")), concerned(stem + ".gtkw"));
}

TEST(FaultAsked, TheMarkerStandsOnADivergence) {
  // A layer before it is sound.
  std::vector<std::string> arguments = shadow("8-9");
  arguments.emplace_back("--keep-going");
  expect_same_marker(Folder(), "0:60", 9, arguments);
}

TEST(FaultAsked, TheMarkerStandsOnADeadlock) {
  expect_same_marker(Folder(), "13:1", 3, drive("3-4"));
}

TEST(FaultAsked, TheMarkerStandsOnAnOverflow) {
  std::vector<std::string> arguments = overflowing();
  arguments.erase(arguments.begin(), arguments.begin() + 4);
  expect_same_marker(Folder(), "0:0", 3, arguments);
}

}  // namespace
}  // namespace uvea::test
