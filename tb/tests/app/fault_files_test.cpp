// What a run leaves of its first fault: a waveform that ends behind the moment, views with the marker
// there, the replay file or the command, and on the screen the first multiply-accumulate that
// differs or the chain of waits.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>

#include "tb/tests/app/fault_run.h"
#include "tb/tests/trace/fst_reading.h"

namespace uvea::test {
namespace {

namespace fs = std::filesystem;

/// The waveform that a run has left of a fault in a layer, and that it is named; the views are there,
/// and so is their marker.
struct Left {
  ReadWaveform waveform;
  std::uint64_t marker = 0;   ///< cycle of the layer
  std::uint64_t of_chip = 0;  ///< the same, as the divergence has it
};
Left left_by(const Ended& ended, const std::string& stem) {
  Left left;
  EXPECT_EQ(ended.status, 1) << ended.err;
  for (const char* ending : {".fst", ".gtkw", ".sucl"}) {
    EXPECT_TRUE(fs::exists(stem + ending)) << ended.err;
    EXPECT_TRUE(has(ended.err, stem + ending)) << ended.err;
  }
  if (!fs::exists(stem + ".fst")) return left;
  left.waveform = read_waveform(stem + ".fst");
  EXPECT_TRUE(left.waveform.in_order);
  EXPECT_LE(left.waveform.end - left.waveform.begin, (2000 + kAfter) * kPeriod);
  left.marker = marker_in(stem);
  EXPECT_EQ(number_behind(ended.err, "its marker stands in cycle "), left.marker) << ended.err;
  left.of_chip =
      has(ended.err, " of the layer: ") ? number_behind(ended.err, " of the layer: ") : left.marker;
  return left;
}

TEST(FaultFiles, AWrongValue) {
  const Folder folder;
  const Ended ended = run_faulty(folder, "0:20", shadow("7-7"));
  const auto [waveform, marker, of_chip] = left_by(ended, folder.path("out/uvea-fault-7"));
  EXPECT_EQ(of_chip, number_behind(ended.err.substr(ended.err.find("  expected  ")), " in cycle "));
  // The layer ends some cycles behind it.
  EXPECT_GT(waveform.end, (marker + 1) * kPeriod);
  EXPECT_LE(waveform.end, (marker + 1 + kAfter) * kPeriod);
  // Of the cluster concerned, and the PE's psum is what was expected.
  for (const auto& [name, signal] : waveform.signals) {
    if (has(name, ".cluster_")) {
      EXPECT_TRUE(has(name, ".cluster_0_0.")) << name;
    }
  }
  EXPECT_EQ(waveform["chip.cluster_0_0.pes.pe_0_0.psum_out_0_psum"].number_at(marker * kPeriod),
            static_cast<std::int64_t>(number_behind(ended.err, "  expected  ")));
  EXPECT_TRUE(fs::exists(folder.path("out/uvea-replay-7-1.txt")));
  EXPECT_TRUE(has(ended.err, "uvea-replay-7-1.txt")) << ended.err;
  // The fault is on the pins: no MAC differs.
  EXPECT_TRUE(has(ended.err, "the fault lies behind the MACs")) << ended.err;
}

TEST(FaultFiles, AnotherCycle) {
  const Folder folder;
  const Ended ended = run_faulty(folder, "10:0", shadow("7-7"));
  const auto [waveform, marker, of_chip] = left_by(ended, folder.path("out/uvea-fault-7"));
  const std::uint64_t expected = number_behind(ended.err, "  expected  cycle ");
  EXPECT_EQ(number_behind(ended.err, "  got       cycle "), expected + 1) << ended.err;
  EXPECT_EQ(of_chip, expected);
  // Both cycles are to be seen, and some more where the layer went on.
  EXPECT_GE(waveform.end, (marker + 2) * kPeriod);
  EXPECT_LE(waveform.end, (marker + 2 + kAfter) * kPeriod);
  EXPECT_TRUE(fs::exists(folder.path("out/uvea-replay-7-1.txt")));
}

TEST(FaultFiles, RtlThatStopsIsToldAtOnceWithWhatTheModelDid) {
  const Folder folder;
  const Ended ended = run_faulty(folder, "13:3", shadow("4-4"));
  const auto [waveform, marker, of_chip] = left_by(ended, folder.path("out/uvea-fault-4"));
  EXPECT_TRUE(has(ended.err, "RTL: nothing goes on in it from cycle ")) << ended.err;
  EXPECT_TRUE(has(ended.err, "first divergence: psum offer number 3\n")) << ended.err;
  EXPECT_TRUE(has(ended.err, "  got       nothing\n")) << ended.err;
  const std::uint64_t expected = number_behind(ended.err, "  expected  cycle ");
  EXPECT_EQ(of_chip, expected);
  // Not at the layer's end.
  EXPECT_LT(number_behind(ended.err, "; it is cycle "), expected + 200) << ended.err;
  EXPECT_TRUE(has(content_of(folder.path("out/results.json")), "\"stopped\": true"));
  // The model's event stands alone.
  EXPECT_TRUE(
      has(ended.err, "  cycle " + std::to_string(expected) + "     psum offer            \n"))
      << ended.err;
  EXPECT_TRUE(fs::exists(folder.path("out/uvea-replay-4-1.txt")));
}

/// The command that a run has printed comes to the same fault.
void expect_again(const Folder& folder, const Ended& ended, const std::string& fault) {
  ASSERT_TRUE(has(ended.err, "\nagain: ")) << ended.err;
  const std::size_t at = ended.err.find("\nagain: ") + 8;
  const Ended again =
      run_in_shell(folder.path(""), ended.err.substr(at, ended.err.find('\n', at) - at));
  EXPECT_EQ(again.status, 1) << again.err;
  EXPECT_TRUE(has(again.err, fault)) << again.err;
}

TEST(FaultFiles, ADeadlock) {
  const Folder folder;
  const Ended ended = run_faulty(folder, "13:1", drive("3-4"));
  const auto [waveform, marker, of_chip] = left_by(ended, folder.path("out/uvea-fault-3"));
  // The RTL has taken all that a chunk needs, and never offers its psums: that is what is missing.
  const std::string pe = "chip.cluster_0_0.pes.pe_0_0";
  const std::string circle = "deadlock: " + pe +
                             " waits for its psums to be offered by the RTL from " + pe +
                             " since cycle ";
  EXPECT_TRUE(has(ended.err, circle)) << ended.err;
  EXPECT_LE(number_behind(ended.err, circle), of_chip);
  // Most of the chip waits behind it, through blocks that have nothing: they are no ends of their own.
  EXPECT_GT(number_behind(ended.err.substr(ended.err.find(circle)), "; "), 10U) << ended.err;
  EXPECT_TRUE(has(ended.err, "more wait behind")) << ended.err;
  EXPECT_FALSE(has(ended.err, "starvation: ")) << ended.err;
  // Not where the patience ended: where the last block began to wait.
  EXPECT_LT(marker, 100000U);
  EXPECT_EQ(waveform.end, (marker + 1 + kAfter) * kPeriod);
  EXPECT_TRUE(has(ended.err, "--layers 3-3\n")) << ended.err;
  // It is broken off, its oacts are not called wrong.
  EXPECT_FALSE(has(ended.err, "oacts")) << ended.err;
  const std::string results = content_of(folder.path("out/results.json"));
  EXPECT_TRUE(has(results, "\"broken_off\": true"));
  EXPECT_FALSE(has(results, "\"stopped\": true"));
  expect_again(folder, ended, "no progress for 1000000 cycles");
}

TEST(FaultFiles, ABrokenRule) {
  const Folder folder;
  const Ended ended = run_faulty(folder, "6:12", drive("4-4"));
  const auto [waveform, marker, of_chip] = left_by(ended, folder.path("out/uvea-fault-4"));
  EXPECT_EQ(of_chip, number_behind(ended.err, "chip.cluster_0_0.pes.pe_0_0 at ") / 5) << ended.err;
  // The run ends at it.
  EXPECT_GE(waveform.end, (marker + 1) * kPeriod);
  EXPECT_LE(waveform.end, (marker + 1 + kAfter) * kPeriod);
  expect_again(folder, ended, "model fault: layer 4 (dw2): chip.cluster_0_0.pes.pe_0_0 at ");
}

TEST(FaultFiles, ADrivenLayerOfOtherCycles) {
  const Folder folder;
  std::vector<std::string> all = drive("4-4");
  all.back() = "all";
  const Ended ended = run_faulty(folder, "10:0", all);
  const auto [waveform, marker, of_chip] = left_by(ended, folder.path("out/uvea-fault-4"));
  EXPECT_EQ(waveform.end, marker * kPeriod);  // the layer's end
  EXPECT_EQ(marker, number_behind(ended.err, "layer 4 (dw2): "));
  expect_again(folder, ended, " cycles with the RTL in the PEs' place, ");
}

TEST(FaultFiles, AnOverflowInStrictMode) {
  const Folder folder;
  std::vector<std::string> arguments = overflowing();
  arguments.insert(arguments.end(), {"--out", folder.path("out")});
  const Ended ended = run_program(arguments);
  const auto [waveform, marker, of_chip] = left_by(ended, folder.path("out/uvea-fault-3"));
  std::smatch found;
  const std::regex told(
      "the first psum overflow: (chip\\.cluster_\\d_\\d\\.pes\\.pe_\\d_\\d) in cycle (\\d+): iact "
      "(-?\\d+) \\* weight (-?\\d+) = (-?\\d+) makes psum \\d+ of its chunk (-?\\d+)\n");
  ASSERT_TRUE(std::regex_search(ended.err, found, told)) << ended.err;
  EXPECT_EQ(std::stol(found[3]) * std::stol(found[4]), std::stol(found[5]));
  // The sum with it is what leaves 14 bits.
  const long wrapped = std::stol(found[6]), before = wrapped - std::stol(found[5]);
  EXPECT_TRUE(before >= 8192 || before < -8192) << found[0];
  EXPECT_EQ(number_behind(ended.err, " of the layer: "), std::stoul(found[2])) << ended.err;
  EXPECT_EQ(waveform.end, (marker + 1 + kAfter) * kPeriod);
  // The PE is at work in that cycle.
  EXPECT_GT(waveform[found[1].str() + ".mac_lanes"].number_at((marker - 1) * kPeriod), 0);
  expect_again(folder, ended, "psum overflows by ");
}

TEST(FaultFiles, OfManyOverflowingPesAFewAreNamedAndTheOthersCounted) {
  const Folder folder;
  const Ended ended =
      run_program({"run", "--quiet", "--batch", "1", "--strict", "--set", "pe.psum_bits=12",
                   "--layers", "1-2", "--out", folder.path("out")});
  EXPECT_EQ(ended.status, 1);
  for (const std::string layer : {"layer 1 (stem): ", "layer 2 (dw1): "}) {
    const std::regex line("model fault: " + std::regex_replace(layer, std::regex("[()]"), "\\$&") +
                          "(chip\\.\\S+|\\d+ more PEs): (\\d+) psum overflows by ");
    std::vector<std::string> who;
    std::uint64_t sum = 0;
    for (std::sregex_iterator at(ended.err.begin(), ended.err.end(), line), end; at != end; ++at) {
      who.push_back((*at)[1]);
      sum += std::stoull((*at)[2]);
    }
    ASSERT_EQ(who.size(), 3U) << ended.err;
    EXPECT_EQ(who.front().rfind("chip.", 0), 0U);
    EXPECT_TRUE(has(who.back(), " more PEs")) << who.back();
    EXPECT_EQ(sum, number_behind(ended.err, layer + "psum overflow: ")) << ended.err;
  }
}

TEST(FaultFiles, OfSeveralPesTheMarkerStandsOnTheOneThatDiffersFirst) {
  const Folder folder;
  const Ended ended = run_faulty(
      folder, "10:0", {"--layers", "7-7", "--rtl", "shadow", "--rtl-pe", "all", "--keep-going"});
  const Left left = left_by(ended, folder.path("out/uvea-fault-7"));
  // All that was told, by the cycle that was expected: it is the earlier one.
  std::vector<std::pair<std::uint64_t, std::string>> told;
  const std::regex one("\nPE (\\S+) [^]*?\n  expected [^\n]*cycle (\\d+)\n");
  for (std::sregex_iterator at(ended.err.begin(), ended.err.end(), one), end; at != end; ++at)
    told.emplace_back(std::stoull((*at)[2]), (*at)[1]);
  ASSERT_GT(told.size(), 10U) << ended.err;
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end(),
                             [](const auto& a, const auto& b) { return a.first < b.first; }));
  EXPECT_LT(told.front().first, told.back().first);
  EXPECT_EQ(left.of_chip, told.front().first);
  EXPECT_TRUE(has(content_of(folder.path("out/uvea-fault-7.gtkw")), "\n-" + told.front().second));
}

