#include "sw/driver/tensor_plan.h"

#include <algorithm>

namespace uvea::driver {
namespace {

std::string image_text(int batch, int h, int w, int c) {
  return std::to_string(batch) + "x" + std::to_string(h) + "x" + std::to_string(w) + "x" +
         std::to_string(c);
}

Blocking laid_by_host(const nn::ConvLayer& layer, const mapper::Mapping& mapping, bool csc) {
  return {mapping.c0, layer.geo.in_c_per_group(), csc};
}

/// Why `reader` cannot read in place what `producer` writes; empty when it can.
std::string why_relaid(const nn::ConvLayer& producer, const mapper::Mapping& producer_mapping,
                       const nn::ConvLayer& reader, const mapper::Mapping& reader_mapping) {
  const nn::ConvGeometry &from = producer.geo, &to = reader.geo;
  const std::string written = image_text(from.batch, from.out_h, from.out_w, from.out_c);
  const std::string read = image_text(to.batch, to.in_h, to.in_w, to.in_c);
  if (written != read) return "written as " + written + ", read as " + read;
  if (producer_mapping.turned != reader_mapping.turned && (to.in_h > 1 || to.in_w > 1))
    return std::string("written ") + (producer_mapping.turned ? "" : "not ") + "turned, read " +
           (reader_mapping.turned ? "" : "not ") + "turned";
  return "";
}

class Planner {
 public:
  Planner(const nn::Network& network, const std::vector<mapper::Mapping>& mappings)
      : network_(network), mappings_(mappings), plans_(network.layers.size()) {}

  std::vector<TensorPlan> plan() {
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (!network_.layers[i].on_chip()) continue;
      const nn::ConvLayer& layer = network_.layers[i].conv();
      const auto producer = nn::chip_producer(network_, i);
      if (!producer) continue;
      plans_[i].relaid = why_relaid(network_.layers[*producer].conv(), mappings_.at(*producer),
                                    layer, mappings_.at(i));
    }
    // In execution order: a reader needs its producer's choice.
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      if (!network_.layers[i].on_chip()) continue;
      plans_[i].oact_csc = writes_compressed(i);
      plans_[i].iact = blocking_of(i);
    }
    return std::move(plans_);
  }

 private:
  bool reads_compressed(std::size_t layer) const {
    return mapper::reads_compressed(network_.layers[layer].conv(), mappings_.at(layer));
  }

  bool writes_compressed(std::size_t layer) const {
    const nn::Layer& writer = network_.layers[layer];
    if (mapper::cuts_rows(writer.conv().geo, mappings_.at(layer))) return false;
    bool read = false;
    for (std::size_t j = layer + 1; j < plans_.size(); ++j) {
      const nn::Layer& other = network_.layers[j];
      if (std::find(other.inputs.begin(), other.inputs.end(), writer.output) == other.inputs.end())
        continue;
      if (!other.on_chip() || !plans_[j].relaid.empty() || !reads_compressed(j)) return false;
      read = true;
    }
    return read;
  }

  Blocking blocking_of(std::size_t layer) const {
    const auto producer = nn::chip_producer(network_, layer);
    if (!producer || !plans_[layer].relaid.empty())
      return laid_by_host(network_.layers[layer].conv(), mappings_.at(layer),
                          reads_compressed(layer));
    return {mappings_.at(*producer).m0, network_.layers[*producer].conv().geo.out_c_per_group(),
            plans_[*producer].oact_csc};
  }

  const nn::Network& network_;
  const std::vector<mapper::Mapping>& mappings_;
  std::vector<TensorPlan> plans_;
};

}  // namespace

TensorPlan plan_alone(const nn::ConvLayer& layer, const mapper::Mapping& mapping, bool iact_csc,
                      bool oact_csc) {
  return {laid_by_host(layer, mapping, iact_csc), oact_csc, ""};
}

std::vector<TensorPlan> plan_tensors(const nn::Network& network,
                                     const std::vector<mapper::Mapping>& mappings) {
  return Planner(network, mappings).plan();
}

}  // namespace uvea::driver
