#include "sw/nn/tflite/operators.h"

#include <algorithm>

namespace uvea::nn::tflite {
namespace {

template <ImportedConv (*import)(const OpContext&)>
std::vector<ImportedLayer> on_chip(const OpContext& context) {
  ImportedConv conv = import(context);
  return {{std::move(conv.layer), {0}, 0, std::move(conv.factors)}};
}

}  // namespace

const std::vector<Operator>& operators() {
  static const std::vector<Operator> table = [] {
    std::vector<Operator> all = {{op_add, Place::host, import_binary},
                                 {op_dequantize, Place::host, import_quantize},
                                 {op_hard_swish, Place::host, import_hard_swish},
                                 {op_leaky_relu, Place::host, import_leaky_relu},
                                 {op_arg_max, Place::host, import_arg_max},
                                 {op_prelu, Place::host, import_prelu},
                                 {op_log_softmax, Place::host, import_log_softmax},
                                 {op_space_to_batch, Place::host, import_space_to_batch},
                                 {op_batch_to_space, Place::host, import_batch_to_space},
                                 {op_tanh, Place::host, import_tanh},
                                 {op_space_to_depth, Place::host, import_space_to_depth},
                                 {op_logistic, Place::host, import_logistic},
                                 {op_depth_to_space, Place::host, import_depth_to_space},
                                 {op_average_pool, Place::host, import_pool},
                                 {op_concat, Place::host, import_concat},
                                 {op_conv, Place::chip, on_chip<import_conv>},
                                 {op_depthwise, Place::chip, on_chip<import_depthwise>},
                                 {op_expand_dims, Place::host, import_reshape},
                                 {op_fully_connected, Place::chip, on_chip<import_fully_connected>},
                                 {op_max_pool, Place::host, import_pool},
                                 {op_maximum, Place::host, import_binary},
                                 {op_mean, Place::host, import_mean},
                                 {op_minimum, Place::host, import_binary},
                                 {op_mul, Place::host, import_binary},
                                 {op_pack, Place::host, import_pack},
                                 {op_pad, Place::host, import_pad},
                                 {op_padv2, Place::host, import_pad},
                                 {op_quantize, Place::host, import_quantize},
                                 {op_relu, Place::host, import_relu},
                                 {op_relu6, Place::host, import_relu},
                                 {op_relu_n1_to_1, Place::host, import_relu},
                                 {op_reshape, Place::host, import_reshape},
                                 {op_resize_bilinear, Place::host, import_resize_bilinear},
                                 {op_resize_nearest, Place::host, import_resize_nearest},
                                 {op_slice, Place::host, import_slice},
                                 {op_softmax, Place::host, import_softmax},
                                 {op_split, Place::host, import_split},
                                 {op_split_v, Place::host, import_split_v},
                                 {op_squeeze, Place::host, import_reshape},
                                 {op_strided_slice, Place::host, import_strided_slice},
                                 {op_sub, Place::host, import_binary},
                                 {op_transpose, Place::host, import_transpose},
                                 {op_transpose_conv, Place::chip, import_transpose_conv},
                                 {op_unpack, Place::host, import_unpack}};
    std::sort(all.begin(), all.end(), [](const Operator& a, const Operator& b) {
      return builtin_name(a.code) < builtin_name(b.code);
    });
    return all;
  }();
  return table;
}

std::string operator_names(Place place) {
  std::vector<std::string> names;
  for (const Operator& op : operators())
    if (op.place == place) names.push_back(builtin_name(op.code));
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

const Operator* find_operator(int code) {
  const auto found = std::find_if(operators().begin(), operators().end(),
                                  [&](const Operator& op) { return op.code == code; });
  return found == operators().end() ? nullptr : &*found;
}

}  // namespace uvea::nn::tflite
