#pragma once
// A network: layers in execution order over a table of activation tensors.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sw/nn/layer.h"

namespace uvea::nn {

/// Shape and quantisation of a tensor, without its data.
struct TensorInfo {
  std::string name;
  Shape shape;
  Quantization quant;
  ElementType type = ElementType::code8;
  bool planar = false;  ///< an image as N, C, H, W; else channels last

  /// As N, height, width, channels.
  Shape image_shape() const {
    return planar ? Shape{shape[0], shape[2], shape[3], shape[1]} : shape.nhwc();
  }
  std::size_t bytes() const { return shape.elements() * element_bytes(type); }
};

/// What a layer table asks of a layer's synthetic tensors: shares that are not zero, 0..1.
struct TableDensity {
  double weight = 1.0;
  double iact = 1.0;  ///< of the tensor without padding
};

struct Network {
  std::string name;
  std::string source;  ///< file or table that it came from, and where its figures are from
  std::vector<TensorInfo> tensors;
  std::vector<Layer> layers;  ///< in an order in which every input is there before it is used
  std::vector<int> inputs;    ///< tensor indices, in the file's order
  std::vector<int> outputs;   ///< tensor indices, in the file's order
  std::map<int, Tensor>
      constants;  ///< operands of host layers that no layer makes, by tensor index
  std::vector<std::string>
      notices;  ///< one line each, for the user: what the importer had to change
  /// Signal-to-quantisation-noise ratio in dB per layer index, where weights were re-quantised.
  std::map<int, double> weight_sqnr_db;
  /// Layer tables only: each layer has synthetic input codes of its own (by layer index), because
  /// a table gives densities but no connection that would produce them.
  std::map<int, Tensor> layer_inputs;
  /// Layer tables only, by layer index; the tensors themselves are made by fill_layer
  /// (synthetic.h).
  std::map<int, TableDensity> table;
  std::uint64_t table_seed = 1;
  std::string pruned;  ///< what the weights were pruned to, in words; empty: they are the file's
};

/// "int8", "uint8", "int32", "int64" or "float32".
std::string type_name(const TensorInfo& info);

/// The on-chip layer that makes the first input of a layer, or nothing when none does.
std::optional<std::size_t> chip_producer(const Network& network, std::size_t layer);

}  // namespace uvea::nn
