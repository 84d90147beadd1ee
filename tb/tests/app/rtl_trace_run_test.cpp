// `uvea run --rtl --trace` and `uvea replay --trace`: RTL in the waveform, read back.

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>

#include "tb/tests/app/program.h"
#include "tb/tests/trace/fst_reading.h"
#include "tb/tests/trace/handshake_checks.h"

namespace uvea::test {
namespace {

constexpr const char* kPe = "chip.cluster_0_0.pes.pe_1_1";

std::vector<std::string> with(std::vector<std::string> all, const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

ReadWaveform waveform_of(const Folder& folder, const std::vector<std::string>& more) {
  const Ended ended = run_program(with({"run", "--batch", "1", "--quiet", "--layers", "1",
                                        "--rtl-pe", "0.1.1", "--trace", folder.path("w.fst")},
                                       more));
  EXPECT_EQ(ended.status, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  return read_waveform(folder.path("w.fst"));
}

bool is_rtl(const std::string& name) { return name.find(".rtl.") != std::string::npos; }

TEST(RtlTraceRun, FiltersAndTheRingHoldForRtl) {
  for (const char* mode : {"shadow", "drive"}) {
    const Folder folder;
    const ReadWaveform whole = waveform_of(folder, {"--rtl", mode});
    const std::uint64_t period = period_of(whole), end = whole.end / period;
    EXPECT_TRUE(whole.in_order);
    EXPECT_EQ(wrong_clock(whole, kPe), "");
    EXPECT_EQ(wrong_alignment(whole, kPe), "");
    for (const PinStream& stream : pin_streams(whole, kPe)) EXPECT_EQ(wrong_handshake(stream), "");
    struct Part {
      std::vector<std::string> options;
      std::uint64_t from, to;
      std::size_t least, most;  // signals of RTL
    };
    const std::vector<Part> parts{
        {{"--trace-last", "300"}, end - 300, end, 300, 3000},
        {{"--trace-signals", "rtl", "--trace-from", "200", "--trace-to", "400"}, 200, 400, 30, 60},
        {{"--trace-signals", "inside,stall"}, 0, end, 300, 3000},
        {{"--trace-scope", "*.rtl.i_epochs"}, 0, end, 10, 100},
        {{"--trace-scope", "*.pe_0_0"}, 0, end, 0, 0}};
    for (const Part& expected : parts) {
      const ReadWaveform part = waveform_of(folder, with({"--rtl", mode}, expected.options));
      EXPECT_EQ(part.begin, expected.from * period);
      EXPECT_EQ(part.end, expected.to * period);
      std::size_t signals = 0;
      for (const auto& [name, signal] : part.signals) {
        if (!is_rtl(name)) continue;
        ++signals;
        for (std::uint64_t time = part.begin; time < part.end; time += period)
          ASSERT_EQ(signal.at(time), whole[name].at(time)) << mode << " " << name << " " << time;
      }
      EXPECT_GE(signals, expected.least) << expected.options[0] << " " << expected.options[1];
      EXPECT_LE(signals, expected.most) << expected.options[0] << " " << expected.options[1];
    }
  }
}

/// Names without the numbers of instances, those inside of RTL left out: they are the Verilog's.
std::set<std::string> names_of(const ReadWaveform& waveform) {
  std::set<std::string> names;
  for (const auto& [name, signal] : waveform.signals) {
    const std::size_t rtl = name.find(".rtl.");
    if (rtl != std::string::npos) {
      const std::string last = name.substr(rtl + 5);
      const std::regex pin(".*(_i|_o|_[io]_[0-9]+)|expected_.*|differs");
      if (last.find('.') != std::string::npos || !std::regex_match(last, pin)) continue;
    }
    const std::size_t last = name.rfind('.');
    names.insert(std::regex_replace(name.substr(0, last), std::regex("[0-9]+"), "N") +
                 name.substr(last));
  }
  return names;
}

TEST(RtlTraceRun, NamesAreStable) {
  const Folder folder;
  std::string names;
  for (const std::string& name : names_of(waveform_of(folder, {"--rtl", "shadow"})))
    names += name + "\n";
  const std::string wanted = content_of(UVEA_SIGNAL_NAMES);
  if (names == wanted) return;
  const std::string file = "signal_names.txt";
  std::ofstream(file) << names;
  ADD_FAILURE() << "scripts and saved views know signals by their names. If the change is meant, "
                << file << " in the test's folder is the new " UVEA_SIGNAL_NAMES;
}

TEST(RtlTraceRun, ViewsHaveThePins) {
  const Folder folder;
  const ReadWaveform waveform = waveform_of(folder, {"--rtl", "shadow", "--trace-signals", "rtl"});
  const std::string view = content_of(folder.path("w.gtkw"));
  int shown = 0;
  for (const auto& [name, signal] : waveform.signals) {
    if (!is_rtl(name) || name.find(".clk_i") != std::string::npos ||
        name.find(".rst_ni") != std::string::npos)
      continue;
    ++shown;
    EXPECT_NE(view.find(name), std::string::npos) << name;
    EXPECT_NE(content_of(folder.path("w.sucl")).find(name), std::string::npos) << name;
  }
  EXPECT_GT(shown, 30);
}

/// The replay file of a layer with a fault of the kind and number (faulty_pe.h).
std::string replay_of(const Folder& folder, const std::string& fault) {
  run_in_shell(folder.path(""), "UVEA_TEST_FAULT=" + fault +
                                    " " UVEA_FAULTY_BINARY
                                    " run --batch 1 --quiet --layers 4 "
                                    "--rtl shadow --rtl-pe 0.0.0");
  for (const std::string& name : folder.names())
    if (name.rfind("uvea-replay-", 0) == 0) return name;
  return "";
}

TEST(RtlTraceRun, AReplayShowsBothSidesAndWhereTheyDiffer) {
  const Folder folder;
  const std::string name = replay_of(folder, "10:0");  // psums are offered a cycle late
  ASSERT_NE(name, "");
  // Healthy RTL.
  Ended ended = run_in_shell(folder.path(""), UVEA_BINARY " replay " + name + " --trace w.fst");
  EXPECT_EQ(ended.status, 0) << ended.err;
  const std::string pe = "replay.pe";
  const ReadWaveform healthy = read_waveform(folder.path("w.fst"));
  EXPECT_EQ(period_of(healthy), 1000u);
  EXPECT_EQ(wrong_clock(healthy, pe), "");
  EXPECT_EQ(wrong_alignment(healthy, pe), "");
  EXPECT_EQ(wrong_expectation(healthy, pe), "");
  EXPECT_GT(healthy.signals.size(), 300u);
  EXPECT_EQ(healthy.signals.count(pe + ".rtl.i_epochs.chunks"), 1u);
  EXPECT_NE(healthy[pe + ".stall"].named_at(healthy.end - 1000), "none");

  ended = run_in_shell(folder.path(""), "UVEA_TEST_FAULT=10:0 " UVEA_FAULTY_BINARY " replay " +
                                            name + " --trace w.fst");
  EXPECT_EQ(ended.status, 1) << ended.err;
  const std::size_t line = ended.err.find("\n  expected  cycle ");
  ASSERT_NE(line, std::string::npos) << ended.err;
  const std::uint64_t told = std::stoull(ended.err.substr(line + 19));
  const ReadWaveform faulty = read_waveform(folder.path("w.fst"));
  const std::vector<std::pair<std::uint64_t, std::string>> rises{{told * 1000, "1"}};
  const auto& differs = faulty[pe + ".rtl.differs"].changes;
  ASSERT_EQ(differs.size(), 2u);
  EXPECT_EQ(differs[0].second, "0");
  EXPECT_EQ(differs[1], rises[0]);
  EXPECT_EQ(faulty[pe + ".rtl.psum_out_valid_o"].at(told * 1000), "0");
  EXPECT_NE(content_of(folder.path("w.sucl")).find("cursor_set " + std::to_string(told * 1000)),
            std::string::npos);
}

}  // namespace
}  // namespace uvea::test
