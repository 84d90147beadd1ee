// The chip on foreign memories: AT targets in the style of the TLM examples, and of DRAM models
// that do everything the standard allows.

#include "tb/tests/chip/foreign_memory.h"

#include <gtest/gtest.h>

#include "tb/config/chip_file.h"
#include "tb/tests/chip/hooked_run.h"

namespace uvea::test {
namespace {

using Parameters = tb::ExampleAtTarget::Parameters;

/// A random layer that is not too long, on bursts.
LayerCase burst_case(std::uint64_t seed) {
  LayerCase c = random_case(seed);
  c.chip.control.dma_line_bytes = 0;
  c.chip.control.dma_partial_write = hw::PartialWrite::byte_enable;
  c.chip.control.dma_end_resp = hw::EndResp::updated;
  return c;
}

std::string run_on(const LayerCase& c, const Parameters& parameters,
                   const std::function<std::string(const tb::ExampleAtTarget&)>& at_end) {
  const mapper::Mapping mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
  return in_own_process([&] {
    tb::ExampleAtTarget* memory = nullptr;
    Parameters fitted = parameters;
    fitted.block_bytes = static_cast<std::uint64_t>(c.chip.control.block_bytes());
    tb::RunHooks hooks = on_foreign_memory(fitted, &memory);
    std::string told;
    hooks.on_ended = [&](hw::Chip&) { told = at_end(*memory); };
    const std::string wrong = run_hooked(c, mapping, hooks, [] { return ""; });
    return wrong + told;
  });
}

std::string nothing(const tb::ExampleAtTarget&) { return ""; }

TEST(ForeignMemory, AnAtTargetServesTheChip) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Parameters parameters;
    parameters.seed = seed;
    const LayerCase c = burst_case(seed);
    EXPECT_EQ(run_on(c, parameters, nothing), "") << c.describe();
  }
}

TEST(ForeignMemory, EveryLegalAnswerAndDelayServesTheChip) {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    LayerCase c = burst_case(seed);
    Parameters parameters;
    parameters.seed = seed;
    parameters.annotate = true;
    parameters.out_of_order = true;
    parameters.longest_delay_cycles = 12;
    parameters.takes_completed = false;
    parameters.takes_updated = seed % 2 == 0;
    c.chip.control.dma_end_resp = seed % 2 == 0 ? hw::EndResp::updated : hw::EndResp::call;
    EXPECT_EQ(run_on(c, parameters,
                     [](const tb::ExampleAtTarget& memory) -> std::string {
                       const auto& n = memory.counts();
                       if (n.begun < 100) return "";
                       const bool all = n.end_req_at_once > 0 && n.end_req_later > 0 &&
                                        n.begin_resp_at_once > 0 && n.begin_resp_only > 0 &&
                                        n.completed_at_once > 0;
                       return all ? "" : "an answer was never given";
                     }),
              "")
        << c.describe();
  }
}

TEST(ForeignMemory, ATargetThatDoesNotLookForUpdatedNeedsTheCall) {
  LayerCase c = burst_case(3);
  Parameters parameters;
  parameters.takes_updated = false;
  c.chip.control.dma_end_resp = hw::EndResp::call;
  EXPECT_EQ(run_on(c, parameters, nothing), "");
  c.chip.control.dma_end_resp = hw::EndResp::updated;
  EXPECT_NE(run_on(c, parameters, nothing).find("does not look for"), std::string::npos);
}

TEST(ForeignMemory, LinesArriveWithByteEnablesAndWithout) {
  for (const bool masks : {true, false}) {
    for (const int line : {8, 64, 512}) {
      LayerCase c = burst_case(5);
      c.chip.control.dma_line_bytes = line;
      c.chip.control.dma_partial_write =
          masks ? hw::PartialWrite::byte_enable : hw::PartialWrite::read_modify_write;
      EXPECT_EQ(run_on(c, line_memory(c.chip, 7),
                       [&](const tb::ExampleAtTarget& memory) -> std::string {
                         const auto& n = memory.counts();
                         if (n.bytes != n.begun * static_cast<std::uint64_t>(line))
                           return "not all lines";
                         return (n.masked_writes > 0) == masks ? "" : "masks";
                       }),
                "")
          << "line " << line << " masks " << masks;
    }
  }
}

TEST(ForeignMemory, AMemoryOfLinesRefusesBurstsAndMasks) {
  LayerCase c = burst_case(5);
  c.chip.control.dma_line_bytes = 64;
  Parameters lines = line_memory(c.chip, 7);
  lines.byte_enables = false;
  const std::string masked = run_on(c, lines, nothing);
  EXPECT_NE(masked.find("byte enables"), std::string::npos) << masked;
  c.chip.control.dma_line_bytes = 0;
  EXPECT_NE(run_on(c, lines, nothing).find("not one line"), std::string::npos);
}

// What hung the chip: the memory refreshes, so that the kernel is never idle, and does not answer.
TEST(ForeignMemory, OneThatFallsSilentIsToldByTheWatchdog) {
  for (const std::uint64_t served : {0, 1, 30}) {
    LayerCase c = burst_case(4);
    c.chip.control.watchdog_cycles = 200000;
    Parameters parameters;
    parameters.refresh = sc_core::sc_time(7800, sc_core::SC_NS);
    parameters.silent_after = served;
    const std::string wrong = run_on(c, parameters, nothing);
    EXPECT_NE(wrong.find("no progress for 200000 cycles (control.watchdog_cycles)"),
              std::string::npos)
        << wrong;
    EXPECT_NE(wrong.find("chip.dma"), std::string::npos) << wrong;
    EXPECT_NE(wrong.find("starvation: "), std::string::npos) << wrong;
    EXPECT_NE(wrong.find("the DRAM to answer"), std::string::npos) << wrong;
  }
}

TEST(ForeignMemory, OneThatIsSlowAndRefreshesIsWaitedFor) {
  LayerCase c = burst_case(4);
  c.chip.control.watchdog_cycles = 200000;
  c.chip.control.dma_outstanding = 64;
  Parameters parameters;
  parameters.refresh = sc_core::sc_time(100, sc_core::SC_US);
  parameters.longest_delay_cycles = 190000;
  EXPECT_EQ(run_on(c, parameters, nothing), "");
}

}  // namespace
}  // namespace uvea::test
