// The width that psums need: computed beforehand, and found by running the chip with just that, and
// with one bit less.

#include "sw/mapper/psum_range.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sw/nn/arithmetic/reference.h"
#include "sw/report/psum_overflow.h"
#include "sw/user_error.h"
#include "tb/config/chip_file.h"
#include "tb/tests/chip/layer_case.h"

namespace uvea::test {
namespace {

/// A case whose sums are large, with requantisation that shows every one of them.
LayerCase large_sums(std::uint64_t seed) {
  LayerCase c = random_case(seed);
  for (auto& weight : c.layer.weights)
    weight = static_cast<std::int16_t>(std::clamp(weight * 40, -127, 127));
  return c;
}

/// "overflows mismatches" of a run with this psum width.
std::pair<std::uint64_t, bool> run(LayerCase c, const mapper::Mapping& mapping, int bits) {
  c.chip.pe.psum_bits = bits;
  const std::string answer = in_own_process([&]() -> std::string {
    tb::LayerJob job;
    job.layer = &c.layer;
    job.mapping = mapping;
    job.tensors = driver::plan_alone(c.layer, mapping, false, false);
    const tb::LayerOutcome outcome = tb::run_layers(c.chip, {job}, c.input).front();
    const bool right = outcome.output.bytes == nn::conv_reference(c.layer, c.input).bytes;
    return std::to_string(outcome.record.counters[hw::Counter::pe_overflows]) +
           (right ? " right" : " wrong");
  });
  return {std::strtoull(answer.c_str(), nullptr, 10), answer.find("right") != std::string::npos};
}

TEST(PsumRange, IsWhatTheChipNeedsToTheBit) {
  constexpr std::uint64_t first = 1, last = 150;
  std::printf("seeds %d to %d\n", static_cast<int>(first), static_cast<int>(last));
  int narrower = 0, wrapped_but_right = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const LayerCase c = large_sums(seed);
    mapper::Mapping mapping;
    try {
      mapping = mapper::map_layer(c.layer, tb::sizes_of(c.chip));
    } catch (const UserError&) {
      continue;
    }
    const auto range = mapper::psum_range(c.layer, mapping, tb::sizes_of(c.chip), c.input);
    if (range.bits_for_all <= 12 || range.bits_for_all > 31) continue;
    const auto [none, right] = run(c, mapping, range.bits_for_all);
    EXPECT_EQ(none, 0U) << c.describe();
    EXPECT_TRUE(right) << c.describe();
    EXPECT_GT(run(c, mapping, range.bits_for_all - 1).first, 0U) << c.describe();
    ++narrower;
    if (range.bits_for_results < 12 || range.bits_for_results == range.bits_for_all) continue;
    const auto [wrapped, still_right] = run(c, mapping, range.bits_for_results);
    EXPECT_GT(wrapped, 0U) << c.describe();
    EXPECT_TRUE(still_right) << c.describe();
    ++wrapped_but_right;
  }
  EXPECT_GE(narrower, 20);
  EXPECT_GE(wrapped_but_right, 2);
}

TEST(PsumRange, CountsThePsumsThatDoNotFit) {
  LayerCase c = random_case_on_default_chip(1);
  c.layer.geo = nn::ConvGeometry{};
  c.layer.geo.in_c = 2;
  c.layer.geo.out_c = 3;
  c.layer.in = {1.0, 0, true};
  c.layer.weights = {127, 127, 100, -100, 1, 1};
  c.input.bytes = {127, 127};
  mapper::ChipSizes sizes = tb::sizes_of(c.chip);
  sizes.psum_bits = 15;
  const auto range = mapper::psum_range(c.layer, mapper::Mapping{}, sizes, c.input);
  EXPECT_EQ(range.psums, 3);
  EXPECT_EQ(range.not_fitting, 1) << "2 * 127 * 127 is above 2^14";
  EXPECT_EQ(range.bits_for_results, 16);
  EXPECT_EQ(range.bits_for_all, 16);
}

TEST(PsumOverflow, TheSentenceNamesWidthAndOption) {
  report::PsumOverflow o{20, 31, 8, 4, 4, 21, 22, 4};
  const std::string wrong = report::sentence(o);
  for (const char* part :
       {"8 additions wrapped at 20 bits", "4 of 4 psums do not fit", "4 oacts differ",
        "21 bits make every psum right", "exact", "--set pe.psum_bits=22"})
    EXPECT_NE(wrong.find(part), std::string::npos) << part << ": " << wrong;
  o.not_fitting = o.mismatches = 0;
  EXPECT_NE(report::sentence(o).find("all 4 psums came back into range and are right"),
            std::string::npos);
  o.bits_for_results = 33;
  EXPECT_NE(report::sentence(o).find("more than pe.psum_bits can be (31)"), std::string::npos);
}

}  // namespace
}  // namespace uvea::test
