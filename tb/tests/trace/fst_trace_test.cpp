// A waveform written from synthetic events and read back.

#include "tb/trace/fst_trace.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tb/tests/trace/fst_reading.h"
#include "tb/trace/fst_check.h"
#include "tb/trace/trace_plan.h"
#include "tb/trace/trace_probe.h"

namespace uvea::test {
namespace {

using namespace trace;
using Group = Probe::Group;

constexpr std::uint64_t kPeriod = 5000;

/// A chip of two PEs for a number of cycles; layers `begin`..`end` in its cycles.
Fragment small_chip(const TraceChoice& choice, const std::vector<LayerSpan>& layers,
                    int shift = 0) {
  const int file = make_scratch_file("chip");
  EventLog::Options options;
  options.file = file;
  TraceProbe probe(choice, "chip", options);
  const auto first = probe.add_states("chip.pe_0", "stall", Group::stall, {"mac", "wait"});
  const auto second = probe.add_states("chip.pe_1", "stall", Group::stall, {"mac", "wait"});
  const auto fill = probe.add_values("chip.pe_1", "fill", Group::spad, "words");
  const auto lanes = probe.add_values("chip.pe_1", "mac_lanes", Group::mac, "lanes");
  const auto link = probe.add_items("chip.pe_1", "iact", Group::links);
  const auto data = probe.add_items("dram", "data", Group::dram);
  probe.name_source(7, "chip.glb.bank_0");
  const Cycle begin = layers.front().begin, end = layers.back().end;
  // The second PE's come later, in the past.
  probe.state(first, 0, begin, begin + 4);
  probe.state(first, 1, begin + 4, end);
  probe.state(second, 1, begin, begin + 2);
  probe.state(second, 0, begin + 6, begin + 8);
  probe.value(fill, begin + 3, 5 + shift);
  probe.value(fill, begin + 5, -1);
  probe.value(lanes, begin + 1, 2);
  probe.value(lanes, begin + 3, 0);
  probe.item(link, {7, 41}, 3, begin + 2, begin + 5);
  probe.item(link, {7, 42}, 2, begin + 5, begin + 7);
  probe.item(link, {9, 1}, 1, begin + 8, begin + 9);
  probe.item(data, {0, 0}, 64, begin + 1, begin + 5);
  probe.item(data, {0, 1}, 7, begin + 3, begin + 5);
  const std::uint64_t chunks = probe.finish(begin, end);
  EXPECT_EQ(write_info(file, chunks, {probe.kept(), probe.sources(), layers, 0}), 0);
  Fragment fragment(file);
  ::close(file);
  return fragment;
}

class FstTraceTest : public ::testing::Test {
 protected:
  const std::string file_ = "fst_trace_test." + std::to_string(::getpid()) + ".fst";
  ~FstTraceTest() override { ::unlink(file_.c_str()); }

