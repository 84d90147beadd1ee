#pragma once
// The content of an .onnx file as plain structures, before any of it is given a meaning. Nothing of
// protobuf is seen from here on.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sw/nn/tensor.h"

namespace uvea::nn::onnx {

/// Element types, by their numbers in the file.
enum class Type { undefined = 0, float32 = 1, uint8 = 2, int8 = 3, int32 = 6, int64 = 7 };

/// Name of a stored type, for messages.
std::string type_name(int type);

/// Elements of a tensor, of a dimension: what a file may ask for.
constexpr std::int64_t kMostElements = std::int64_t{1} << 28;

/// An initialiser or the value of a Constant.
struct Constant {
  int type = 0;
  Shape shape;                      ///< {}: a single value
  std::vector<std::int64_t> whole;  ///< integers
  std::vector<float> real;          ///< FLOAT

  bool is(Type t) const { return type == static_cast<int>(t); }
  bool is_code() const { return is(Type::uint8) || is(Type::int8); }
};

struct Attribute {
  float f = 0.0F;
  std::int64_t i = 0;
  std::string s;
  std::vector<std::int64_t> ints;
  std::vector<float> floats;
  std::optional<Constant> tensor;
};

struct Node {
  std::string type;                          ///< operator
  std::string domain;                        ///< "": ONNX's own
  std::string name;                          ///< for messages: printable, may be empty
  std::vector<std::string> inputs, outputs;  ///< "": left out
  std::map<std::string, Attribute> attributes;

  /// Behind a QLinear operator: its name; else empty.
  std::string made_from;

  bool has(const std::string& attribute) const { return attributes.count(attribute) != 0; }
  std::int64_t integer(const std::string& attribute, std::int64_t fallback) const;
  double real(const std::string& attribute, double fallback) const;
  std::string text(const std::string& attribute, const std::string& fallback) const;
  std::vector<std::int64_t> integers(const std::string& attribute) const;
};

/// A graph input or output.
struct Port {
  std::string name;
  int type = 0;
  std::optional<std::vector<std::int64_t>> dims;  ///< -1: not fixed
};

struct Model {
  std::int64_t opset = 0;  ///< of ONNX's own operators
  std::vector<Node> nodes;
  std::map<std::string, Constant> constants;
  std::vector<Port> inputs, outputs;  ///< inputs without initialisers
};

/// Text of a file, made printable and short.
std::string printable(const std::string& text);

/// "Conv 'name'": a node for messages.
std::string shown(const Node& node);

/// Throws UserError that begins with `name`: no protobuf, no graph, versions that are not read,
/// external data, initialisers whose data contradict their shape.
Model parse_model(const std::uint8_t* data, std::size_t size, const std::string& name);

}  // namespace uvea::nn::onnx
