#include "sw/nn/tflite/context.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "sw/nn/tflite/blockers.h"
#include "sw/user_error.h"

namespace uvea::nn::tflite {

void OpContext::fail(const std::string& what) const {
  throw UserError(file_ + ": operator " + std::to_string(index_) + " (" + operator_name(op()) +
                  "): " + what);
}

const RawTensor* OpContext::optional_input(std::size_t i) const {
  if (i >= op().inputs.size() || op().inputs[i] < 0) return nullptr;
  return &model_.tensors[static_cast<std::size_t>(op().inputs[i])];
}

const RawTensor& OpContext::input(std::size_t i) const {
  const RawTensor* tensor = optional_input(i);
  if (tensor == nullptr) fail("input " + std::to_string(i) + " is missing");
  return *tensor;
}

const RawTensor& OpContext::output() const {
  if (op().outputs.size() != 1 || op().outputs[0] < 0) fail("must have exactly one output");
  return output(0);
}

const RawTensor& OpContext::output(std::size_t i) const {
  if (i >= op().outputs.size() || op().outputs[i] < 0)
    fail("output " + std::to_string(i) + " is missing");
  return model_.tensors[static_cast<std::size_t>(op().outputs[i])];
}

std::vector<int> OpContext::constants(std::size_t i, const char* what) const {
  const RawTensor& tensor = input(i);
  if (!tensor.constant()) fail(std::string(what) + " must be constant");
  if (!tensor.is(Type::int32))
    fail(std::string(what) + " must be INT32, is " + type_name(tensor.type));
  if (tensor.elements > 16 || tensor.data.size() != 4 * tensor.elements)
    fail(std::string(what) + " has a wrong size");
  std::vector<int> values;
  for (std::size_t k = 0; k < tensor.elements; ++k) {
    std::uint32_t bits = 0;
    for (std::size_t b = 4; b-- > 0;) bits = (bits << 8) | tensor.data[4 * k + b];
    values.push_back(static_cast<std::int32_t>(bits));
  }
  return values;
}

const RawOperator& OpContext::options(int type) const {
  if (op().options && op().options_type != type)
    fail("has options of another operator (union type " + std::to_string(op().options_type) +
         "); corrupted?");
  return op();
}

TensorInfo OpContext::activation(const RawTensor& tensor) const {
  if (tensor.constant()) fail("tensor " + tensor.name + " is constant; expected an activation");
  return codes(tensor);
}

TensorInfo OpContext::info(const RawTensor& tensor) const {
  static const std::map<Type, ElementType> plain = {{Type::float32, ElementType::float32},
                                                    {Type::int32, ElementType::int32},
                                                    {Type::int64, ElementType::int64}};
  const auto found = plain.find(static_cast<Type>(tensor.type));
  if (found == plain.end()) return codes(tensor);
  return {tensor.name, Shape(tensor.dims), {}, found->second};
}

TensorInfo OpContext::codes(const RawTensor& tensor) const {
  if (!tensor.is(Type::int8) && !tensor.is(Type::uint8))
    fail("tensor " + tensor.name + " is " + type_name(tensor.type) + ", expected INT8 or UINT8" +
         type_advice(tensor.type));
  if (tensor.sparse)
    fail("tensor " + tensor.name +
         " is stored with its zeros left out; convert the model without sparse tensors");
  if (tensor.scales.size() != 1 || tensor.zero_points.size() > 1)
    fail("tensor " + tensor.name + " has " + std::to_string(tensor.scales.size()) + " scales and " +
         std::to_string(tensor.zero_points.size()) +
         " zero points, an activation needs one of each; quantise the model fully");
  TensorInfo info;
  info.name = tensor.name;
  info.quant.scale = static_cast<double>(tensor.scales[0]);
  info.quant.is_signed = tensor.is(Type::int8);
  const std::int64_t zero_point = tensor.zero_points.empty() ? 0 : tensor.zero_points[0];
  if (!std::isfinite(info.quant.scale) || info.quant.scale <= 0.0)
    fail("tensor " + tensor.name + ": its scale must be a positive number");
  if (zero_point < info.quant.lowest() || zero_point > info.quant.highest())
    fail("tensor " + tensor.name + ": zero point " + std::to_string(zero_point) +
         " is outside of the codes");
  info.quant.zero_point = static_cast<int>(zero_point);
  info.shape = Shape(tensor.dims);
  return info;
}

Activation OpContext::fused_activation(int slot) const {
  const int code = op().option<std::int8_t>(slot, 0);
  if (code < 0 || code > 3)
    fail("unsupported fused activation " +
         (code == 4   ? std::string("TANH")
          : code == 5 ? "SIGN_BIT"
                      : std::to_string(code)) +
         "; supported are NONE, RELU, RELU_N1_TO_1 and RELU6");
  return static_cast<Activation>(code);
}

Requant OpContext::rescaling(double factor) const {
  try {
    return quantize_multiplier(factor);
  } catch (const std::invalid_argument&) {
    fail("the scales give a rescaling factor of " + std::to_string(factor) +
         ", which does not fit 32 bits; corrupted?");
  }
}

Window place_window(const OpContext& context, int padding, int in_h, int in_w, int kernel_h,
                    int kernel_w, int stride_h, int stride_w) {
  constexpr int same = 0, valid = 1, largest = kLargestKernel;
  if (padding != same && padding != valid)
    context.fail("unknown padding " + std::to_string(padding) + "; corrupted?");
  for (const int value : {kernel_h, kernel_w, stride_h, stride_w})
    if (value < 1 || value > largest)
      context.fail("kernel " + std::to_string(kernel_h) + "x" + std::to_string(kernel_w) +
                   ", stride " + std::to_string(stride_h) + "x" + std::to_string(stride_w) +
                   ": must be from 1 to " + std::to_string(largest));
  const auto along = [&](int in, int kernel, int stride, int& out, int& pad) {
    if (padding == valid && kernel > in)
      context.fail("a kernel of " + std::to_string(kernel) + " does not fit an input of " +
                   std::to_string(in) + " without padding");
    out = padding == same ? (in - 1) / stride + 1 : (in - kernel) / stride + 1;
    const std::int64_t needed = std::int64_t{out - 1} * stride + kernel - in;
    pad = static_cast<int>(std::max<std::int64_t>(needed, 0) / 2);
  };
  Window window;
  along(in_h, kernel_h, stride_h, window.out_h, window.pad_top);
  along(in_w, kernel_w, stride_w, window.out_w, window.pad_left);
  return window;
}

}  // namespace uvea::nn::tflite
