// Eyexam's bounds against simulated cycles: none is above what the model takes, on random chips,
// with found mappings and with arbitrary ones.

#include "sw/mapper/eyexam.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "sw/mapper/mapping_file.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/layer_case.h"

namespace uvea::test {
namespace {

using Make = LayerCase (*)(std::uint64_t);
using Map = mapper::Mapping (*)(const LayerCase&);

mapper::Mapping found(const LayerCase& c) {
  return mapper::map_layer(c.layer, tb::sizes_of(c.chip));
}
mapper::Mapping arbitrary(const LayerCase& c) { return random_mapping(c, c.seed); }

/// A DMA that knows only lines runs on another memory here, with a latency of its own.
LayerCase on_own_memory(LayerCase c) {
  c.chip.control.dma_line_bytes = 0;
  return c;
}

std::uint64_t simulated_cycles(const LayerCase& c, const mapper::Mapping& mapping) {
  return std::stoull(in_own_process([&] {
    const auto outcomes = tb::run_layers(c.chip, {c.job(mapping)}, c.input);
    return std::to_string(outcomes.front().record.cycles());
  }));
}

/// What is wrong with the bounds, and, when UVEA_EYEXAM_PRINT is set, all of them.
std::string check(const LayerCase& c, const mapper::Mapping& mapping, std::uint64_t cycles,
                  double effectual) {
  const mapper::Eyexam exam = mapper::eyexam(c.layer, mapping, tb::sizes_of(c.chip), effectual);
  std::string wrong, all = fmt::format("{:>8} {:4}", cycles, mapping.csc ? "csc" : "raw");
  double before = 0;
  for (const mapper::EyexamStep& step : exam.steps) {
    all += fmt::format(" {:>9.1f}", step.cycles);
    if (step.cycles < before) wrong += step.name + ": below the step before it\n";
    if (step.cycles > static_cast<double>(cycles))
      wrong += fmt::format("{}: bound {} above {} simulated cycles: {}\n", step.name, step.cycles,
                           cycles, step.limit);
    if (step.limit.empty()) wrong += step.name + ": no words\n";
    before = step.cycles;
  }
  if (std::getenv("UVEA_EYEXAM_PRINT") != nullptr) std::puts(all.c_str());
  return wrong;
}

void hold(std::uint64_t first, int count, Make make, Map map) {
  if (const char* more = std::getenv("UVEA_EYEXAM_CASES")) count = std::atoi(more);
  int ran = 0;
  for (std::uint64_t seed = first; seed < first + static_cast<std::uint64_t>(count); ++seed) {
    const LayerCase c = on_own_memory(make(seed));
    mapper::Mapping mapping;
    try {
      mapping = map(c);
    } catch (const UserError&) {
      continue;
    }
    ++ran;
    const auto effectual = static_cast<double>(nn::effectual_macs(c.layer, c.input));
    EXPECT_EQ(check(c, mapping, simulated_cycles(c, mapping), effectual), "")
        << c.describe() << "\n"
        << mapper::to_text({{"layer", mapping}});
  }
  EXPECT_GE(ran, count * 9 / 10) << "seeds " << first << " to " << first + count - 1;
}

TEST(Eyexam, NoBoundIsAboveTheSimulationSeeds1To60) { hold(1, 60, random_case, found); }
TEST(Eyexam, NorWithArbitraryMappingsSeeds1001To1060) { hold(1001, 60, random_case, arbitrary); }
TEST(Eyexam, NorOnTheDefaultChipSeeds1To30) { hold(1, 30, random_case_on_default_chip, found); }
TEST(Eyexam, NorOfLongLayersSeeds1To15) { hold(1, 15, long_case, arbitrary); }

// The check sees a bound that is too high: a run that claims fewer cycles than it took.
TEST(Eyexam, ABoundThatIsTooHighIsFound) {
  const LayerCase c = on_own_memory(random_case_on_default_chip(3));
  const mapper::Mapping mapping = found(c);
  const auto effectual = static_cast<double>(nn::effectual_macs(c.layer, c.input));
  const mapper::Eyexam exam = mapper::eyexam(c.layer, mapping, tb::sizes_of(c.chip), effectual);
  const auto last = static_cast<std::uint64_t>(exam.steps.back().cycles);
  EXPECT_NE(check(c, mapping, last - 1, effectual).find("access pattern: bound"),
            std::string::npos);
}

}  // namespace
}  // namespace uvea::test