TEST(FaultFiles, OfSeveralFaultsTheFirstHasAWaveform) {
  const Folder folder;
  std::vector<std::string> arguments = shadow("5-9");
  arguments.emplace_back("--keep-going");
  const Ended ended = run_faulty(folder, "9:0", arguments);
  const Left left = left_by(ended, folder.path("out/uvea-fault-5"));
  int waveforms = 0, replays = 0;
  for (const std::string& name : folder.names()) {
    waveforms += has(name, ".fst") ? 1 : 0;
    replays += has(name, "uvea-replay-") ? 1 : 0;
  }
  EXPECT_EQ(waveforms, 1);
  EXPECT_GT(replays, 1);
}

TEST(FaultFiles, ASoundRunLeavesNone) {
  const Folder folder;
  const Ended ended = run_faulty(folder, "0:4000000", shadow("4-4"));
  EXPECT_EQ(ended.status, 0) << ended.err;
  for (const std::string& name : folder.names()) EXPECT_FALSE(has(name, "uvea-")) << name;
}

TEST(FaultFiles, APlaceThatCannotBeWrittenCostsTheFilesAndNothingElse) {
  const Folder folder;
  fs::create_directories(folder.path("out/uvea-fault-4.fst/in the way"));
  const Ended ended = run_faulty(folder, "0:40", shadow("4-4"));
  EXPECT_EQ(ended.status, 1);
  EXPECT_TRUE(has(ended.err, "first divergence: ")) << ended.err;
  EXPECT_TRUE(has(ended.err, "of the fault, or a view of it, is missing: waveform '")) << ended.err;
  EXPECT_TRUE(fs::exists(folder.path("out/uvea-replay-4-1.txt")));
  EXPECT_TRUE(fs::exists(folder.path("out/results.json")));

  // A limit on the size of files, in blocks of 512 bytes: nothing fits but the message.
  std::string line = "ulimit -f 1 && " UVEA_FAULTY_BINARY " run --quiet --batch 1 --out small";
  for (const std::string& word : shadow("4-4")) line += " " + word;
  ::setenv("UVEA_TEST_FAULT", "0:40", 1);
  const Ended limited = run_in_shell(folder.path(""), line);
  EXPECT_EQ(limited.status, 1) << limited.err;
  EXPECT_TRUE(has(limited.err, "first divergence: ")) << limited.err;
  EXPECT_TRUE(has(limited.err,
                  "of the fault, or a view of it, is missing: waveform 'small/uvea-fault-4.fst' "
                  "cannot be written: temporary files beside it: File too large\n"))
      << limited.err;
  EXPECT_TRUE(has(limited.err, "uvea: error: --out")) << limited.err;
  EXPECT_FALSE(fs::exists(folder.path("small/uvea-fault-4.fst")));
}

}  // namespace
}  // namespace uvea::test
