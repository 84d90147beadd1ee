#include "sw/nn/onnx/model.h"

#include <cstring>
#include <limits>

#include "sw/nn/onnx/onnx_part.pb.h"
#include "sw/user_error.h"

namespace uvea::nn::onnx {
namespace {

constexpr std::int64_t kOldestOpset = 7, kNewestOpset = 25;

/// Little-endian elements.
template <typename Stored, typename Wide>
bool take_raw(const std::string& raw, std::size_t count, std::vector<Wide>& to) {
  if (raw.size() / sizeof(Stored) != count || raw.size() % sizeof(Stored) != 0) return false;
  to.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t bits = 0;
    for (std::size_t b = sizeof(Stored); b-- > 0;)
      bits = (bits << 8) | static_cast<std::uint8_t>(raw[i * sizeof(Stored) + b]);
    Stored value;
    if constexpr (std::is_same_v<Stored, float>) {
      const auto word = static_cast<std::uint32_t>(bits);
      std::memcpy(&value, &word, sizeof value);
    } else {
      value = static_cast<Stored>(bits);
    }
    to.push_back(static_cast<Wide>(value));
  }
  return true;
}

template <typename Field, typename Wide>
bool take_field(const Field& field, std::size_t count, std::int64_t lowest, std::int64_t highest,
                std::vector<Wide>& to) {
  if (static_cast<std::size_t>(field.size()) != count) return false;
  to.reserve(count);
  for (const auto value : field) {
    if constexpr (!std::is_same_v<Wide, float>) {
      if (value < lowest || value > highest) return false;
    }
    to.push_back(static_cast<Wide>(value));
  }
  return true;
}

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  Model parse(const onnx_file::ModelProto& proto) {
    if (!proto.has_graph()) fail("has no graph; not an ONNX model?");
    for (const auto& opset : proto.opset_import())
      if (opset.domain().empty() || opset.domain() == "ai.onnx") model_.opset = opset.version();
    if (model_.opset < kOldestOpset || model_.opset > kNewestOpset)
      fail("operator set " + std::to_string(model_.opset) + " is not read, expected " +
           std::to_string(kOldestOpset) + " to " + std::to_string(kNewestOpset) +
           "; convert it with onnx.version_converter");
    if (proto.functions_size() != 0)
      fail("has functions of its own; inline them with onnx.inliner");
    const onnx_file::GraphProto& graph = proto.graph();
    if (graph.sparse_initializer_size() != 0) fail("has sparse initialisers, which are not read");
    for (const auto& tensor : graph.initializer()) {
      const std::string what = "initialiser " + printable(tensor.name());
      if (!model_.constants.emplace(tensor.name(), constant(tensor, what)).second)
        fail(what + " is there twice");
    }
    for (const auto& node : graph.node()) model_.nodes.push_back(take_node(node));
    for (const auto& input : graph.input())
      if (model_.constants.count(input.name()) == 0) model_.inputs.push_back(port(input));
    for (const auto& output : graph.output()) model_.outputs.push_back(port(output));
    return std::move(model_);
  }

  [[noreturn]] void fail(const std::string& what) const { throw UserError(file_ + ": " + what); }

 private:
  Constant constant(const onnx_file::TensorProto& proto, const std::string& what) const {
    if (proto.data_location() == 1 || proto.external_data_size() != 0)
      fail(what +
           " has its data in another file; save the model as one file (onnx.save_model with "
           "save_as_external_data=False)");
    Constant result;
    result.type = proto.data_type();
    std::vector<int> dims;
    std::int64_t elements = 1;
    for (const std::int64_t d : proto.dims()) {
      if (d < 0 || d > kMostElements) fail(what + ": a dimension is out of range");
      elements *= d;
      if (elements > kMostElements) fail(what + " is too large");
      dims.push_back(static_cast<int>(d));
    }
    result.shape = Shape(dims);
    if (!take_data(proto, static_cast<std::size_t>(elements), result))
      fail(what + ": its data do not fit its type " + type_name(proto.data_type()) + " and its " +
           std::to_string(elements) + " elements");
    return result;
  }

