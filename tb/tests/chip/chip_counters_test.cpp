// No counter of the table is lost: each is counted by some layer, and those of different blocks that
// count the same words agree, with the ports' busy cycles too.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hw/command/layer_command.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/layer_case.h"

namespace uvea::test {
namespace {

using hw::Counter;

std::uint64_t busy(const hw::LayerRecord& record, const std::vector<std::string>& kinds) {
  std::uint64_t cycles = 0;
  for (const hw::Resource& resource : record.resources) {
    if (std::find(kinds.begin(), kinds.end(), resource.kind) != kinds.end())
      cycles += resource.busy;
  }
  return cycles;
}

/// The DRAM channels' busy cycles against the bursts on their buses: a rest of a cycle each, at both
/// ends of a layer. They are never busy or held longer than the layer takes.
std::string channel_faults(const hw::LayerRecord& record, const hw::ChipConfig& chip) {
  if (chip.dram.timing != hw::DramTiming::ddr4_3200) return {};
  const hw::CounterSink& c = record.counters;
  const double bursts = static_cast<double>(c[Counter::dram_column_reads]) +
                        static_cast<double>(c[Counter::dram_column_writes]);
  const double burst_ns = chip.dram.burst_length / 2 * chip.dram.tck_ns;
  const double cycles = bursts * burst_ns * chip.control.clock_mhz / 1000.0;
  const auto told = static_cast<double>(busy(record, {"DRAM channel"}));
  std::string wrong;
  if (std::abs(told - cycles) > 2 * chip.dram.channels)
    wrong += "DRAM channels: busy " + std::to_string(told) + ", their bursts take " +
             std::to_string(cycles) + "\n";
  for (const hw::Resource& resource : record.resources) {
    if (resource.kind == "DRAM channel" && resource.busy + resource.held > record.cycles() + 2)
      wrong += resource.path + ": busy and held longer than the layer takes\n";
  }
  return wrong;
}

/// What does not go together, a line each.
std::string disagreements(const hw::LayerRecord& record, const hw::ChipConfig& chip) {
  std::string wrong;
  const hw::CounterSink& c = record.counters;
  const auto same = [&wrong](const char* what, std::uint64_t a, std::uint64_t b) {
    if (a != b)
      wrong += std::string(what) + ": " + std::to_string(a) + ", " + std::to_string(b) + "\n";
  };
  const auto at_most = [&wrong](const char* what, std::uint64_t a, std::uint64_t b) {
    if (a > b)
      wrong += std::string(what) + ": " + std::to_string(a) + ", " + std::to_string(b) + "\n";
  };
  same("weights: sent by ports, taken by the mesh", c[Counter::port_weight_words],
       c[Counter::noc_weight_words]);
  at_most("iacts: sent by banks and FIFOs, taken by the mesh with nulls",
          c[Counter::glb_iact_reads] + c[Counter::fifo_iact_words], c[Counter::noc_iact_words]);
  at_most("bytes: asked for or given by ports and output stages, and by all",
          c[Counter::port_weight_bytes] + c[Counter::output_param_bytes] +
              c[Counter::output_write_bytes] + hw::kDescriptorBytes,
          c[Counter::dma_request_bytes]);
  same("DRAM accesses: by row, by command",
       c[Counter::dram_row_hits] + c[Counter::dram_row_misses] + c[Counter::dram_row_conflicts],
       c[Counter::dram_column_reads] + c[Counter::dram_column_writes]);
  same("weight ports: words, busy", c[Counter::port_weight_words], busy(record, {"weight port"}));
  same("output stages: words, busy",
       c[Counter::output_psum_words] * static_cast<std::uint64_t>(chip.port.output_beat_cycles),
       busy(record, {"output port"}));
  const auto mesh = [&](const char* what, hw::Counter hops, const std::vector<std::string>& kinds) {
    // A narrow bus spreads the beats of a burst.
    if (chip.noc.kind == hw::NocKind::flat)
      at_most(what, c[hops], busy(record, kinds));
    else
      same(what, c[hops], busy(record, kinds));
  };
  mesh("iact mesh: word hops, busy", Counter::noc_iact_word_hops,
       {"iact link", "iact router port"});
  mesh("weight mesh: word hops, busy", Counter::noc_weight_word_hops,
       {"weight link", "weight router port"});
  // Two cycles a beat into a bank that is read and written.
  const std::uint64_t psum_busy = busy(record, {"psum link", "psum router port"});
  at_most("psum mesh: word hops, busy", c[Counter::noc_psum_word_hops], psum_busy);
  at_most("psum mesh: busy, twice the word hops", psum_busy, 2 * c[Counter::noc_psum_word_hops]);
  hw::StallCounts pes;
  for (const hw::PeRecord& pe : record.pes) {
    same(pe.path.c_str(), pe.stalls.total(), record.cycles());
    pes += pe.stalls;
  }
  if (!(pes == record.stalls)) wrong += "the PEs do not add up to the layer's classes\n";
  return wrong;
}

/// Case `seed`, every second one with real DRAM (every fourth: of one bank), every third with psums
/// too narrow for it. A line of a digit for each counter, 1 when the layer counted it, then
/// disagreements(); empty when the layer cannot be mapped. `spoil`: changes the record first.
std::string run(std::uint64_t seed, void (*spoil)(hw::LayerRecord&) = nullptr) {
  LayerCase c = random_case(seed);
  if (seed % 2 == 0) {
    c.chip.dram.timing = hw::DramTiming::ddr4_3200;
    c.chip.dram.queue_depth = 2;
    c.chip.dram.trefi_ns = 1000;
    if (seed % 4 == 0) c.chip.dram.bank_groups = c.chip.dram.banks_per_group = 1;
  }
  if (seed % 3 == 0) c.chip.pe.psum_bits = 12;
  if (seed % 5 == 0) {
    c.chip.control.serial_io = true;
    c.chip.control.io_link_bits = 32;
  }
  return in_own_process([&]() -> std::string {
    mapper::Mapping mapping;
    try {
      mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    } catch (const UserError&) {
      return {};
    }
    hw::LayerRecord record = tb::run_layers(c.chip, {c.job(mapping)}, c.input)[0].record;
    if (spoil != nullptr) spoil(record);
    std::string counted;
    for (const std::uint64_t value : record.counters.values()) counted += value > 0 ? '1' : '0';
    return counted + "\n" + disagreements(record, c.chip) + channel_faults(record, c.chip);
  });
}

TEST(ChipCounters, EachIsCountedAndThoseOfTheSameWordsAgree) {
  constexpr std::uint64_t kSeeds = 24;
  std::printf("seeds 1 to %d\n", static_cast<int>(kSeeds));
  std::string seen(hw::kCounters, '0');
  int layers = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const std::string told = run(seed);
    if (told.empty()) continue;
    ++layers;
    ASSERT_EQ(told.find('\n'), hw::kCounters) << "seed " << seed << ": " << told;
    EXPECT_EQ(told.substr(hw::kCounters + 1), "") << "seed " << seed;
    for (std::size_t i = 0; i < hw::kCounters; ++i)
      if (told[i] == '1') seen[i] = '1';
  }
  EXPECT_GE(layers, 12);
  for (std::size_t i = 0; i < hw::kCounters; ++i)
    EXPECT_EQ(seen[i], '1') << hw::kCounterTable[i].name << " was counted by no layer";
}

TEST(ChipCounters, AChannelsBurstThatIsCountedTwiceIsFound) {
  const std::string told = run(2, [](hw::LayerRecord& record) {
    for (hw::Resource& resource : record.resources)
      if (resource.kind == "DRAM channel") resource.busy = 2 * resource.busy + 4;
  });
  EXPECT_NE(told.find("DRAM channels: busy"), std::string::npos) << told;
}

TEST(ChipCounters, AWordThatIsCountedOnceTooOftenIsFound) {
  const std::string told =
      run(1, [](hw::LayerRecord& record) { ++record.counters[Counter::noc_weight_words]; });
  EXPECT_NE(told.find("weights: sent by ports"), std::string::npos) << told;
}

TEST(ChipCounters, ACycleInAnotherPesBookIsFound) {
  const std::string told = run(1, [](hw::LayerRecord& record) {
    ++record.pes.front().stalls.at(hw::Stall::imbalance);
    --record.pes.back().stalls.at(hw::Stall::imbalance);
  });
  EXPECT_NE(told.find("pe_0_0: "), std::string::npos) << told;
  EXPECT_EQ(told.find("do not add up"), std::string::npos) << told;
  const std::string missing = run(1, [](hw::LayerRecord& record) { record.pes.pop_back(); });
  EXPECT_NE(missing.find("the PEs do not add up"), std::string::npos) << missing;
}

}  // namespace
}  // namespace uvea::test
