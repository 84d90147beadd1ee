// What the blocks of a chip tell a probe agrees with what they count, on random layers and chips;
// telling it changes nothing; what is lost on the way is found.

#include <gtest/gtest.h>

#include "sw/nn/arithmetic/reference.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/sim/hooks.h"
#include "tb/tests/chip/layer_case.h"
#include "tb/tests/chip/probe_check.h"

namespace uvea::test {
namespace {

/// Runs the case in a process of its own, watched by the probe (or nobody), and returns what is
/// wrong with the run, then `more(record)`.
std::string run(const LayerCase& c, const mapper::Mapping& mapping, RecordingProbe* probe,
                const std::function<std::string(const hw::LayerRecord&)>& more) {
  return in_own_process([&]() -> std::string {
    tb::RunHooks hooks;
    if (probe != nullptr) hooks.on_built = [probe](hw::Chip& chip) { chip.watch(probe); };
    const auto outcome = tb::run_layers_with(hooks, c.chip, {c.job(mapping)}, c.input).front();
    std::string wrong;
    for (const std::string& fault : outcome.faults) wrong += fault + "\n";
    if (outcome.output.bytes != nn::conv_reference(c.layer, c.input).bytes)
      wrong += "oacts differ\n";
    return wrong + more(outcome.record);
  });
}

std::string cycles_of(const hw::LayerRecord& record) { return std::to_string(record.cycles()); }

/// Every third case on DRAM that has banks and a mapping that nobody searched for.
void vary(LayerCase& c) {
  c.chip.control.dma_line_bytes = 0;  // those need another memory
  if (c.seed % 3 == 0) c.chip.dram.timing = hw::DramTiming::ddr4_3200;
}

/// Iacts of padding come from nowhere.
bool pads(const LayerCase& c) {
  const nn::ConvGeometry& g = c.layer.geo;
  const bool below = (g.out_h - 1) * g.stride_h + g.reach_h() > g.in_h + g.pad_top;
  const bool right = (g.out_w - 1) * g.stride_w + g.reach_w() > g.in_w + g.pad_left;
  return g.pad_top > 0 || g.pad_left > 0 || below || right;
}

TEST(ChipProbe, WhatBlocksTellIsWhatTheyCount) {
  constexpr std::uint64_t kSeeds = 30;
  std::printf("seeds 1 to %d\n", static_cast<int>(kSeeds));
  int layers = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    LayerCase c = seed % 5 == 0 ? long_case(seed) : random_case(seed);
    vary(c);
    mapper::Mapping mapping;
    try {
      mapping = seed % 2 == 0 ? random_mapping(c, seed)
                              : mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    } catch (const UserError&) {
      continue;
    }
    ++layers;
    RecordingProbe probe;
    const std::string watched = run(c, mapping, &probe, [&](const hw::LayerRecord& record) {
      return probe_faults(probe.record(), record) + origin_faults(probe.record(), !pads(c)) +
             cycles_of(record);
    });
    EXPECT_EQ(watched, run(c, mapping, nullptr, cycles_of)) << c.describe();
  }
  EXPECT_GE(layers, 15);
}

TEST(ChipProbe, WhatIsLostIsFound) {
  const LayerCase c = random_case_on_default_chip(3);
  const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
  const auto faults = [&](const LosingProbe::Loss& loss) {
    LosingProbe probe(loss);
    return run(c, mapping, &probe, [&](const hw::LayerRecord& record) {
      return (probe.lost() ? "" : "nothing was lost\n") + probe_faults(probe.record(), record) +
             origin_faults(probe.record(), !pads(c));
    });
  };
  EXPECT_EQ(faults({"", 0, 1}), "nothing was lost\n");
  const std::string rootless = faults({"", link::Probe::kRequests, 0});
  EXPECT_NE(rootless.find("come from no DRAM read"), std::string::npos) << rootless;
  struct Case {
    const char* track;
    std::uint64_t number;
    const char* found;
  };
  for (const Case& one : {
           Case{".stall", 5, "PE cycles of class"},
           Case{"cluster_0_0.pes.pe_0_0.mac_lanes", 3, "lanes fed"},
           Case{".chunks", 2, "passed nowhere"},
           Case{".iact", 3, "iact words of PEs"},
           Case{".weight", 3, "weight words of PEs"},
           Case{".psum_out", 3, "psum words of PEs"},
           Case{"iact_router_1.pe.bursts", 2, "iact word hops"},
           Case{"weight_router_0.pe.bursts", 1, "weight word hops"},
           Case{"psum_router_0.local.bursts", 1, "psum word hops"},
           Case{"iact_glb.bank0.read", 1, "words read from iact banks"},
           Case{"weight_port.port0.bursts", 1, "words of weight ports"},
           Case{".final", 1, "words to output stages"},
           Case{".psums", 1, "words of output stages"},
           Case{".dma.reads", 1, "bytes read by the DMA"},
           Case{".dma.writes", 1, "bytes written by the DMA"},
           Case{".requests", 2, "bytes of requests"},
           Case{".transactions", 2, "bytes of DRAM transactions"},
       }) {
    const std::string found = faults({one.track, 0, one.number});
    EXPECT_NE(found.find(one.found), std::string::npos) << one.track << ": " << found;
    EXPECT_EQ(found.find("nothing was lost"), std::string::npos) << one.track;
  }
}

TEST(ChipProbe, WhatIsLostOfABanksPortIsFoundInItsUse) {
  // Not every layer has all of it.
  constexpr std::uint64_t kSeeds = 40;
  for (const auto& [track, found] : std::vector<std::pair<std::string, std::string>>{
           {".iact_glb.bank0.read", ".iact_glb.out0: "},
           {".iact_glb.bank0.nulls", ".iact_glb.out0: "},
           {".iact_glb.bank0.write", ".iact_glb.out0: "},
           {".psum_glb.bank0.read", ".psum_glb.to_router0: "},
           {".psum_glb.bank0.write", ".psum_glb.from_router0: "},
           {".psum_glb.bank0.final", ".psum_glb.from_router0: "},
           {".dropped", ".psum_glb.from_router"}}) {
    bool lost = false;
    for (std::uint64_t seed = 1; seed <= kSeeds && !lost; ++seed) {
      LayerCase c = seed % 5 == 0 ? long_case(seed) : random_case(seed);
      vary(c);
      mapper::Mapping mapping;
      try {
        mapping = random_mapping(c, seed);
      } catch (const UserError&) {
        continue;
      }
      LosingProbe probe(LosingProbe::Loss{track, 0, 1});
      const std::string wrong = run(c, mapping, &probe, [&](const hw::LayerRecord& record) {
        return (probe.lost() ? "lost\n" : "") + use_faults(probe.record(), record);
      });
      lost = wrong.rfind("lost\n", 0) == 0;
      EXPECT_EQ(wrong.find(found) != std::string::npos, lost) << track << ": " << wrong;
    }
    EXPECT_TRUE(lost) << "none of " << kSeeds << " layers has " << track;
  }
}

}  // namespace
}  // namespace uvea::test