  /// Types that nothing here can use stay without data; whoever wants them refuses them by name.
  static bool take_data(const onnx_file::TensorProto& proto, std::size_t count, Constant& to) {
    const bool raw = proto.has_raw_data();
    const std::string& bytes = proto.raw_data();
    switch (static_cast<Type>(proto.data_type())) {
      case Type::float32:
        return raw ? take_raw<float>(bytes, count, to.real)
                   : take_field(proto.float_data(), count, 0, 0, to.real);
      case Type::uint8:
        return raw ? take_raw<std::uint8_t>(bytes, count, to.whole)
                   : take_field(proto.int32_data(), count, 0, 255, to.whole);
      case Type::int8:
        return raw ? take_raw<std::int8_t>(bytes, count, to.whole)
                   : take_field(proto.int32_data(), count, -128, 127, to.whole);
      case Type::int32:
        return raw ? take_raw<std::int32_t>(bytes, count, to.whole)
                   : take_field(proto.int32_data(), count, std::numeric_limits<std::int32_t>::min(),
                                std::numeric_limits<std::int32_t>::max(), to.whole);
      case Type::int64:
        return raw ? take_raw<std::int64_t>(bytes, count, to.whole)
                   : take_field(proto.int64_data(), count, std::numeric_limits<std::int64_t>::min(),
                                std::numeric_limits<std::int64_t>::max(), to.whole);
      default:
        return true;
    }
  }

  Node take_node(const onnx_file::NodeProto& proto) const {
    Node node;
    node.type = printable(proto.op_type());
    node.domain = proto.domain() == "ai.onnx" ? "" : printable(proto.domain());
    node.name = printable(proto.name());
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    for (const auto& a : proto.attribute()) {
      Attribute attribute;
      attribute.f = a.f();
      attribute.i = a.i();
      attribute.s = printable(a.s());
      attribute.ints.assign(a.ints().begin(), a.ints().end());
      attribute.floats.assign(a.floats().begin(), a.floats().end());
      if (a.has_t()) attribute.tensor = constant(a.t(), shown(node) + ": " + printable(a.name()));
      node.attributes[a.name()] = std::move(attribute);
    }
    return node;
  }

  Port port(const onnx_file::ValueInfoProto& proto) const {
    Port result;
    result.name = proto.name();
    if (!proto.type().has_tensor_type())
      fail(printable(proto.name()) + " is no tensor; sequences, maps and optionals are not read");
    const auto& tensor = proto.type().tensor_type();
    result.type = tensor.elem_type();
    if (tensor.has_shape()) {
      result.dims.emplace();
      for (const auto& dim : tensor.shape().dim())
        result.dims->push_back(dim.has_dim_value() ? dim.dim_value() : -1);
    }
    return result;
  }

  const std::string& file_;
  Model model_;
};

}  // namespace

std::string type_name(int type) {
  static constexpr const char* names[] = {
      "UNDEFINED",      "FLOAT",      "UINT8",          "INT8",       "UINT16",   "INT16",
      "INT32",          "INT64",      "STRING",         "BOOL",       "FLOAT16",  "DOUBLE",
      "UINT32",         "UINT64",     "COMPLEX64",      "COMPLEX128", "BFLOAT16", "FLOAT8E4M3FN",
      "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4",      "INT4"};
  if (type < 0 || type >= static_cast<int>(std::size(names)))
    return "number " + std::to_string(type);
  return names[type];
}

std::int64_t Node::integer(const std::string& attribute, std::int64_t fallback) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? fallback : found->second.i;
}

double Node::real(const std::string& attribute, double fallback) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? fallback : static_cast<double>(found->second.f);
}

std::string Node::text(const std::string& attribute, const std::string& fallback) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? fallback : found->second.s;
}

std::vector<std::int64_t> Node::integers(const std::string& attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? std::vector<std::int64_t>{} : found->second.ints;
}

std::string printable(const std::string& text) {
  std::string result = text.substr(0, 96);
  for (char& c : result)
    if (c < ' ' || c > '~') c = '?';
  return result;
}

std::string shown(const Node& node) {
  const std::string type = node.made_from.empty() ? node.type : node.made_from;
  return node.name.empty() ? type : type + " '" + node.name + "'";
}

Model parse_model(const std::uint8_t* data, std::size_t size, const std::string& name) {
  Parser parser(name);
  if (size == 0) parser.fail("is empty");
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    parser.fail("is larger than 2 GB");
  onnx_file::ModelProto proto;
  if (!proto.ParseFromArray(data, static_cast<int>(size)))
    parser.fail("is no ONNX file, or truncated or corrupted");
  return parser.parse(proto);
}

}  // namespace uvea::nn::onnx
