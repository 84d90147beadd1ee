#include "sw/nn/tflite/blockers.h"

#include <algorithm>

#include "sw/nn/import/import_text.h"
#include "sw/nn/tflite/operators.h"
#include "sw/user_error.h"

namespace uvea::nn::tflite {
namespace {

/// Which stored types activations and constants have.
struct Types {
  bool codes = false, int16 = false, floats = false, quantised_weights = false,
       half_weights = false;
  std::string float_name, int16_name;
};

Types types_of(const RawModel& model) {
  Types types;
  const auto activation = [&](int index) {
    const RawTensor& tensor = model.tensors[static_cast<std::size_t>(index)];
    if (tensor.is(Type::int8) || tensor.is(Type::uint8)) types.codes = true;
    if (tensor.is(Type::int16)) types.int16 = true;
    if (tensor.is(Type::int16) && types.int16_name.empty()) types.int16_name = tensor.name;
    if (tensor.is(Type::float32)) types.floats = true;
    if (tensor.is(Type::float32) && types.float_name.empty()) types.float_name = tensor.name;
  };
  for (const int input : model.inputs) activation(input);
  for (const RawOperator& op : model.operators)
    for (const int output : op.outputs)
      if (output >= 0) activation(output);
  for (const RawTensor& tensor : model.tensors) {
    if (!tensor.constant()) continue;
    if (tensor.is(Type::int8) || tensor.is(Type::uint8)) types.quantised_weights = true;
    if (tensor.is(Type::float16)) types.half_weights = true;
  }
  return types;
}

void refuse_compiled(const RawModel& model, const std::string& name) {
  for (const RawOperator& op : model.operators) {
    if (op.custom == "edgetpu-custom-op")
      throw UserError(name +
                      ": compiled for the Edge TPU, its layers are no longer in it; give the "
                      ".tflite from before edgetpu_compiler");
    if (op.custom.rfind("ethos-u", 0) == 0)
      throw UserError(name +
                      ": compiled by Vela for an Ethos-U, its layers are no longer in it; give the "
                      ".tflite from before Vela");
  }
}

}  // namespace

void refuse_other_kinds(const RawModel& model, const std::string& name) {
  refuse_compiled(model, name);
  const Types types = types_of(model);
  if (types.codes) return;
  if (types.int16)
    throw UserError(name + ": its activations are 16 bits (" + types.int16_name +
                    " is INT16); the chip's iacts are 8 bits: quantise with int8 activations");
  if (!types.floats) return;
  const std::string which = " (" + types.float_name + " is FLOAT32)";
  if (types.quantised_weights)
    throw UserError(name + ": only its weights are quantised, the activations are float" + which +
                    "; quantise the activations to 8-bit integers, too, with a representative "
                    "data set");
  throw UserError(name + ": float model" + which +
                  (types.half_weights ? " with FLOAT16 weights" : "") +
                  "; quantise it to 8-bit integers first");
}

std::string type_advice(int type) {
  if (type == static_cast<int>(Type::int16))
    return "; the chip's iacts are 8 bits: quantise with int8 activations";
  if (type == static_cast<int>(Type::int4))
    return "; 4-bit weights are not supported: quantise with int8 weights";
  if (type == static_cast<int>(Type::float32) || type == static_cast<int>(Type::float16))
    return "; quantise the model to 8-bit integers first";
  return "";
}

void Blockers::add_unsupported(std::size_t index, const RawOperator& op) {
  const std::string kind = operator_name(op);
  const auto found = std::find_if(unsupported_.begin(), unsupported_.end(),
                                  [&](const Kind& k) { return k.operator_name == kind; });
  if (found != unsupported_.end()) {
    ++found->count;
    return;
  }
  unsupported_.push_back({kind, index, 1});
}

void Blockers::tell() const {
  std::vector<std::string> told;
  for (const Kind& kind : unsupported_)
    told.push_back("operator " + std::to_string(kind.first) + " (" + kind.operator_name +
                   (kind.count == 1 ? ")" : ", " + std::to_string(kind.count) + " of them)") +
                   ": this operator is not supported");
  const std::string prefix = name_ + ": ";
  for (const std::string& error : refused_)
    told.push_back(error.rfind(prefix, 0) == 0 ? error.substr(prefix.size()) : error);
  std::string text = prefix + told_at_once(told);
  if (!unsupported_.empty())
    text += "; supported are " + operator_names(Place::chip) + " on the chip, and on the host " +
            operator_names(Place::host);
  throw UserError(text);
}

}  // namespace uvea::nn::tflite
