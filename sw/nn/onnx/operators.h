#pragma once
// The operators that are supported, in one table: what the importer looks up, what messages list
// and what docs/formats.md lists.

#include <optional>
#include <string>
#include <vector>

#include "sw/nn/onnx/builder.h"

namespace uvea::nn::onnx {

/// Thrown by operators; the builder gathers them.
struct Refusal {
  std::string what;
};

/// One node with its values.
class NodeContext {
 public:
  NodeContext(Builder& builder, const Node& node) : builder_(builder), node_(node) {}

  Builder& builder() const { return builder_; }
  const Node& node() const { return node_; }
  [[noreturn]] void fail(const std::string& what) const { throw Refusal{what}; }
  void require(bool good, const char* what) const {
    if (!good) fail(what);
  }

  bool has_input(std::size_t i) const {
    return i < node_.inputs.size() && !node_.inputs[i].empty();
  }
  const Value& value(std::size_t i) const;
  const std::string& output(std::size_t i = 0) const;
  /// An input that a layer makes.
  Activation activation(std::size_t i) const;
  /// The same, dequantised or float32.
  Activation real(std::size_t i) const;
  /// The same, of 8-bit codes, with their quantisation.
  Activation codes(std::size_t i) const;
  /// A constant of integers (axes, sizes), at most `most` of them.
  std::vector<std::int64_t> integers(std::size_t i, std::size_t most = 1 << 16) const;
  /// An attribute, or the constant input that replaced it in later operator sets.
  std::vector<std::int64_t> integers(const char* attribute, std::size_t input) const;
  /// A constant single real.
  double real_constant(std::size_t i) const;
  /// Scale (input i) and zero point (input i + 1) of one tensor.
  Quantization quantization(std::size_t i, bool signed_without_zero_point) const;

  /// An axis of a tensor of `rank` dimensions, counted from its end when negative.
  int axis(std::int64_t given, int rank) const;
  /// Shape from dimensions that were computed.
  Shape shape(const std::vector<std::int64_t>& dims) const;

 private:
  Builder& builder_;
  const Node& node_;
};

using ImportFunction = void (*)(const NodeContext&);

enum class Place { chip, host, none };

struct Operator {
  const char* type;
  bool microsoft;  ///< domain com.microsoft, else ONNX's own
  Place place;
  const char* form;  ///< what of it is supported, for the documentation
  ImportFunction import;
};

/// In the order of their names.
const std::vector<Operator>& operators();

/// Null when it is not supported.
const Operator* find_operator(const Node& node);

/// Replaces the QLinear operators by DequantizeLinear, the operator on reals and QuantizeLinear.
/// Throws UserError.
void expand_qlinear(Model& model);
/// The QLinear operators: for the table.
std::vector<Operator> qlinear_operators();

// conv.cpp
void import_conv(const NodeContext& context);
// matmul.cpp
void import_gemm(const NodeContext& context);
void import_matmul(const NodeContext& context);

// quantize.cpp
void import_quantize(const NodeContext& context);
void import_dequantize(const NodeContext& context);
void import_constant(const NodeContext& context);

// elementwise.cpp
void import_binary(const NodeContext& context);
void import_unary(const NodeContext& context);
void import_softmax(const NodeContext& context);

// windows.cpp
void import_average_pool(const NodeContext& context);
void import_max_pool(const NodeContext& context);
void import_global_average_pool(const NodeContext& context);
void import_mean(const NodeContext& context);

// moves.cpp
void import_identity(const NodeContext& context);
void import_reshape(const NodeContext& context);
void import_transpose(const NodeContext& context);
void import_concat(const NodeContext& context);
void import_split(const NodeContext& context);
void import_slice(const NodeContext& context);
/// A result whose place i along an axis is the input's place from[axis][i]; where that is empty the
/// axis stays as it is.
void import_pick(const NodeContext& context, const std::vector<std::vector<int>>& from);
/// A result of `layer` on `in`, with its form, quantisation and meaning.
void import_moved(const NodeContext& context, const Activation& in, const Shape& shape,
                  HostLayer layer);
// picks.cpp
void import_pad(const NodeContext& context);
void import_resize(const NodeContext& context);

/// A window that slides over height and width: kernel, stride, padding, output size, of a layer on
/// (N, C, H, W) or (N, C, L), the latter with a height of 1.
struct Window : nn::Window {
  int in_h = 1, in_w = 1;
  int dilation_h = 1, dilation_w = 1;
  int pad_bottom = 0, pad_right = 0;
  int out_h = 1, out_w = 1;
};
/// From kernel_shape (or `kernel`, where that is left out), strides, dilations, pads, auto_pad and
/// ceil_mode.
Window take_window(const NodeContext& context, const Shape& in, std::vector<std::int64_t> kernel);
/// The result's shape: N, channels and the window's output.
Shape output_shape(const Shape& in, int channels, const Window& window);

}  // namespace uvea::nn::onnx
