#include "sw/nn/tflite/tflite_import.h"

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

#include "sw/nn/arithmetic/host_ops.h"
#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/import/file.h"
#include "sw/nn/import/fold_dilation.h"
#include "sw/nn/import/import_text.h"
#include "sw/nn/import/weight_fit.h"
#include "sw/nn/tflite/blockers.h"
#include "sw/nn/tflite/operators.h"
#include "sw/user_error.h"

namespace uvea::nn {
namespace {

using tflite::OpContext;
using tflite::RawModel;
using tflite::RawOperator;
using tflite::RawTensor;
using tflite::Type;

class Importer {
 public:
  Importer(const FlatFile& file, const std::string& name, const ImportOptions& options)
      : file_(file), name_(name), options_(options), raw_(tflite::parse_model(file, name)) {
    // The schema allows weights to be shared; a file may not make more of them than this.
    weight_budget_ = 8 * file.size();
  }

  Network build() {
    network_.name = file_stem(name_, ".tflite");
    network_.source = name_;
    tflite::refuse_other_kinds(raw_, name_);
    for (const int input : raw_.inputs) {
      network_.inputs.push_back(tensor_index(OpContext(name_, raw_, 0), input));
      produced_.insert(input);
    }
    for (std::size_t i = 0; i < raw_.operators.size(); ++i) add_operator(i);
    if (!blockers_.empty()) blockers_.tell();
    if (network_.layers.empty()) throw UserError(name_ + ": has no layer to run");
    for (const int output : raw_.outputs) {
      if (produced_.count(output) == 0)
        throw UserError(name_ + ": no operator computes its output " + raw_tensor(output).name);
      network_.outputs.push_back(index_.at(output));
    }
    fold_dilation(network_);
    note_fitted_weights(network_, options_.weight_bits);
    return std::move(network_);
  }

 private:
  const RawTensor& raw_tensor(int i) const { return raw_.tensors[static_cast<std::size_t>(i)]; }

  /// A fused layer's tensor is named after all that went into it; the first name will do, in
  /// characters that need no quoting in a table.
  static std::string short_name(const std::string& tensor) {
    return without_quoting(tensor.substr(0, std::min<std::size_t>(tensor.find(';'), 96)));
  }

  /// Whether an operator reads the tensor.
  static bool reads(const RawOperator& op, int tensor) {
    return std::find(op.inputs.begin(), op.inputs.end(), tensor) != op.inputs.end();
  }

  /// Of a graph's input; one of reals has the quantisation of the codes that it becomes.
  TensorInfo input_info(const OpContext& context, int input) const {
    TensorInfo info = context.info(raw_tensor(input));
    if (info.type != ElementType::float32) return info;
    for (const RawOperator& op : raw_.operators)
      if (op.code == tflite::op_quantize && reads(op, input) && !op.outputs.empty() &&
          op.outputs[0] >= 0)
        info.quant = context.codes(raw_tensor(op.outputs[0])).quant;
    return info;
  }

  int tensor_index(const OpContext& context, int raw_index) {
    const auto found = index_.find(raw_index);
    if (found != index_.end()) return found->second;
    const bool is_input =
        std::find(raw_.inputs.begin(), raw_.inputs.end(), raw_index) != raw_.inputs.end();
    network_.tensors.push_back(is_input ? input_info(context, raw_index)
                                        : context.info(raw_tensor(raw_index)));
    return index_[raw_index] = static_cast<int>(network_.tensors.size()) - 1;
  }

  /// What is in the way of one operator does not hide what is in the way of the next.
  void add_operator(std::size_t i) {
    const OpContext context(name_, raw_, i);
    const tflite::Operator* known = tflite::find_operator(context.op().code);
    if (known == nullptr) {
      blockers_.add_unsupported(i, context.op());
      for (const int output : context.op().outputs) produced_.insert(output);
      return;
    }
    try {
      charge(context, context.optional_input(1));
      int inner = -1;
      for (tflite::ImportedLayer& imported : known->import(context))
        inner = add_layer(context, std::move(imported), inner);
    } catch (const UserError& refused) {
      blockers_.add_refused(refused.what());
      for (const int output : context.op().outputs) produced_.insert(output);
    }
  }

