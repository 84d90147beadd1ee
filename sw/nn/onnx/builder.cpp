#include "sw/nn/onnx/builder.h"

#include <algorithm>
#include <stdexcept>

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/import/import_text.h"
#include "sw/nn/import/weight_fit.h"
#include "sw/nn/onnx/operators.h"
#include "sw/user_error.h"

namespace uvea::nn::onnx {
namespace {

constexpr std::size_t kMostTold = 12;

bool moves_elements(const Node& node) {
  static const std::set<std::string> types = {"Transpose", "Reshape",  "Flatten", "Squeeze",
                                              "Unsqueeze", "Identity", "Dropout"};
  return node.domain.empty() && types.count(node.type) != 0;
}

}  // namespace

Shape placed(const Shape& shape, Form form) {
  Shape result = shape;
  for (int d = 0; d < shape.rank(); ++d) result[placed(d, shape.rank(), form)] = shape[d];
  return result;
}

int placed(int d, int rank, Form form) {
  if (form == Form::plain || rank < 3 || d == 0) return d;
  return d == 1 ? rank - 1 : d - 1;
}

Builder::Builder(const Model& model, std::string file, std::size_t file_bytes,
                 const ImportOptions& options)
    : model_(model), file_(std::move(file)), options_(options), weight_budget_(8 * file_bytes) {
  for (const auto& [name, constant] : model.constants) {
    Value value;
    value.constant = &constant;
    values_[name] = value;
  }
  for (const Node& node : model.nodes)
    for (const std::string& input : node.inputs)
      if (!input.empty()) uses_[input].push_back(&node);
  for (const Port& port : model.outputs) output_names_.insert(port.name);
}

void Builder::fail(const std::string& what) const { throw UserError(file_ + ": " + what); }

Network Builder::build() {
  network_.name = file_stem(file_, ".onnx");
  network_.source = file_;
  refuse_unsupported();
  const bool quantised =
      std::any_of(model_.nodes.begin(), model_.nodes.end(), [](const Node& node) {
        return node.type == "QuantizeLinear" || node.type == "DequantizeLinear";
      });
  if (!quantised)
    fail(
        "float model (it has no QuantizeLinear); quantise it to 8 bits first, for example with "
        "onnxruntime.quantization.quantize_static");
  if (model_.inputs.empty()) fail("has no input");
  if (model_.outputs.empty()) fail("has no output");
  // Nodes may use a constant that stands behind the node whose result they quantise.
  for (const Node& node : model_.nodes) {
    if (node.type != "Constant" || !node.domain.empty()) continue;
    import_constant(NodeContext(*this, node));
    done(node);
  }
  for (const Port& port : model_.inputs) take_input(port);
  run_nodes();
  if (network_.layers.empty()) fail("has no layer to run");
  take_outputs();
  note_fitted_weights(network_, options_.weight_bits);
  return std::move(network_);
}

void Builder::refuse_unsupported() const {
  std::map<std::string, int> count;
  for (const Node& node : model_.nodes) {
    if (find_operator(node) != nullptr) continue;
    std::string type = node.type;
    if (!node.domain.empty()) type += " (" + node.domain + ")";
    if (node.domain.empty() && (type == "MatMulInteger" || type == "ConvInteger"))
      type += " (dynamic quantisation: its scales are not in the file; quantise statically)";
    if (node.domain.empty() && type == "DynamicQuantizeLinear")
      type += " (scales that depend on the data; quantise statically)";
    ++count[type];
  }
  if (count.empty()) return;
  std::string text = "operators that are not supported:";
  const char* separator = " ";
  std::size_t told = 0;
  for (const auto& [type, nodes] : count) {
    if (told++ == kMostTold) {
      text += " and " + std::to_string(count.size() - kMostTold) + " more";
      break;
    }
    text += separator + std::to_string(nodes) + " x " + type;
    separator = ", ";
  }
  fail(text + "; docs/formats.md lists the supported ones");
}

void Builder::take_input(const Port& port) {
  const std::string name = printable(port.name);
  if (!port.dims) fail("input " + name + " has no shape; give it one (fixed dimensions)");
  std::vector<int> dims;
  std::int64_t elements = 1;
  for (std::size_t d = 0; d < port.dims->size(); ++d) {
    std::int64_t size = (*port.dims)[d];
    if (size < 1) {
      if (d != 0)
        fail("dimension " + std::to_string(d) + " of input " + name +
             " is not fixed; fix it (onnxruntime.tools.make_dynamic_shape_fixed)");
      size = 1;
      network_.notices.push_back("the first dimension of input " + name +
                                 " is not fixed and was taken as 1");
    }
    if (size > kMostElements || (elements *= size) > kMostElements)
      fail("input " + name + " has more than 2^28 elements");
    dims.push_back(static_cast<int>(size));
  }
  const bool codes =
      port.type == static_cast<int>(Type::uint8) || port.type == static_cast<int>(Type::int8);
  if (!codes && port.type != static_cast<int>(Type::float32))
    fail("input " + name + " is " + type_name(port.type) + ", expected FLOAT, INT8 or UINT8");
  std::optional<Quantization> quant = quantization_behind(port.name, !codes);
  if (!quant && !codes)
    fail("input " + name + " is FLOAT and goes into operators without QuantizeLinear");
  if (!quant) quant = Quantization{1.0, 0, true};
  if (codes) quant->is_signed = port.type == static_cast<int>(Type::int8);
  if (!codes)
    network_.notices.push_back("input " + name +
                               " is taken as codes: QuantizeLinear at the start is left out");
  Activation a = make(port.name, Shape(dims), Form::plain, quant, ElementType::code8);
  a.coded = codes;
  if (values_.count(port.name) != 0) fail("input " + name + " is there twice");
  values_[port.name].activation = a;
  network_.inputs.push_back(a.tensor);
  network_.tensors[index(a.tensor)].planar = a.shape.rank() == 4;
}

/// Of a network input: what every way from it meets first, over moves of elements.
std::optional<Quantization> Builder::quantization_behind(const std::string& name, bool real) {
  std::optional<Quantization> found;
  std::vector<std::string> ways = {name};
  std::set<std::string> seen;
  while (!ways.empty()) {
    const std::string at = ways.back();
    ways.pop_back();
    if (!seen.insert(at).second) continue;
    const auto uses = uses_.find(at);
    if (uses == uses_.end()) continue;
    for (const Node* node : uses->second) {
      const bool ends = node->type == (real ? "QuantizeLinear" : "DequantizeLinear");
      if (ends && node->inputs.front() == at) {
        try {
          const Quantization quant = NodeContext(*this, *node).quantization(1, false);
          // A second DequantizeLinear that differs is refused where it stands.
          if (found && !real) continue;
          if (found && (found->scale != quant.scale || found->zero_point != quant.zero_point ||
                        found->is_signed != quant.is_signed))
            return std::nullopt;
          found = quant;
        } catch (const Refusal&) {
          return std::nullopt;
        }
      } else if (moves_elements(*node) && node->inputs.front() == at) {
        ways.insert(ways.end(), node->outputs.begin(), node->outputs.end());
      } else if (real) {
        return std::nullopt;
      }
    }
  }
  return found;
}

void Builder::run_nodes() {
  std::vector<std::string> blockers;
  std::set<std::string> lost;  // values of refused nodes
  for (const Node& node : model_.nodes) {
    if (done_.count(&node) != 0) continue;
    const bool blocked = std::any_of(node.inputs.begin(), node.inputs.end(),
                                     [&](const auto& input) { return lost.count(input) != 0; });
    try {
      if (!blocked) {
        const NodeContext context(*this, node);
        find_operator(node)->import(context);
        continue;
      }
    } catch (const Refusal& refusal) {
      blockers.push_back(shown(node) + ": " + refusal.what);
    } catch (const std::invalid_argument& wrong) {
      blockers.push_back(shown(node) + ": " + wrong.what());
    }
    lost.insert(node.outputs.begin(), node.outputs.end());
  }
  if (!blockers.empty()) fail(told_at_once(blockers));
}

void Builder::take_outputs() {
  for (const Port& port : model_.outputs) {
    const std::string name = printable(port.name);
    const Value* value = find(port.name);
    if (value == nullptr || !value->activation) fail("no operator computes its output " + name);
    const Activation a = in_form(*value->activation, Form::plain);
    const bool made = std::any_of(network_.layers.begin(), network_.layers.end(),
                                  [&](const Layer& layer) { return layer.output == a.tensor; });
    if (!made) fail("output " + name + " is an input of the network");
    if (port.dims) {
      bool fits = static_cast<int>(port.dims->size()) == a.shape.rank();
      for (std::size_t d = 0; fits && d < port.dims->size(); ++d) {
        const std::int64_t told = (*port.dims)[d];
        fits = told < 1 || told == a.shape[static_cast<int>(d)];
      }
      if (!fits) fail("the shape of output " + name + " contradicts what its operators give");
    }
    const TensorInfo& tensor = info(a);
    if (!a.coded && tensor.type == ElementType::code8)
      network_.notices.push_back("output " + name +
                                 " is given as codes: DequantizeLinear at the end is left out");
    network_.outputs.push_back(a.tensor);
  }
}

const Value* Builder::find(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

void Builder::define(const std::string& name, Value value) {
  if (name.empty()) return;
  if (!values_.emplace(name, std::move(value)).second)
    throw Refusal{"its output " + printable(name) + " is made twice"};
}

const Constant* Builder::keep(Constant constant) {
  kept_.push_back(std::move(constant));
  return &kept_.back();
}

const Node* Builder::only_use(const std::string& name) const {
  const auto uses = uses_.find(name);
  if (uses == uses_.end() || uses->second.size() != 1 || output_names_.count(name) != 0)
    return nullptr;
  return uses->second.front();
}

Tail Builder::follow(const std::string& name, bool clamps) {
  Tail tail;
  tail.name = name;
  while (const Node* node = only_use(tail.name)) {
    if (!node->domain.empty() || node->inputs.front() != tail.name || node->outputs.size() != 1)
      break;
    const NodeContext context(*this, *node);
    double low = 0.0, high = std::numeric_limits<double>::infinity();
    if (node->type == "QuantizeLinear") {
      tail.quant = context.quantization(1, false);
      tail.name = context.output();
      done(*node);
      break;
    }
    if (!clamps || (node->type != "Relu" && node->type != "Clip")) break;
    if (node->type == "Clip") {
      low = node->real("min", -std::numeric_limits<double>::infinity());
      high = node->real("max", high);
      if (context.has_input(1)) low = context.real_constant(1);
      if (context.has_input(2)) high = context.real_constant(2);
      if (!(low <= high)) break;
    }
    tail.clamp.min = std::min(std::max(tail.clamp.min, low), high);
    tail.clamp.max = std::min(std::max(tail.clamp.max, low), high);
    tail.name = context.output();
    done(*node);
  }
  return tail;
}

Activation Builder::in_form(const Activation& a, Form form) {
  if (a.form == form || a.shape.rank() < 3) {
    Activation same = a;
    same.form = form;
    return same;
  }
  Activation other = a;
  other.form = form;
  const auto known = other_form_.find(a.tensor);
  if (known != other_form_.end()) {
    other.tensor = known->second;
    return other;
  }
  const TensorInfo from = info(a);
  const Quantization quant = from.quant;
  const bool coded = from.type == ElementType::code8;
  const Activation made = make(from.name + (form == Form::last ? "_nhwc" : "_nchw"), a.shape, form,
                               coded ? std::optional(quant) : std::nullopt, from.type);
  const int rank = a.shape.rank();
  std::vector<int> perm(index(rank));
  for (int d = 0; d < rank; ++d) perm[index(placed(d, rank, form))] = placed(d, rank, a.form);
  add(from.name, {a.tensor}, made, HostLayer{host::Transpose{perm}});
  other.tensor = made.tensor;
  other_form_[a.tensor] = other.tensor;
  other_form_[other.tensor] = a.tensor;
  return other;
}

Activation Builder::make(const std::string& name, const Shape& shape, Form form,
                         const std::optional<Quantization>& quant, ElementType other) {
  std::int64_t elements = 1;
  for (const int d : shape.dims())
    if (d < 1 || (elements *= d) > kMostElements)
      throw Refusal{"its result is empty or has more than 2^28 elements"};
  TensorInfo tensor;
  tensor.name = without_quoting(printable(name));
  tensor.shape = placed(shape, form);
  tensor.type = quant ? ElementType::code8 : other;
  if (quant) tensor.quant = *quant;
  network_.tensors.push_back(std::move(tensor));
  Activation a;
  a.tensor = static_cast<int>(network_.tensors.size()) - 1;
  a.form = form;
  a.shape = shape;
  return a;
}

int Builder::make_constant(const std::string& name, Tensor tensor) {
  TensorInfo description{without_quoting(printable(name)), tensor.shape, tensor.quant, tensor.type,
                         false};
  network_.tensors.push_back(std::move(description));
  const int at = static_cast<int>(network_.tensors.size()) - 1;
  network_.constants[at] = std::move(tensor);
  return at;
}

void Builder::add(const std::string& name, std::vector<int> inputs, const Activation& output,
                  std::variant<ConvLayer, HostLayer> op) {
  Layer layer;
  layer.name = without_quoting(printable(name));
  layer.inputs = std::move(inputs);
  layer.output = output.tensor;
  layer.op = std::move(op);
  network_.layers.push_back(std::move(layer));
}

void Builder::finish(const Tail& tail, std::vector<int> inputs, const Shape& shape, Form form,
                     std::variant<ConvLayer, HostLayer> op) {
  Activation a = make(tail.name, shape, form, tail.quant, ElementType::float32);
  a.coded = tail.quant.has_value();
  add(tail.name, std::move(inputs), a, std::move(op));
  Value value;
  value.activation = a;
  define(tail.name, std::move(value));
}

Activation Builder::requantized(const Activation& a, const std::optional<Quantization>& quant,
                                const host::RealClamp& clamp, const std::string& name) {
  const Activation out = make(name, a.shape, a.form, quant, ElementType::float32);
  host::RealUnary identity;
  identity.clamp = clamp;
  add(name, {a.tensor}, out, HostLayer{identity});
  return out;
}

void Builder::fit(ConvLayer& layer, const std::vector<double>& factors) {
  if (const auto sqnr = fit_weights(layer, factors, options_.weight_bits))
    network_.weight_sqnr_db[static_cast<int>(network_.layers.size())] = *sqnr;
}

bool Builder::afford(std::size_t weights) {
  if (weights > weight_budget_) return false;
  weight_budget_ -= weights;
  return true;
}

}  // namespace uvea::nn::onnx
