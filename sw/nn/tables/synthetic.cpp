#include "sw/nn/tables/synthetic.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

#include "sw/nn/arithmetic/fixed_point.h"

namespace uvea::nn {

namespace {

constexpr double weight_sigma = 24.0;
constexpr double iact_sigma = 40.0;
constexpr int weight_highest = 127;
constexpr int iact_highest = 255;
constexpr int bias_highest = 1 << 20;    // never reached: the last quantile is 4.3 deviations
constexpr double psum_limit = 524288.0;  // 2^19: 20 bits, signed
constexpr double psum_deviations = 8.0;

enum class Kind : std::uint64_t { weights = 1, iacts = 2, bias = 3, requant = 4 };

/// The finaliser of splitmix64 over a running sum: neighbouring keys give unrelated seeds.
std::uint64_t mix(std::uint64_t state, std::uint64_t key) {
  state += 0x9e3779b97f4a7c15U * (key + 1);
  state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9U;
  state = (state ^ (state >> 27)) * 0x94d049bb133111ebU;
  return state ^ (state >> 31);
}

class Stream {
 public:
  Stream(std::uint64_t seed, int layer, Kind kind, int image)
      : engine_(mix(mix(mix(mix(0, seed), static_cast<std::uint64_t>(layer)),
                        static_cast<std::uint64_t>(kind)),
                    static_cast<std::uint64_t>(image))) {}

  std::uint64_t next() { return engine_(); }

  /// Uniform in [0, bound), bound > 0: draws under the next power of two until one fits.
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t mask = bound - 1;
    for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
    for (;;)
      if (const std::uint64_t draw = next() & mask; draw < bound) return draw;
  }

