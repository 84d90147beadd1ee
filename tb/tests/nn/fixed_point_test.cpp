// Corners of the rescaling arithmetic, against exact rational arithmetic.

#include "sw/nn/arithmetic/fixed_point.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace uvea::nn {
namespace {

constexpr std::int32_t kLowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kHighest = std::numeric_limits<std::int32_t>::max();

TEST(QuantizeMultiplier, SplitsIntoMantissaAndShift) {
  const Requant half = quantize_multiplier(0.5);
  EXPECT_EQ(half.multiplier, 1 << 30);
  EXPECT_EQ(half.shift, 0);
  const Requant three = quantize_multiplier(3.0);
  EXPECT_EQ(three.multiplier, 3 << 29);
  EXPECT_EQ(three.shift, 2);
}

TEST(QuantizeMultiplier, MantissaThatRoundsToOneMovesIntoTheShift) {
  const Requant r = quantize_multiplier(1.0 - 1e-12);
  EXPECT_EQ(r.multiplier, 1 << 30);
  EXPECT_EQ(r.shift, 1);
}

TEST(QuantizeMultiplier, ZeroAndTheTiniestFactorsBecomeZero) {
  EXPECT_EQ(quantize_multiplier(0.0).multiplier, 0);
  EXPECT_EQ(quantize_multiplier(std::ldexp(1.0, -33)).multiplier, 0);
  EXPECT_EQ(quantize_multiplier(std::ldexp(1.0, -33)).shift, 0);
  EXPECT_EQ(quantize_multiplier(std::ldexp(1.0, -32)).multiplier, 1 << 30);
  EXPECT_EQ(quantize_multiplier(std::ldexp(1.0, -32)).shift, -31);
}

TEST(QuantizeMultiplier, RefusesWhatDoesNotFit) {
  EXPECT_THROW(quantize_multiplier(-1.0), std::invalid_argument);
  EXPECT_THROW(quantize_multiplier(std::ldexp(1.0, 30)), std::invalid_argument);
  EXPECT_THROW(quantize_multiplier(std::nan("")), std::invalid_argument);
  EXPECT_THROW(quantize_multiplier(std::numeric_limits<double>::infinity()), std::invalid_argument);
  EXPECT_EQ(quantize_multiplier(std::ldexp(1.0, 30) * 0.75).shift, 30);
}

TEST(HighMul, SaturatesOnlyWhereItMust) {
  EXPECT_EQ(saturating_rounding_doubling_high_mul(kLowest, kLowest), kHighest);
  EXPECT_EQ(saturating_rounding_doubling_high_mul(kLowest, kHighest), -kHighest);
  EXPECT_EQ(saturating_rounding_doubling_high_mul(kHighest, kHighest), kHighest - 1);
}

TEST(HighMul, RoundsToNearestWithHalvesUp) {
  // 2ab / 2^32 = +-0.5 and just beside it.
  EXPECT_EQ(saturating_rounding_doubling_high_mul(1 << 15, 1 << 15), 1);
  EXPECT_EQ(saturating_rounding_doubling_high_mul((1 << 15) - 1, 1 << 15), 0);
  EXPECT_EQ(saturating_rounding_doubling_high_mul(-(1 << 15), 1 << 15), 0);
  EXPECT_EQ(saturating_rounding_doubling_high_mul(-(1 << 15) - 1, 1 << 15), -1);
}

TEST(RoundingDivide, HalvesGoAwayFromZero) {
  EXPECT_EQ(rounding_divide_by_pot(3, 1), 2);
  EXPECT_EQ(rounding_divide_by_pot(-3, 1), -2);
  EXPECT_EQ(rounding_divide_by_pot(5, 2), 1);
  EXPECT_EQ(rounding_divide_by_pot(-5, 2), -1);
  EXPECT_EQ(rounding_divide_by_pot(-6, 2), -2);
  EXPECT_EQ(rounding_divide_by_pot(kLowest, 31), -1);
  EXPECT_EQ(rounding_divide_by_pot(kHighest, 31), 1);
  EXPECT_EQ(rounding_divide_by_pot(kLowest, 0), kLowest);
}

TEST(RoundingDivide, MatchesRoundingOfTheExactQuotient) {
  constexpr unsigned seed = 20;
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 200000; ++i) {
    const auto x = static_cast<std::int32_t>(random());
    const int exponent = static_cast<int>(random() % 32);
    EXPECT_EQ(rounding_divide_by_pot(x, exponent), std::llround(std::ldexp(x, -exponent)))
        << x << " / 2^" << exponent;
  }
}

