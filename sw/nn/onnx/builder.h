#pragma once
// The network that is being built from a model's nodes, and what each of the model's values has
// become.

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sw/nn/host_layer.h"
#include "sw/nn/import/import_options.h"
#include "sw/nn/network.h"
#include "sw/nn/onnx/model.h"

namespace uvea::nn::onnx {

/// Where dimensions stand in a tensor of the network: as in the file (N, C, ...), or with the
/// channels last (N, ..., C). The same below three dimensions.
enum class Form { plain, last };

/// A tensor that a layer or the network's input makes. The same tensor stands for the codes and for
/// the reals that they mean; float32 tensors are reals only.
struct Activation {
  int tensor = -1;
  Form form = Form::plain;
  Shape shape;         ///< as in the file
  bool coded = false;  ///< the file's value is the codes, not yet dequantised
};

/// A dequantised constant: scale[k] * (codes - zero_point[k]), k counting along `axis`.
struct ScaledConstant {
  const Constant* codes = nullptr;
  std::vector<double> scale;
  std::vector<std::int64_t> zero_point;
  int axis = 0;

  bool per_tensor() const { return scale.size() == 1; }
};

struct Value {
  std::optional<Activation> activation;
  const Constant* constant = nullptr;  ///< as it is in the file
  std::optional<ScaledConstant> scaled;
};

/// What follows a node until its result is quantised: clamps, then QuantizeLinear.
struct Tail {
  std::string name;                   ///< the value that the node's layer makes
  std::optional<Quantization> quant;  ///< nothing: the result stays float32
  host::RealClamp clamp;
};

class Builder {
 public:
  Builder(const Model& model, std::string file, std::size_t file_bytes,
          const ImportOptions& options);

  Network build();

  // For the operators of operators.h.

  const Model& model() const { return model_; }
  const ImportOptions& options() const { return options_; }
  std::int64_t opset() const { return model_.opset; }

  /// Null when there is no such value (yet).
  const Value* find(const std::string& name) const;
  void define(const std::string& name, Value value);
  /// Keeps a constant that the file does not have as such.
  const Constant* keep(Constant constant);

  /// Follows the only use of `name` over Relu and Clip (where `clamps`) to QuantizeLinear; the
  /// nodes on the way are then done.
  Tail follow(const std::string& name, bool clamps);
  /// The only node that uses a value which is no output; null when there is none or several.
  const Node* only_use(const std::string& name) const;
  void done(const Node& node) { done_.insert(&node); }

  const TensorInfo& info(const Activation& a) const { return network_.tensors.at(index(a.tensor)); }
  /// The activation in the wanted form; a host layer transposes when it is not.
  Activation in_form(const Activation& a, Form form);
  /// A tensor of the network; the shape is the file's.
  Activation make(const std::string& name, const Shape& shape, Form form,
                  const std::optional<Quantization>& quant, ElementType other);
  /// An operand for host layers.
  int make_constant(const std::string& name, Tensor tensor);
  void add(const std::string& name, std::vector<int> inputs, const Activation& output,
           std::variant<ConvLayer, HostLayer> op);
  /// Adds the layer and defines the tail's value.
  void finish(const Tail& tail, std::vector<int> inputs, const Shape& shape, Form form,
              std::variant<ConvLayer, HostLayer> op);
  /// The reals of `a` at another scale, or as float32.
  Activation requantized(const Activation& a, const std::optional<Quantization>& quant,
                         const host::RealClamp& clamp, const std::string& name);
  /// Makes the weights fit the chip's; throws std::invalid_argument.
  void fit(ConvLayer& layer, const std::vector<double>& factors);
  /// Counts weights against what a file of its size may ask for.
  bool afford(std::size_t weights);

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }

  void take_input(const Port& port);
  std::optional<Quantization> quantization_behind(const std::string& name, bool real);
  void run_nodes();
  void refuse_unsupported() const;
  void take_outputs();
  [[noreturn]] void fail(const std::string& what) const;

  const Model& model_;
  const std::string file_;
  const ImportOptions options_;
  Network network_;
  std::map<std::string, Value> values_;
  std::map<std::string, std::vector<const Node*>> uses_;
  std::set<std::string> output_names_;
  std::set<const Node*> done_;
  std::map<int, int> other_form_;  ///< tensor to the transposed one
  std::deque<Constant> kept_;
  std::size_t weight_budget_;
};

/// Shape with the dimensions where `form` has them.
Shape placed(const Shape& shape, Form form);
/// Where dimension d of the file's shape stands.
int placed(int d, int rank, Form form);

}  // namespace uvea::nn::onnx