  /// `inner` is the inner tensor that the operator's layer before has written, or -1, as is the
  /// result.
  int add_layer(const OpContext& context, tflite::ImportedLayer imported, int inner) {
    Layer layer;
    layer.op = std::move(imported.op);
    if (inner >= 0) layer.inputs.push_back(inner);
    for (const std::size_t k : imported.operands)
      layer.inputs.push_back(operand(context, context.op().inputs[k]));
    if (imported.inner) {
      layer.name = short_name(imported.inner->name);
      network_.tensors.push_back(std::move(*imported.inner));
      inner = layer.output = static_cast<int>(network_.tensors.size()) - 1;
    } else {
      const int raw_out = context.op().outputs[imported.output];
      if (raw_tensor(raw_out).constant() || !produced_.insert(raw_out).second)
        context.fail("its output " + raw_tensor(raw_out).name + " is written twice");
      inner = -1;
      layer.output = tensor_index(context, raw_out);
      layer.name = short_name(raw_tensor(raw_out).name);
    }
    if (fold(context, layer)) return inner;
    if (layer.on_chip()) {
      if (const auto sqnr = refit(context, layer.conv(), imported.factors))
        network_.weight_sqnr_db[static_cast<int>(network_.layers.size())] = *sqnr;
    }
    network_.layers.push_back(std::move(layer));
    return inner;
  }

  /// The network's index of a tensor that an operator reads: made before, or a constant.
  int operand(const OpContext& context, int raw_index) {
    const RawTensor& tensor = raw_tensor(raw_index);
    if (!tensor.constant() && produced_.count(raw_index) == 0)
      context.fail("its input " + tensor.name + " is not computed by an operator before it");
    const int index = tensor_index(context, raw_index);
    if (tensor.constant() && network_.constants.count(index) == 0) {
      const TensorInfo& info = network_.tensors.back();
      if (tensor.data.size() != info.bytes())
        context.fail("constant " + tensor.name + " holds " + std::to_string(tensor.data.size()) +
                     " bytes, its shape needs " + std::to_string(info.bytes()));
      charge(context, &tensor);
      const std::uint8_t* data = tensor.data.bytes();
      network_.constants[index] = {info.shape, info.quant, {data, data + info.bytes()}, info.type};
    }
    return index;
  }

  /// A host layer of constants only becomes a constant itself.
  bool fold(const OpContext& context, const Layer& layer) {
    std::vector<const Tensor*> operands;
    for (const int index : layer.inputs) {
      const auto found = network_.constants.find(index);
      if (layer.on_chip() || found == network_.constants.end()) return false;
      operands.push_back(&found->second);
    }
    const TensorInfo& info = network_.tensors[static_cast<std::size_t>(layer.output)];
    charge(context, info.bytes());
    network_.constants[layer.output] =
        run_host_layer(std::get<HostLayer>(layer.op), operands, info);
    return true;
  }

  /// A larger weight step needs a larger rescaling factor, which may not fit any more.
  std::optional<double> refit(const OpContext& context, ConvLayer& layer,
                              const std::vector<double>& factors) const {
    try {
      return fit_weights(layer, factors, options_.weight_bits);
    } catch (const std::invalid_argument&) {
      context.fail("re-quantised to " + std::to_string(options_.weight_bits) +
                   " bits, the weights need a rescaling factor that does not fit 32 bits; "
                   "corrupted?");
    }
  }

  /// Counts the bytes that operators take from the file's buffers or make of constants.
  void charge(const OpContext& context, std::size_t bytes) {
    if (bytes > weight_budget_)
      context.fail("weights are shared by too many operators; corrupted?");
    weight_budget_ -= bytes;
  }
  void charge(const OpContext& context, const RawTensor* constant) {
    if (constant != nullptr) charge(context, constant->data.size());
  }

  const FlatFile& file_;
  const std::string& name_;
  const ImportOptions& options_;
  RawModel raw_;
  Network network_;
  std::map<int, int> index_;  ///< tensor of the file to tensor of the network
  std::set<int> produced_;    ///< tensors of the file that an input or an operator makes
  tflite::Blockers blockers_{name_};
  std::size_t weight_budget_ = 0;
};

}  // namespace

std::vector<std::string> supported_tflite_operators() {
  return {"on the chip: " + tflite::operator_names(tflite::Place::chip),
          "on the host: " + tflite::operator_names(tflite::Place::host)};
}

Network load_tflite_bytes(const std::uint8_t* data, std::size_t size, const std::string& name,
                          const ImportOptions& options) {
  if (options.weight_bits < 2 || options.weight_bits > 16)
    throw UserError("weight bits " + std::to_string(options.weight_bits) +
                    ": must be from 2 to 16");
  // A copy begins at an aligned address, wherever the caller's bytes are.
  const std::vector<std::uint8_t> bytes(data, data + size);
  const FlatFile file(bytes.data(), bytes.size());
  try {
    Network network = Importer(file, name, options).build();
    if (options.batch != 1) set_batch(network, options.batch);
    return network;
  } catch (const CorruptFile& place) {
    throw UserError(name + ": truncated or corrupted (" + place.what() +
                    "); get a fresh copy of the model");
  }
}

Network load_tflite(const std::string& path, const ImportOptions& options) {
  const std::vector<std::uint8_t> bytes = read_file(path, "a .tflite model");
  return load_tflite_bytes(bytes.data(), bytes.size(), path, options);
}

}  // namespace uvea::nn
