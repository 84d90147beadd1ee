#include "sw/nn/onnx/operators.h"

#include <algorithm>

#include "sw/nn/onnx/onnx_import.h"

namespace uvea::nn::onnx {

const std::vector<Operator>& operators() {
  static const std::vector<Operator> table = {
      {"Add", false, Place::host,
       "broadcasting, constants; a constant per output channel right "
       "behind Conv or MatMul is a bias on the chip",
       import_binary},
      {"AveragePool", false, Place::host, "1-D, 2-D; count_include_pad, ceil_mode; no dilations",
       import_average_pool},
      {"Clip", false, Place::host, "fused where it stands before QuantizeLinear", import_unary},
      {"Concat", false, Place::host, "any axis; inputs of other scales are requantised",
       import_concat},
      {"Constant", false, Place::none, "tensors and numbers", import_constant},
      {"Conv", false, Place::chip,
       "1-D, 2-D; groups, strides, dilations, pads (asymmetric, smaller than the kernel's reach), "
       "auto_pad; constant weights; bias INT32 or FLOAT",
       import_conv},
      {"DequantizeLinear", false, Place::none, "per tensor; constants also per axis",
       import_dequantize},
      {"Div", false, Place::host, "broadcasting, constants", import_binary},
      {"Dropout", false, Place::none, "as Identity", import_identity},
      {"Flatten", false, Place::host, "", import_reshape},
      {"Gemm", false, Place::chip, "constant B and C, transB, alpha > 0, beta", import_gemm},
      {"GlobalAveragePool", false, Place::host, "", import_global_average_pool},
      {"HardSigmoid", false, Place::host, "", import_unary},
      {"HardSwish", false, Place::host, "", import_unary},
      {"Identity", false, Place::none, "", import_identity},
      {"LeakyRelu", false, Place::host, "", import_unary},
      {"MatMul", false, Place::chip, "constant second operand of 2 dimensions", import_matmul},
      {"Max", false, Place::host, "two inputs", import_binary},
      {"MaxPool", false, Place::host, "1-D, 2-D; ceil_mode; no dilations, no indices",
       import_max_pool},
      {"Min", false, Place::host, "two inputs", import_binary},
      {"Mul", false, Place::host, "broadcasting, constants", import_binary},
      {"Pad", false, Place::host, "constant, edge, reflect, wrap; not negative", import_pad},
      {"QuantizeLinear", false, Place::host,
       "per tensor, fused with the operator before it; constants also per axis", import_quantize},
      {"ReduceMean", false, Place::host, "constant axes", import_mean},
      {"Relu", false, Place::host, "fused where it stands before QuantizeLinear", import_unary},
      {"Reshape", false, Place::host, "constant shape", import_reshape},
      {"Resize", false, Place::host,
       "nearest: half_pixel, pytorch_half_pixel, asymmetric, align_corners; every nearest_mode",
       import_resize},
      {"Sigmoid", false, Place::host, "", import_unary},
      {"Slice", false, Place::host, "constants; steps also negative", import_slice},
      {"Softmax", false, Place::host, "any axis", import_softmax},
      {"Split", false, Place::host, "constant sizes", import_split},
      {"Squeeze", false, Place::host, "constant axes", import_reshape},
      {"Sub", false, Place::host, "broadcasting, constants", import_binary},
      {"Tanh", false, Place::host, "", import_unary},
      {"Transpose", false, Place::host, "constants of 2 dimensions, too", import_transpose},
      {"Unsqueeze", false, Place::host, "constant axes", import_reshape},
      {"Upsample", false, Place::host, "nearest", import_resize},
  };
  return table;
}

const Operator* find_operator(const Node& node) {
  for (const Operator& row : operators())
    if (node.type == row.type && node.domain == (row.microsoft ? "com.microsoft" : "")) return &row;
  // Some writers put these two into Microsoft's domain.
  if (node.domain == "com.microsoft" &&
      (node.type == "QuantizeLinear" || node.type == "DequantizeLinear")) {
    Node own = node;
    own.domain.clear();
    return find_operator(own);
  }
  return nullptr;
}

}  // namespace uvea::nn::onnx

namespace uvea::nn {

std::string onnx_operator_table() {
  std::vector<onnx::Operator> rows = onnx::operators();
  const std::vector<onnx::Operator> qlinear = onnx::qlinear_operators();
  rows.insert(rows.end(), qlinear.begin(), qlinear.end());
  std::sort(rows.begin(), rows.end(),
            [](const auto& a, const auto& b) { return std::string(a.type) < std::string(b.type); });
  std::string text = "| operator | where | what of it |\n|---|---|---|\n";
  for (const onnx::Operator& row : rows) {
    const char* place = row.place == onnx::Place::chip   ? "chip"
                        : row.place == onnx::Place::host ? "host"
                                                         : "folded";
    text += std::string("| ") + row.type + (row.microsoft ? " (com.microsoft)" : "") + " | " +
            place + " | " + row.form + (*row.form == '\0' ? "|\n" : " |\n");
  }
  return text;
}

}  // namespace uvea::nn