// Twice rounded, so at most one step from the exact product, and never more than half a step plus
// what the first rounding may add.
TEST(MultiplyByQuantizedMultiplier, StaysWithinItsRoundings) {
  constexpr unsigned seed = 21;
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> exponent(-20.0, 0.0);
  for (int i = 0; i < 200000; ++i) {
    const auto x = static_cast<std::int32_t>(random());
    const double factor = std::exp2(exponent(random));
    const Requant r = quantize_multiplier(factor);
    const double exact = static_cast<double>(x) * r.multiplier * std::ldexp(1.0, r.shift - 31);
    const double allowed = 0.5 + std::ldexp(0.5, r.shift) + 1e-6;
    EXPECT_LE(std::abs(multiply_by_quantized_multiplier(x, r) - exact), allowed)
        << x << ' ' << factor;
  }
}

TEST(MultiplyByQuantizedMultiplier, LeftShiftWrapsInsteadOfBeingUndefined) {
  const Requant times_four = quantize_multiplier(4.0 * 0.999999);
  EXPECT_EQ(multiply_by_quantized_multiplier(1000, times_four), 4000);
  EXPECT_NO_FATAL_FAILURE(multiply_by_quantized_multiplier(kHighest, times_four));
  EXPECT_EQ(wrapping_add(kHighest, 1), kLowest);
}

TEST(Requantize, AddsBiasOffsetsAndClamps) {
  const Requant half = quantize_multiplier(0.5);
  EXPECT_EQ(requantize(100, 20, half, -10, -128, 127), 50);
  EXPECT_EQ(requantize(100000, 0, half, 0, -128, 100), 100);
  EXPECT_EQ(requantize(-100000, 0, half, 0, -5, 127), -5);
}

TEST(MultiplyHalfEven, RoundsTheExactProductOnce) {
  std::mt19937_64 random(7);
  std::uniform_int_distribution<int> shift(-40, 30);
  for (int i = 0; i < 100000; ++i) {
    const auto x = static_cast<std::int32_t>(random());
    // Few bits now and then, so that halves occur.
    Requant r{static_cast<std::int32_t>(random() & kHighest), shift(random)};
    if (i % 2 == 0) r.multiplier &= 3 << 29;
    // 62 bits do not fit a double; the quotient of what a long double holds is exact.
    const long double product = static_cast<long double>(std::int64_t{x} * r.multiplier);
    const long double exact = std::rint(std::ldexp(product, r.shift - 31));
    const long double bounded =
        std::clamp<long double>(exact, std::ldexp(-1.0L, 31), std::ldexp(1.0L, 31) - 1);
    ASSERT_EQ(static_cast<long double>(multiply_half_even(x, r)), bounded)
        << x << " * " << r.multiplier << " shift " << r.shift;
  }
}

TEST(MultiplyHalfEven, HalvesGoToTheEvenNeighbour) {
  const Requant half = quantize_multiplier(0.5);
  for (const auto& [x, rounded] : {std::pair{1, 0}, {3, 2}, {5, 2}, {-1, 0}, {-3, -2}, {-5, -2}}) {
    EXPECT_EQ(multiply_half_even(x, half), rounded);
    EXPECT_EQ(requantize(x, 0, half, 10, -128, 127, Rounding::half_even), 10 + rounded);
  }
  EXPECT_EQ(requantize(1, 0, half, 10, -128, 127), 11);
}

TEST(MultiplyHalfEven, ExtremeShiftsSaturateOrVanish) {
  const Requant large{1 << 30, 1000}, small{kHighest, -1000}, edge{kHighest, -32};
  EXPECT_EQ(multiply_half_even(1, large), kHighest);
  EXPECT_EQ(multiply_half_even(-1, large), kLowest);
  EXPECT_EQ(multiply_half_even(0, large), 0);
  EXPECT_EQ(multiply_half_even(kLowest, small), 0);
  EXPECT_EQ(multiply_half_even(kLowest, edge), 0);
  EXPECT_EQ(requantize(kHighest, 0, large, -128, -128, 127, Rounding::half_even), 127);
}

TEST(ActivationRange, BoundsAreCodesOfTheRealBounds) {
  const Quantization signed_out{0.05, -20, true};
  EXPECT_EQ(activation_range(Activation::none, signed_out).min, -128);
  EXPECT_EQ(activation_range(Activation::relu, signed_out).min, -20);
  EXPECT_EQ(activation_range(Activation::relu, signed_out).max, 127);
  EXPECT_EQ(activation_range(Activation::relu6, signed_out).max, 100);
  EXPECT_EQ(activation_range(Activation::relu_n1_to_1, signed_out).min, -40);
  EXPECT_EQ(activation_range(Activation::relu_n1_to_1, signed_out).max, 0);
  const Quantization unsigned_out{0.01, 30, false};
  EXPECT_EQ(activation_range(Activation::relu6, unsigned_out).min, 30);
  EXPECT_EQ(activation_range(Activation::relu6, unsigned_out).max, 255);
  // So fine a scale that the bound in steps does not fit an int.
  EXPECT_EQ(activation_range(Activation::relu6, {1e-30, 0, true}).max, 127);
}

}  // namespace
}  // namespace uvea::nn
