// QLinear operators in QDQ form.

#include <functional>

#include "sw/nn/onnx/operators.h"

namespace uvea::nn::onnx {
namespace {

/// How a QLinear operator's inputs lie.
struct Pattern {
  const char* type;
  bool microsoft;
  const char* real;  ///< the operator on reals
  int activations;   ///< operands in threes (codes, scale, zero point); -1: concatenation
  int bias;          ///< input with the bias, 0: none
  int out;           ///< input with the result's scale, the zero point behind it
  const char* form;  ///< for the documentation
};

constexpr Pattern kPatterns[] = {
    {"QGemm", true, "Gemm", 2, 6, 7, "as Gemm"},
    {"QLinearAdd", true, "Add", 2, 0, 6, "as Add"},
    {"QLinearAveragePool", true, "AveragePool", 1, 0, 3, "as AveragePool; channels_last = 0"},
    {"QLinearConcat", true, "Concat", -1, 0, 0, "as Concat"},
    {"QLinearConv", false, "Conv", 2, 8, 6, "as Conv; bias INT32"},
    {"QLinearGlobalAveragePool", true, "GlobalAveragePool", 1, 0, 3,
     "as GlobalAveragePool; channels_last = 0"},
    {"QLinearLeakyRelu", true, "LeakyRelu", 1, 0, 3, "as LeakyRelu"},
    {"QLinearMatMul", false, "MatMul", 2, 0, 6, "as MatMul"},
    {"QLinearMul", true, "Mul", 2, 0, 6, "as Mul"},
    {"QLinearSigmoid", true, "Sigmoid", 1, 0, 3, "as Sigmoid"},
};

const Pattern* pattern_of(const Node& node) {
  for (const Pattern& pattern : kPatterns)
    if (node.type == pattern.type && node.domain == (pattern.microsoft ? "com.microsoft" : ""))
      return &pattern;
  return nullptr;
}

class Expansion {
 public:
  Expansion(const Node& node, const Pattern& pattern, std::size_t number, std::vector<Node>& to)
      : node_(node),
        pattern_(pattern),
        // No name of a file has this character in it.
        prefix_(std::string("\x01") + std::to_string(number) + "_"),
        to_(to) {}

  void expand() {
    const bool concat = pattern_.activations < 0;
    const std::size_t out = concat ? 0 : static_cast<std::size_t>(pattern_.out);
    Node real = blank(pattern_.real);
    real.attributes = node_.attributes;
    const std::size_t operands =
        concat ? (node_.inputs.size() - std::min<std::size_t>(2, node_.inputs.size())) / 3
               : static_cast<std::size_t>(pattern_.activations);
    // Weights come with scales per output channel: axis 0 of Conv's, the last of the others'.
    for (std::size_t k = 0; k < operands; ++k)
      real.inputs.push_back(dequantize(3 * k + (concat ? 2 : 0), k == 1));
    if (pattern_.bias != 0 && !input(static_cast<std::size_t>(pattern_.bias)).empty())
      real.inputs.push_back(input(static_cast<std::size_t>(pattern_.bias)));
    real.outputs = {prefix_ + "real"};
    to_.push_back(std::move(real));
    Node quantize = blank("QuantizeLinear");
    quantize.inputs = {prefix_ + "real", input(out), input(out + 1)};
    quantize.outputs = node_.outputs;
    to_.push_back(std::move(quantize));
  }

 private:
  std::string input(std::size_t i) const {
    return i < node_.inputs.size() ? node_.inputs[i] : std::string();
  }
  Node blank(const char* type) const {
    Node node;
    node.type = type;
    node.name = node_.name;
    node.made_from = node_.type;
    return node;
  }
  std::string dequantize(std::size_t at, bool weights) {
    Node node = blank("DequantizeLinear");
    node.inputs = {input(at), input(at + 1), input(at + 2)};
    node.outputs = {prefix_ + std::to_string(at)};
    if (weights) {
      const bool rows = std::string(pattern_.real) == "Conv" ||
                        (node_.type == "QGemm" && node_.integer("transB", 0) != 0);
      node.attributes["axis"].i = rows ? 0 : -1;
    }
    to_.push_back(node);
    return node.outputs[0];
  }

  const Node& node_;
  const Pattern& pattern_;
  const std::string prefix_;
  std::vector<Node>& to_;
};

}  // namespace

void expand_qlinear(Model& model) {
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < model.nodes.size(); ++i) {
    if (const Pattern* pattern = pattern_of(model.nodes[i]))
      Expansion(model.nodes[i], *pattern, i, nodes).expand();
    else
      nodes.push_back(std::move(model.nodes[i]));
  }
  model.nodes = std::move(nodes);
}

std::vector<Operator> qlinear_operators() {
  std::vector<Operator> rows;
  for (const Pattern& pattern : kPatterns) {
    Node real;
    real.type = pattern.real;
    rows.push_back(
        {pattern.type, pattern.microsoft, find_operator(real)->place, pattern.form, nullptr});
  }
  return rows;
}

}  // namespace uvea::nn::onnx
