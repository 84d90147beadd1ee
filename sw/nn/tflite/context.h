#pragma once
// What the operator importers share: the model, the network that is being built, and errors that
// name file and operator.

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sw/nn/arithmetic/fixed_point.h"
#include "sw/nn/network.h"
#include "sw/nn/tflite/model.h"
#include "sw/nn/tflite/tflite_import.h"

namespace uvea::nn::tflite {

/// One operator on its way into the network.
class OpContext {
 public:
  OpContext(const std::string& file, const RawModel& model, std::size_t index)
      : file_(file), model_(model), index_(index) {}

  const RawOperator& op() const { return model_.operators[index_]; }
  /// Throws UserError "FILE: operator 3 (CONV_2D): what".
  [[noreturn]] void fail(const std::string& what) const;
  void require(bool good, const char* what) const {
    if (!good) fail(what);
  }
  /// The i-th input or output; an error when it is left out.
  const RawTensor& input(std::size_t i) const;
  /// The only output, and one of several.
  const RawTensor& output() const;
  const RawTensor& output(std::size_t i) const;
  /// The i-th input, or null when it is left out.
  const RawTensor* optional_input(std::size_t i) const;
  /// A constant vector of int32, such as paddings or axes, of at most 16 values.
  std::vector<int> constants(std::size_t i, const char* what) const;
  /// The options, which must be of the schema's union type `type` or left out.
  const RawOperator& options(int type) const;

  /// Shape, type and (for 8-bit types) quantisation of an activation or a constant.
  TensorInfo info(const RawTensor& tensor) const;
  /// The same of codes, any other type is an error.
  TensorInfo codes(const RawTensor& tensor) const;
  /// The same of an 8-bit activation, a constant is an error, too.
  TensorInfo activation(const RawTensor& tensor) const;
  Activation fused_activation(int slot) const;
  Requant rescaling(double factor) const;

 private:
  const std::string& file_;
  const RawModel& model_;
  std::size_t index_;
};

/// Rows or columns that a window may reach over, and steps that it may take.
constexpr int kLargestKernel = 1 << 15;

struct Window {
  int out_h = 1, out_w = 1, pad_top = 0, pad_left = 0;
};
/// Output size and leading padding of a sliding window, for the schema's padding codes.
Window place_window(const OpContext& context, int padding, int in_h, int in_w, int kernel_h,
                    int kernel_w, int stride_h, int stride_w);

/// A layer for the chip, with the real rescaling factor of each output channel.
struct ImportedConv {
  ConvLayer layer;
  std::vector<double> factors;
};
ImportedConv import_conv(const OpContext& context);
ImportedConv import_depthwise(const OpContext& context);
ImportedConv import_fully_connected(const OpContext& context);

/// A layer that an operator becomes; most operators become one.
struct ImportedLayer {
  std::variant<ConvLayer, HostLayer> op;
  std::vector<std::size_t> operands = {0};  ///< which of the operator's inputs it reads
  std::size_t output = 0;                   ///< which of the operator's outputs it writes
  std::vector<double> factors = {};         ///< chip: real rescaling factor of each output channel
  /// Where it is there: the layer writes this tensor instead, and the next of the operator's layers
  /// reads it before its operands.
  std::optional<TensorInfo> inner = {};
};

}  // namespace uvea::nn::tflite
