#include "sw/nn/prune.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <utility>

namespace uvea::nn {

void prune(ConvLayer& layer, double density, std::uint64_t seed) {
  if (!(density >= 0 && density <= 1))
    throw std::invalid_argument("a density of " + std::to_string(density));
  struct Weight {
    int magnitude;
    std::uint64_t draw;
    std::size_t index;
    bool operator<(const Weight& o) const {
      return magnitude != o.magnitude ? magnitude > o.magnitude : draw < o.draw;
    }
  };
  std::mt19937_64 draws(seed);
  std::vector<Weight> weights;
  weights.reserve(layer.weights.size());
  for (std::size_t i = 0; i < layer.weights.size(); ++i)
    weights.push_back({std::abs(layer.weights[i]), draws(), i});
  const auto kept = static_cast<std::ptrdiff_t>(
      std::llround(density * static_cast<double>(layer.weights.size())));
  std::nth_element(weights.begin(), weights.begin() + kept, weights.end());
  for (auto lost = weights.begin() + kept; lost != weights.end(); ++lost)
    layer.weights[lost->index] = 0;
}

void prune(Network& network, const std::vector<double>& densities) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (!network.layers[i].on_chip()) continue;
    if (next == densities.size()) throw std::invalid_argument("more layers than densities");
    prune(network.layers[i].conv(), densities[next++], i);
  }
  if (next != densities.size()) throw std::invalid_argument("more densities than layers");
}

}  // namespace uvea::nn