  ReadWaveform written(const std::vector<const Fragment*>& fragments, const TraceChoice& choice) {
    FstTrace::Options options;
    options.file = file_;
    options.period_ps = kPeriod;
    options.layers = {{"1 conv", ""}, {"2 pad", ""}, {"3 conv", "2 pad"}};
    const TracePlan plan = plan_trace(fragments, choice);
    FstTrace trace(options, fragments.front()->info());
    for (const TracePiece& piece : plan.pieces)
      trace.append(*fragments[piece.fragment], piece.offset, piece.from, piece.to);
    trace.close(plan.end);
    EXPECT_EQ(why_broken_waveform(file_), "");
    return read_waveform(file_);
  }
};

std::string at(const ReadWaveform& waveform, const std::string& signal, Cycle cycle) {
  return waveform[signal].named_at(cycle * kPeriod);
}

TEST_F(FstTraceTest, ClockTogglesAndValuesChangeOnItsRisingEdges) {
  const Fragment fragment = small_chip({}, {{0, 100, 120, false}});
  const ReadWaveform waveform = written({&fragment}, {});
  EXPECT_TRUE(waveform.in_order);
  EXPECT_EQ(waveform.exponent, -12);
  EXPECT_EQ(waveform.begin, 0u);
  EXPECT_EQ(waveform.end, 20 * kPeriod);
  const auto& clk = waveform["chip.clk"].changes;
  ASSERT_EQ(clk.size(), 41u);
  for (std::size_t i = 0; i < clk.size(); ++i) {
    EXPECT_EQ(clk[i].first, i * kPeriod / 2);
    EXPECT_EQ(clk[i].second, i % 2 == 0 ? "1" : "0");
  }
  for (const auto& [name, signal] : waveform.signals) {
    if (name == "chip.clk" || name == "chip.rst_n") continue;
    for (const auto& change : signal.changes) EXPECT_EQ(change.first % kPeriod, 0u) << name;
  }
  const std::vector<std::pair<std::uint64_t, std::string>> reset{{0, "0"}, {kPeriod / 2, "1"}};
  EXPECT_EQ(waveform["chip.rst_n"].changes, reset);
}

TEST_F(FstTraceTest, StatesByNameWithTheGapsBetween) {
  const Fragment fragment = small_chip({}, {{0, 100, 120, false}});
  const ReadWaveform waveform = written({&fragment}, {});
  const std::vector<std::string> first{"mac", "mac", "mac", "mac", "wait", "wait"};
  const std::vector<std::string> second{"wait", "wait", "none", "none", "none",
                                        "none", "mac",  "mac",  "none"};
  for (Cycle c = 0; c < first.size(); ++c) EXPECT_EQ(at(waveform, "chip.pe_0.stall", c), first[c]);
  for (Cycle c = 0; c < second.size(); ++c)
    EXPECT_EQ(at(waveform, "chip.pe_1.stall", c), second[c]) << c;
}

TEST_F(FstTraceTest, ValuesAndItems) {
  const Fragment fragment = small_chip({}, {{0, 100, 120, false}});
  const ReadWaveform waveform = written({&fragment}, {});
  EXPECT_EQ(at(waveform, "chip.pe_1.fill_words", 2), std::string(32, 'x'));
  EXPECT_EQ(waveform["chip.pe_1.fill_words"].number_at(3 * kPeriod), 5);
  EXPECT_EQ(waveform["chip.pe_1.fill_words"].number_at(5 * kPeriod), -1);
  const std::string iact = "chip.pe_1.iact.";
  const std::vector<int> serial{0, 0, 41, 41, 41, 42, 42, 0, 1, 0};
  for (Cycle c = 0; c < serial.size(); ++c) {
    EXPECT_EQ(at(waveform, iact + "busy", c), serial[c] == 0 ? "0" : "1");
    EXPECT_EQ(waveform[iact + "serial"].number_at(c * kPeriod), serial[c]);
  }
  EXPECT_EQ(at(waveform, iact + "who", 2), "glb.bank_0");
  EXPECT_EQ(at(waveform, iact + "who", 7), "nobody");
  EXPECT_EQ(at(waveform, iact + "who", 8), "unnamed");
  EXPECT_EQ(waveform[iact + "words"].number_at(2 * kPeriod), 3);
  EXPECT_EQ(waveform["dram.data.at_once"].number_at(2 * kPeriod), 1);
  EXPECT_EQ(waveform["dram.data.at_once"].number_at(3 * kPeriod), 2);
  EXPECT_EQ(waveform["dram.data.at_once"].number_at(5 * kPeriod), 0);
}

TEST_F(FstTraceTest, CurvesOfTheChipSumUpItsTracks) {
  const Fragment fragment = small_chip({}, {{0, 100, 120, false}});
  const ReadWaveform waveform = written({&fragment}, {});
  const std::vector<int> mac{1, 1, 1, 1, 0, 0, 1, 1, 0}, wait{1, 1, 0, 0, 1, 1, 1, 1, 1},
      macs{0, 2, 2, 0, 0, 0, 0, 0, 0}, bytes{0, 16, 16, 20, 19, 0, 0, 0, 0};
  for (Cycle c = 0; c < mac.size(); ++c) {
    const auto number = [&](const char* name) {
      return waveform[std::string("chip.") + name].number_at(c * kPeriod);
    };
    EXPECT_EQ(number("pes_mac_PEs"), mac[c]) << c;
    EXPECT_EQ(number("pes_wait_PEs"), wait[c]) << c;
    EXPECT_EQ(number("macs_per_cycle"), macs[c]) << c;
    EXPECT_EQ(number("dram_bytes_per_cycle"), bytes[c]) << c;
  }
  EXPECT_DOUBLE_EQ(std::stod(waveform["chip.mean_of_256_cycles.dram_bytes_per_cycle"].at(0)),
                   (71 * 256 / 20) / 256.0);
}

TEST_F(FstTraceTest, LayersFollowEachOtherWhateverTheirChipsCount) {
  const Fragment first = small_chip({}, {{0, 100, 120, false}});
  const Fragment second = small_chip({}, {{2, 7, 30, false}}, 2);
  const ReadWaveform waveform = written({&first, &second}, {});
  EXPECT_TRUE(waveform.in_order);
  EXPECT_EQ(waveform.end, 43 * kPeriod);
  EXPECT_EQ(waveform["chip.layer_number"].number_at(19 * kPeriod), 1);
  EXPECT_EQ(waveform["chip.layer_number"].number_at(20 * kPeriod), 3);
  EXPECT_EQ(waveform["chip.layer"].at(20 * kPeriod), "3 conv");
  EXPECT_EQ(waveform["chip.host_before"].at(20 * kPeriod), "2 pad");
  EXPECT_EQ(at(waveform, "chip.pe_0.stall", 19), "wait");
  EXPECT_EQ(at(waveform, "chip.pe_0.stall", 20), "mac");
  EXPECT_EQ(at(waveform, "chip.pe_1.fill_words", 22), std::string(32, 'x'));
  EXPECT_EQ(waveform["chip.pe_1.fill_words"].number_at(23 * kPeriod), 7);
  EXPECT_EQ(waveform["chip.rst_n"].at(20 * kPeriod), "0");
  EXPECT_EQ(waveform["chip.rst_n"].at(21 * kPeriod), "1");
}

TEST_F(FstTraceTest, ChainedLayersAreOfOneChip) {
  const Fragment chain = small_chip({}, {{0, 10, 20, false}, {2, 20, 35, false}});
  const ReadWaveform waveform = written({&chain}, {});
  EXPECT_EQ(waveform["chip.layer_number"].number_at(9 * kPeriod), 1);
  EXPECT_EQ(waveform["chip.layer_number"].number_at(10 * kPeriod), 3);
  EXPECT_EQ(waveform["chip.rst_n"].at(10 * kPeriod), "1");
}

TEST_F(FstTraceTest, WindowShowsWhatTheWholeShowsThere) {
  const Fragment first = small_chip({}, {{0, 100, 120, false}});
  const Fragment second = small_chip({}, {{2, 7, 30, false}}, 2);
  const ReadWaveform all = written({&first, &second}, {});
  TraceChoice choice;
  choice.from = TraceMoment{{}, 4, {}};
  choice.to = TraceMoment{2, 6, {}};
  const ReadWaveform some = written({&first, &second}, choice);
  EXPECT_EQ(some.begin, 4 * kPeriod);
  EXPECT_EQ(some.end, 26 * kPeriod);
  for (const auto& [name, signal] : all.signals) {
    for (Cycle c = 4; c < 26; ++c)
      EXPECT_EQ(some[name].at(c * kPeriod), signal.at(c * kPeriod)) << name << " " << c;
  }
}

TEST_F(FstTraceTest, NamesAreThoseOfTheChoice) {
  const auto names = [&](const TraceChoice& choice) {
    const Fragment fragment = small_chip(choice, {{0, 100, 120, false}});
    std::string all;
    for (const auto& [name, signal] : written({&fragment}, {}).signals) all += name + " ";
    return all;
  };
  const std::string top = "chip.clk chip.host_before chip.layer chip.layer_number ";
  TraceChoice choice;
  choice.groups = TraceChoice::bit(Group::spad);
  EXPECT_EQ(names(choice), top + "chip.pe_1.fill_words chip.rst_n ");
  choice.groups = ~TraceChoice::kChip;
  choice.scopes = {"*.pe_0", "d?am"};
  EXPECT_EQ(names(choice), top +
                               "chip.pe_0.stall chip.rst_n dram.data.at_once dram.data.busy "
                               "dram.data.serial dram.data.who dram.data.words ");
  choice.groups = TraceChoice::kChip;
  choice.scopes = {};
  EXPECT_EQ(names(choice),
            "chip.clk chip.dram_bytes_per_cycle chip.host_before chip.layer chip.layer_number "
            "chip.macs_per_cycle chip.mean_of_256_cycles.dram_bytes_per_cycle "
            "chip.mean_of_256_cycles.macs_per_cycle chip.mean_of_256_cycles.pes_mac_PEs "
            "chip.mean_of_256_cycles.pes_wait_PEs chip.pes_mac_PEs chip.pes_wait_PEs chip.rst_n ");
}

TEST_F(FstTraceTest, BrokenFileIsFound) {
  const Fragment fragment = small_chip({}, {{0, 100, 5000, false}});
  written({&fragment}, {});
  ASSERT_EQ(::truncate(file_.c_str(), 400), 0);
  EXPECT_EXIT(::_exit(why_broken_waveform(file_).empty() ? 0 : 1), ::testing::ExitedWithCode(1),
              "");
}

}  // namespace
}  // namespace uvea::test
