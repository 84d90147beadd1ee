#include "sw/nn/import/weight_fit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "sw/nn/arithmetic/fixed_point.h"

namespace uvea::nn {

std::optional<double> fit_weights(ConvLayer& layer, const std::vector<double>& factors, int bits) {
  const int limit = (1 << (bits - 1)) - 1;
  const std::size_t channels = layer.requant.size();
  const std::size_t per_channel = channels == 0 ? 0 : layer.weights.size() / channels;
  const auto fits = [limit](std::int16_t w) { return w >= -limit - 1 && w <= limit; };
  if (std::all_of(layer.weights.begin(), layer.weights.end(), fits)) return std::nullopt;
  double signal = 0.0, noise = 0.0;
  for (std::size_t m = 0; m < channels; ++m) {
    const auto first = layer.weights.begin() + static_cast<std::ptrdiff_t>(m * per_channel);
    const auto last = first + static_cast<std::ptrdiff_t>(per_channel);
    const double channel_scale = factors[m];  // proportional to the weight scale of the channel
    int largest = limit;
    if (!std::all_of(first, last, fits))
      for (auto w = first; w != last; ++w) largest = std::max(largest, std::abs(int{*w}));
    const double step = static_cast<double>(largest) / limit;
    for (auto w = first; w != last; ++w) {
      const double before = *w;
      const double after = largest > limit ? std::round(before / step) : before;
      *w = static_cast<std::int16_t>(after);
      signal += std::pow(before * channel_scale, 2);
      noise += std::pow((before - after * step) * channel_scale, 2);
    }
    if (largest > limit) {
      layer.bias[m] = static_cast<std::int32_t>(std::round(layer.bias[m] / step));
      layer.requant[m] = quantize_multiplier(factors[m] * step);
    }
  }
  // Without noise or signal there is nothing to compare; 200 dB is beyond any 9-bit weight.
  return noise > 0.0 && signal > 0.0 ? std::min(10.0 * std::log10(signal / noise), 200.0) : 200.0;
}

void note_fitted_weights(Network& network, int bits) {
  const auto& sqnr = network.weight_sqnr_db;
  if (sqnr.empty()) return;
  const auto lowest = std::min_element(
      sqnr.begin(), sqnr.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto on_chip = std::count_if(network.layers.begin(), network.layers.end(),
                                     [](const Layer& layer) { return layer.on_chip(); });
  char db[32];
  std::snprintf(db, sizeof db, "%.1f", lowest->second);
  network.notices.push_back("weights of " + std::to_string(sqnr.size()) + " of " +
                            std::to_string(on_chip) + " layers do not fit " + std::to_string(bits) +
                            " bits and were re-quantised per channel, symmetric; lowest SQNR " +
                            db + " dB (layer " + std::to_string(lowest->first + 1) +
                            "); pe.weight_bits=9 keeps them exact");
}

}  // namespace uvea::nn
