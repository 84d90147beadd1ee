#pragma once
// A layer for the chip on its way from a node into the network.

#include <functional>

#include "sw/nn/onnx/operators.h"

namespace uvea::nn::onnx {

class ChipLayer {
 public:
  /// `iacts`: the node's input that the layer reads; 8-bit codes.
  ChipLayer(const NodeContext& context, std::size_t iacts);

  const Activation& input() const { return input_; }
  ConvLayer& layer() { return layer_; }

  /// The node's constant weights.
  const ScaledConstant& take_weights(std::size_t i);
  /// Copies them; `from` gives the place in the file of weight (m, r, s, c). The geometry is set.
  void place_weights(const std::function<std::size_t(int, int, int, int)>& from);
  /// Rescaling of the result by a real factor (Gemm's alpha).
  void scale_by(double factor) { alpha_ = factor; }
  /// Adds a constant times `factor`, one or one per output channel.
  void add_bias(std::size_t i, double factor);
  /// Bias from an Add behind the node, activation and output scale from what follows; into the
  /// network. `shape` is the result's, `form` how the layer reads and writes tensors.
  void finish(const Shape& shape, Form form);

 private:
  void add_bias(const Value& value, double factor, const std::string& what);
  void take_add(std::string& result, const Shape& shape, Form form);
  std::vector<double> reals(const Value& value, const std::string& what) const;
  double step(std::size_t m) const;

  const NodeContext& context_;
  Activation input_;
  Quantization in_;
  const ScaledConstant* weights_ = nullptr;
  ConvLayer layer_;
  std::vector<std::int64_t> codes_;  ///< bias that is given in accumulator steps
  std::vector<double> bias_;         ///< other bias, real
  double alpha_ = 1.0;
};

}  // namespace uvea::nn::onnx
