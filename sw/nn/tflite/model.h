#pragma once
// The content of a .tflite file as plain structures, before any of it is given a meaning.
// Field slots and enumerations are those of TensorFlow Lite's schema, version 3.

#include <optional>
#include <string>
#include <vector>

#include "sw/nn/tflite/flat_reader.h"

namespace uvea::nn::tflite {

enum class Type {
  float32 = 0,
  float16 = 1,
  int32 = 2,
  uint8 = 3,
  int64 = 4,
  int16 = 7,
  int8 = 9,
  int4 = 17
};

/// Name of a stored type, for messages.
std::string type_name(int type);

enum Builtin {
  op_add = 0,
  op_average_pool = 1,
  op_concat = 2,
  op_conv = 3,
  op_depthwise = 4,
  op_depth_to_space = 5,
  op_dequantize = 6,
  op_fully_connected = 9,
  op_logistic = 14,
  op_max_pool = 17,
  op_mul = 18,
  op_relu = 19,
  op_relu_n1_to_1 = 20,
  op_relu6 = 21,
  op_reshape = 22,
  op_resize_bilinear = 23,
  op_softmax = 25,
  op_space_to_depth = 26,
  op_tanh = 28,
  op_custom = 32,
  op_pad = 34,
  op_batch_to_space = 37,
  op_space_to_batch = 38,
  op_transpose = 39,
  op_mean = 40,
  op_sub = 41,
  op_squeeze = 43,
  op_strided_slice = 45,
  op_split = 49,
  op_log_softmax = 50,
  op_prelu = 54,
  op_maximum = 55,
  op_arg_max = 56,
  op_minimum = 57,
  op_padv2 = 60,
  op_slice = 65,
  op_transpose_conv = 67,
  op_expand_dims = 70,
  op_pack = 83,
  op_unpack = 88,
  op_resize_nearest = 97,
  op_leaky_relu = 98,
  op_split_v = 102,
  op_quantize = 114,
  op_hard_swish = 117
};

/// Name of a builtin operator ("CONV_2D"), or its number where it has none here.
std::string builtin_name(int code);

struct RawOperator;
/// The same; a CUSTOM operator with its own name.
std::string operator_name(const RawOperator& op);

struct RawTensor {
  std::string name;       ///< printable ASCII, cut at 1024 characters
  std::vector<int> dims;  ///< each at least 1
  std::size_t elements = 1;
  int type = 0;
  FlatVector<float> scales;
  FlatVector<std::int64_t> zero_points;
  int quantized_dimension = 0;
  FlatVector<std::uint8_t> data;  ///< empty unless constant
  bool sparse = false;            ///< the data leave zeros out

  bool is(Type t) const { return type == static_cast<int>(t); }
  bool constant() const { return !data.empty(); }
};

struct RawOperator {
  int code = 0;
  std::string custom;       ///< name of a CUSTOM operator, else empty
  std::vector<int> inputs;  ///< -1: left out
  std::vector<int> outputs;
  int options_type = 0;
  std::optional<FlatTable> options;

  /// An option, or its default where the file leaves it out.
  template <typename T>
  T option(int slot, T fallback) const {
    return options ? options->number<T>(slot, fallback) : fallback;
  }
};

/// The only subgraph.
struct RawModel {
  std::vector<RawTensor> tensors;
  std::vector<RawOperator> operators;
  std::vector<int> inputs, outputs;  ///< at least one each; no tensor twice
};

/// Throws UserError that begins with `name`. `file` must outlive the model.
RawModel parse_model(const FlatFile& file, const std::string& name);

}  // namespace uvea::nn::tflite