  /// Uniform in [0, 1), 53 bits.
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::mt19937_64 engine_;
};

/// Inverse of a rounded normal distribution at the 65,536 quantiles (i + 1/2) / 65536, without 0.
template <typename T>
using Quantiles = std::vector<T>;

constexpr std::size_t quantile_count = 65536;

/// Values 1..highest of |x|, x normal: value v where the half-normal's distribution passes v + 1/2;
/// what would round to 0 is 1.
template <typename T>
Quantiles<T> half_normal(double sigma, int highest, std::size_t count) {
  Quantiles<T> values(count);
  int value = 1;
  double passed = std::erf((value + 0.5) / (sigma * std::sqrt(2.0)));
  for (std::size_t i = 0; i < count; ++i) {
    const double u = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    while (value < highest && u >= passed) {
      ++value;
      passed = std::erf((value + 0.5) / (sigma * std::sqrt(2.0)));
    }
    values[i] = static_cast<T>(value);
  }
  return values;
}

template <typename T>
Quantiles<T> normal(double sigma, int highest) {
  auto values = half_normal<T>(sigma, highest, quantile_count / 2);
  values.reserve(quantile_count);
  for (std::size_t i = 0; i < quantile_count / 2; ++i) values.push_back(static_cast<T>(-values[i]));
  return values;
}

template <typename T>
double mean_square(const Quantiles<T>& values) {
  double sum = 0.0;
  for (const T value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

/// `wanted` positions out of the `there` elements of data[0, size) that are zero (or are not),
/// every choice equally likely; `use` must turn a position into the other kind.
template <typename T, typename Use>
void pick(const T* data, std::size_t size, bool zeros, std::size_t there, std::size_t wanted,
          Stream& stream, Use use) {
  if (wanted == 0) return;
  if (there >= size / 64) {  // common enough to be met by trying
    while (wanted > 0) {
      const auto i = static_cast<std::size_t>(stream.below(size));
      if ((data[i] == 0) != zeros) continue;
      use(i);
      --wanted;
    }
    return;
  }
  std::vector<std::size_t> positions;
  positions.reserve(there);
  for (std::size_t i = 0; i < size; ++i)
    if ((data[i] == 0) == zeros) positions.push_back(i);
  for (std::size_t k = 0; k < wanted; ++k) {
    std::swap(positions[k], positions[k + stream.below(positions.size() - k)]);
    use(positions[k]);
  }
}

/// Fills data[0, size) with exactly round(density * size) non-zeros. Each element first decides on
/// its own; then a few, chosen at random, are taken back or added until the count is right. Both
/// steps treat all positions alike, so every choice of positions is equally likely.
template <typename T>
void fill(T* data, std::size_t size, double density, const Quantiles<T>& values, Stream& stream) {
  const auto wanted = static_cast<std::size_t>(std::llround(density * static_cast<double>(size)));
  const double share = static_cast<double>(wanted) / static_cast<double>(size);
  const auto threshold = static_cast<std::uint64_t>(share * 4294967296.0);
  std::size_t count = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::uint64_t draw = stream.next();
    const bool chosen = (draw & 0xffffffffU) < threshold;
    data[i] = chosen ? values[draw >> 48] : T{0};
    count += chosen ? 1 : 0;
  }
  if (count < wanted)
    pick(data, size, true, size - count, wanted - count, stream,
         [&](std::size_t i) { data[i] = values[stream.next() >> 48]; });
  else
    pick(data, size, false, count, count - wanted, stream, [&](std::size_t i) { data[i] = 0; });
}

const TableDensity& table_entry(const Network& network, int layer) {
  const auto at = network.table.find(layer);
  if (at == network.table.end() || layer < 0 ||
      static_cast<std::size_t>(layer) >= network.layers.size() ||
      !network.layers[static_cast<std::size_t>(layer)].on_chip())
    throw std::out_of_range("layer " + std::to_string(layer) + " is not a layer of a table");
  return at->second;
}

Tensor make_iacts(const ConvLayer& conv, double density, const Quantiles<std::uint8_t>& values,
                  std::uint64_t seed, int layer) {
  Tensor iacts;
  iacts.shape = {conv.geo.batch, conv.geo.in_h, conv.geo.in_w, conv.geo.in_c};
  iacts.quant = conv.in;
  iacts.bytes.resize(iacts.shape.elements());
  const std::size_t image = iacts.bytes.size() / static_cast<std::size_t>(conv.geo.batch);
  for (int n = 0; n < conv.geo.batch; ++n) {
    Stream stream(seed, layer, Kind::iacts, n);
    fill(iacts.bytes.data() + static_cast<std::size_t>(n) * image, image, density, values, stream);
  }
  // Value above the zero point -128 to two's-complement code.
  for (std::uint8_t& byte : iacts.bytes) byte = static_cast<std::uint8_t>(byte ^ 0x80U);
  return iacts;
}

void make_bias(ConvLayer& conv, double deviation, std::uint64_t seed, int layer) {
  const auto values = normal<std::int32_t>(deviation, bias_highest);
  Stream stream(seed, layer, Kind::bias, 0);
  conv.bias.resize(static_cast<std::size_t>(conv.geo.out_c));
  for (auto& bias : conv.bias) bias = values[stream.next() >> 48];
}

void make_requant(ConvLayer& conv, double factor, std::uint64_t seed, int layer) {
  Stream stream(seed, layer, Kind::requant, 0);
  conv.requant.resize(static_cast<std::size_t>(conv.geo.out_c));
  for (auto& requant : conv.requant)
    requant = quantize_multiplier(factor * (0.75 + 0.5 * stream.unit()));
}

}  // namespace

void fill_layer(Network& network, int layer) {
  const TableDensity& density = table_entry(network, layer);
  ConvLayer& conv = network.layers[static_cast<std::size_t>(layer)].conv();
  const ConvGeometry& geo = conv.geo;
  const std::uint64_t seed = network.table_seed;

  // Mean number of products in a sum that are not zero.
  const double products = static_cast<double>(geo.kernel_h) * geo.kernel_w * geo.in_c_per_group() *
                          density.weight * density.iact;
  const double sigma_allowed =
      psum_limit / (psum_deviations * weight_sigma * std::sqrt(std::max(products, 1.0)));
  const auto weights = normal<std::int16_t>(weight_sigma, weight_highest);
  const auto iacts =
      half_normal<std::uint8_t>(std::min(iact_sigma, sigma_allowed), iact_highest, quantile_count);
  // At least 256, for layers that are nearly all zeros: the requantisation factor stays under 1.
  const double deviation =
      std::max(std::sqrt(products * mean_square(weights) * mean_square(iacts)), 256.0);

  conv.weights.resize(static_cast<std::size_t>(geo.out_c) * static_cast<std::size_t>(geo.kernel_h) *
                      static_cast<std::size_t>(geo.kernel_w) *
                      static_cast<std::size_t>(geo.in_c_per_group()));
  Stream stream(seed, layer, Kind::weights, 0);
  fill(conv.weights.data(), conv.weights.size(), density.weight, weights, stream);
  make_bias(conv, deviation / 4.0, seed, layer);
  make_requant(conv, 255.0 / (3.0 * deviation), seed, layer);
  network.layer_inputs[layer] = make_iacts(conv, density.iact, iacts, seed, layer);
}

void drop_layer(Network& network, int layer) {
  table_entry(network, layer);
  ConvLayer& conv = network.layers[static_cast<std::size_t>(layer)].conv();
  std::vector<std::int16_t>().swap(conv.weights);
  std::vector<std::int32_t>().swap(conv.bias);
  std::vector<Requant>().swap(conv.requant);
  network.layer_inputs.erase(layer);
}

}  // namespace uvea::nn
