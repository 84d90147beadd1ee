#pragma once
// The operators that are supported, in one table: what the importer looks up, what messages list
// and what docs/formats.md lists come from it.

#include <string>
#include <vector>

#include "sw/nn/tflite/context.h"

namespace uvea::nn::tflite {

/// Checks an operator and gives the layers that it becomes.
/// Throws UserError that names file and operator.
using ImportFunction = std::vector<ImportedLayer> (*)(const OpContext&);

enum class Place { chip, host };

struct Operator {
  int code;  ///< of the schema; builtin_name gives its name
  Place place;
  ImportFunction import;
};

/// In the order of their names.
const std::vector<Operator>& operators();

/// "CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED"
std::string operator_names(Place place);

/// The row of an operator, or null when it is not supported.
const Operator* find_operator(int code);

// tflite_transpose_conv.cpp
std::vector<ImportedLayer> import_transpose_conv(const OpContext& context);

// tflite_elementwise.cpp
std::vector<ImportedLayer> import_binary(const OpContext& context);
std::vector<ImportedLayer> import_prelu(const OpContext& context);

// tflite_activations.cpp
std::vector<ImportedLayer> import_relu(const OpContext& context);
std::vector<ImportedLayer> import_softmax(const OpContext& context);
std::vector<ImportedLayer> import_quantize(const OpContext& context);
std::vector<ImportedLayer> import_logistic(const OpContext& context);
std::vector<ImportedLayer> import_tanh(const OpContext& context);
std::vector<ImportedLayer> import_hard_swish(const OpContext& context);
std::vector<ImportedLayer> import_leaky_relu(const OpContext& context);
std::vector<ImportedLayer> import_log_softmax(const OpContext& context);

// tflite_blocks.cpp
std::vector<ImportedLayer> import_space_to_depth(const OpContext& context);
std::vector<ImportedLayer> import_depth_to_space(const OpContext& context);
std::vector<ImportedLayer> import_space_to_batch(const OpContext& context);
std::vector<ImportedLayer> import_batch_to_space(const OpContext& context);

// tflite_windows.cpp
std::vector<ImportedLayer> import_pool(const OpContext& context);
std::vector<ImportedLayer> import_mean(const OpContext& context);
std::vector<ImportedLayer> import_arg_max(const OpContext& context);
std::vector<ImportedLayer> import_resize_bilinear(const OpContext& context);
std::vector<ImportedLayer> import_resize_nearest(const OpContext& context);

// tflite_moves.cpp
std::vector<ImportedLayer> import_reshape(const OpContext& context);
std::vector<ImportedLayer> import_transpose(const OpContext& context);
std::vector<ImportedLayer> import_concat(const OpContext& context);
std::vector<ImportedLayer> import_pack(const OpContext& context);
std::vector<ImportedLayer> import_unpack(const OpContext& context);
std::vector<ImportedLayer> import_split(const OpContext& context);
std::vector<ImportedLayer> import_split_v(const OpContext& context);
std::vector<ImportedLayer> import_slice(const OpContext& context);
std::vector<ImportedLayer> import_pad(const OpContext& context);

// tflite_strided_slice.cpp
std::vector<ImportedLayer> import_strided_slice(const OpContext& context);

}  // namespace uvea::nn::tflite
