// The output stage's arithmetic against the reference's, which shares no code with it.

#include "hw/cluster/requantize.h"

#include <gtest/gtest.h>

#include <random>

#include "sw/nn/arithmetic/fixed_point.h"

namespace uvea {
namespace {

TEST(Requantize, ChipAndReferenceAgree) {
  constexpr std::uint64_t seed = 31;
  std::mt19937_64 random(seed);
  const auto below = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  int between = 0, roundings_differ = 0;
  for (int i = 0; i < 300000; ++i) {
    // Operands of every magnitude, halves among the products, shifts beyond what an importer makes.
    const auto psum = static_cast<std::int32_t>(static_cast<std::int32_t>(random()) >> below(32));
    const auto bias = static_cast<std::int32_t>(static_cast<std::int32_t>(random()) >> below(32));
    auto multiplier = static_cast<std::int32_t>(random() & 0x7fffffff) >> below(31);
    if (below(2) == 0) multiplier &= ~0x1fffffff;
    const hw::ChannelParams params{bias, multiplier, below(72) - 40};
    const bool half_even = below(2) == 0;
    const int zero_point = below(256) - 128;
    const std::int32_t expected = nn::requantize(
        psum, bias, {multiplier, std::max(params.shift, half_even ? -40 : -31)}, zero_point, -128,
        127, half_even ? nn::Rounding::half_even : nn::Rounding::twice);
    const std::int32_t code = hw::requantize(psum, params, {zero_point, -128, 127, half_even});
    ASSERT_EQ(code, expected) << "seed " << seed << ", " << psum << " + " << bias << ", "
                              << multiplier << " shift " << params.shift << ", half even "
                              << half_even;
    hw::OactRange other{zero_point, -128, 127, !half_even};
    roundings_differ += hw::requantize(psum, params, other) != code ? 1 : 0;
    between += code != -128 && code != 127 && code != zero_point ? 1 : 0;
  }
  EXPECT_GT(between, 10000);
  EXPECT_GT(roundings_differ, 100);
}

}  // namespace
}  // namespace uvea
