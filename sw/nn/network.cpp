#include "sw/nn/network.h"

namespace uvea::nn {

std::string type_name(const TensorInfo& info) {
  switch (info.type) {
    case ElementType::code8:
      return info.quant.is_signed ? "int8" : "uint8";
    case ElementType::int32:
      return "int32";
    case ElementType::int64:
      return "int64";
    case ElementType::float32:
      return "float32";
  }
  return "";
}

std::optional<std::size_t> chip_producer(const Network& network, std::size_t layer) {
  const std::vector<int>& inputs = network.layers[layer].inputs;
  if (inputs.empty()) return std::nullopt;
  for (std::size_t j = 0; j < layer; ++j)
    if (network.layers[j].on_chip() && network.layers[j].output == inputs.front()) return j;
  return std::nullopt;
}

}  // namespace uvea::nn
