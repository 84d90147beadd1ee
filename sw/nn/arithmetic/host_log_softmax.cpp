// Host operation log_softmax. uint8 is computed in single precision, int8 in 32-bit fixed point:
// each type as TensorFlow Lite 2.2.0 does it. Qi is a fixed-point number of i integer bits, a sign
// and 31 - i bits of fraction; polynomials, iterations and their constants are those of its kernels
// (and of gemmlowp beneath them), because every rounding shows.

#include <array>
#include <cmath>
#include <limits>

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/arithmetic/host_kernels.h"

namespace uvea::nn::host {
namespace {

constexpr std::int32_t kLargest = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kLowest = std::numeric_limits<std::int32_t>::min();

std::size_t size(int n) { return static_cast<std::size_t>(n); }

std::int32_t product(std::int32_t a, std::int32_t b) {
  return saturating_rounding_doubling_high_mul(a, b);
}

/// x * 2^exponent, rounded to the right, saturated to the left.
std::int32_t scaled(std::int32_t x, int exponent) {
  if (exponent <= 0) return rounding_divide_by_pot(x, -exponent);
  const std::int64_t wide = std::int64_t{x} * (std::int64_t{1} << exponent);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(wide, kLowest, kLargest));
}

std::int32_t half_sum(std::int32_t a, std::int32_t b) {
  const std::int64_t sum = std::int64_t{a} + b;
  return static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

int leading_zeros(std::int32_t x) {
  int count = 0;
  for (auto bits = static_cast<std::uint32_t>(x); count < 32 && (bits >> 31) == 0; bits <<= 1)
    ++count;
  return count;
}

/// e^x of a Q5 in (-32, 0], as Q0: a polynomial within a quarter, times a factor for each bit
/// above.
std::int32_t exp_of_negative(std::int32_t x) {
  if (x == 0) return kLargest;
  constexpr std::int32_t quarter = 1 << 24;
  const std::int32_t within = (x & (quarter - 1)) - quarter;
  const std::int32_t y = scaled(within, 5) + (1 << 28);  // around -1/8
  const std::int32_t y2 = product(y, y), y3 = product(y2, y), y4 = product(y2, y2);
  const std::int32_t higher = scaled(product(scaled(y4, -2) + y3, 715827883 /* 1/3 */) + y2, -1);
  constexpr std::int32_t middle = 1895147668;  // e^(-1/8)
  std::int32_t result = middle + product(middle, y + higher);
  // e^(-1/4), e^(-1/2), ... e^(-16)
  constexpr std::array<std::int32_t, 7> factors = {1672461947, 1302514674, 790015084, 290630308,
                                                   39332535,   720401,     242};
  const std::int32_t above = within - x;
  for (std::size_t bit = 0; bit < factors.size(); ++bit)
    if (((above >> (24 + bit)) & 1) != 0) result = product(result, factors[bit]);
  return result;
}

/// 1 / (1 + x) of a Q0 in [0, 1), by three steps of Newton and Raphson in Q2.
std::int32_t one_over_one_plus(std::int32_t x) {
  const std::int32_t half = half_sum(x, kLargest);
  std::int32_t y = 1515870810 /* 48/17 */ + product(half, -1010580540 /* -32/17 */);
  for (int i = 0; i < 3; ++i) y += scaled(product(y, (1 << 29) - product(half, y)), 2);
  return scaled(y, 1);
}

/// The natural logarithm of a Q12 of at least 1, as Q5: a power of two, and a quotient of
/// polynomials around the fourth root of 1/2 for the rest. Two such splittings are made; the
/// smaller rest is taken.
std::int32_t log_of(std::int32_t x) {
  constexpr std::int32_t log_2 = 1488522236, sqrt_half = 1518500250, root = 1805811301,
                         quarter = 1 << 23;  // Q6
  constexpr std::int32_t alpha_n = 117049297, alpha_d = 127690142, alpha_i = 1057819769,
                         alpha_f = 638450708;
  const int zeros = leading_zeros(x);
  const std::int32_t rest_a = scaled(product(scaled(x, zeros - 1), sqrt_half), 1);
  const std::int32_t power_a = scaled(12 - zeros, 25) + quarter;
  const int headroom = leading_zeros(product(x, sqrt_half)) - 1;
  const std::int32_t rest_b = scaled(x, headroom);
  const std::int32_t power_b = scaled(12 - headroom, 25) - quarter;
  const std::int32_t rest = std::min(rest_a, rest_b), power = std::max(power_a, power_b);
  const std::int32_t p = half_sum(rest, root), q = 2 * (rest - root);
  const std::int32_t square = product(q, q);
  const std::int32_t above = product(q, rest) + product(product(q, square), alpha_n);
  const std::int32_t below =
      product(p, alpha_i + q + product(alpha_d, square)) + product(alpha_f, q);
  return scaled(product(power, log_2) + product(scaled(above, -6), one_over_one_plus(below)), 1);
}

/// int8: the logarithms of a row.
class FixedPointRow {
 public:
  explicit FixedPointRow(double in_scale)
      : to_q5_(quantize_multiplier(std::min(in_scale * (1 << 26), 2147483647.0))),
        from_q5_(
            quantize_multiplier(static_cast<double>(1 << (31 - to_q5_.shift)) / to_q5_.multiplier)),
        // A distance beyond this does not fit.
        farthest_(-static_cast<int>(31.0 * (1 << 26) /
                                    static_cast<double>(std::int64_t{1} << to_q5_.shift))) {}

  void run(const Tensor& in, std::size_t row, std::size_t channels, Tensor& out) const {
    int largest = in.quant.lowest();
    for (std::size_t c = 0; c < channels; ++c) largest = std::max(largest, in.code(row + c));
    const auto distance = [&](std::size_t c) { return in.code(row + c) - largest; };
    const auto in_q5 = [&](std::size_t c) {
      return multiply_by_quantized_multiplier(distance(c), to_q5_);
    };
    std::int32_t sum = 0;  // Q12
    for (std::size_t c = 0; c < channels; ++c)
      if (distance(c) >= farthest_) sum += scaled(exp_of_negative(in_q5(c)), -12);
    const std::int32_t log_sum = log_of(sum);
    const int farthest =
        std::max(farthest_ - 1, multiply_by_quantized_multiplier(log_sum + kLowest, from_q5_));
    for (std::size_t c = 0; c < channels; ++c) {
      int code = out.quant.lowest();
      if (distance(c) > farthest)
        code = scaled(in_q5(c) - log_sum, -22) + out.quant.zero_point;  // sixteenths
      out.bytes[row + c] = to_byte(std::clamp(code, out.quant.lowest(), out.quant.highest()));
    }
  }

 private:
  Requant to_q5_, from_q5_;
  int farthest_;
};

void real_rows(const Tensor& in, Tensor& out) {
  const auto in_scale = static_cast<float>(in.quant.scale);
  const auto out_scale = static_cast<float>(out.quant.scale);
  std::array<float, 256> exp_of_distance{};
  for (std::size_t d = 0; d < exp_of_distance.size(); ++d)
    exp_of_distance[d] = std::exp(-in_scale * static_cast<float>(d));
  const std::size_t channels = size(in.shape.c());
  for (std::size_t row = 0; row < in.bytes.size(); row += channels) {
    int largest = in.quant.lowest();
    for (std::size_t c = 0; c < channels; ++c) largest = std::max(largest, in.code(row + c));
    float sum = 0.0F;
    for (std::size_t c = 0; c < channels; ++c)
      sum += exp_of_distance[size(largest - in.code(row + c))];
    const float offset = in_scale * static_cast<float>(largest) + std::log(sum);
    for (std::size_t c = 0; c < channels; ++c) {
      const float logarithm = in_scale * static_cast<float>(in.code(row + c)) - offset;
      const float steps = std::rint(logarithm / out_scale);
      const int code = static_cast<int>(std::clamp(steps, -1.0e6F, 1.0e6F)) + out.quant.zero_point;
      out.bytes[row + c] = to_byte(std::clamp(code, out.quant.lowest(), out.quant.highest()));
    }
  }
}

}  // namespace

void run(const LogSoftmax&, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  require(in.bytes.size() == out.bytes.size() && in.shape.c() == out.shape.c(),
          "log_softmax: input and output differ in shape");
  if (!in.quant.is_signed) {
    real_rows(in, out);
    return;
  }
  const FixedPointRow rows(in.quant.scale);
  const std::size_t channels = size(in.shape.c());
  for (std::size_t row = 0; row < in.bytes.size(); row += channels)
    rows.run(in, row, channels, out);
}

}  // namespace uvea::nn::host
