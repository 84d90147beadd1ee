#include "tb/tests/onnx/onnx_file.h"

#include <cstring>

namespace uvea::test {
namespace {

void describe(onnx_file::ValueInfoProto& port, const std::string& name, OnnxType type,
              const std::vector<std::int64_t>& dims) {
  port.set_name(name);
  auto& tensor = *port.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(static_cast<int>(type));
  for (const std::int64_t d : dims) {
    auto& dim = *tensor.mutable_shape()->add_dim();
    if (d < 0)
      dim.set_dim_param("batch");
    else
      dim.set_dim_value(d);
  }
}

void append(std::string& raw, std::uint64_t bits, int bytes) {
  for (int b = 0; b < bytes; ++b) raw.push_back(static_cast<char>((bits >> (8 * b)) & 0xff));
}

}  // namespace

OnnxFile::OnnxFile(int opset) {
  model_.set_ir_version(8);
  auto& own = *model_.add_opset_import();
  own.set_domain("");
  own.set_version(opset);
  auto& microsoft = *model_.add_opset_import();
  microsoft.set_domain("com.microsoft");
  microsoft.set_version(1);
}

void OnnxFile::input(const std::string& name, OnnxType type,
                     const std::vector<std::int64_t>& dims) {
  describe(*graph().add_input(), name, type, dims);
}

void OnnxFile::output(const std::string& name, OnnxType type,
                      const std::vector<std::int64_t>& dims) {
  describe(*graph().add_output(), name, type, dims);
}

onnx_file::TensorProto& OnnxFile::tensor(const std::string& name, OnnxType type,
                                         const std::vector<std::int64_t>& dims) {
  auto& tensor = *graph().add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(static_cast<int>(type));
  for (const std::int64_t d : dims) tensor.add_dims(d);
  return tensor;
}

std::string OnnxFile::whole(const std::string& name, OnnxType type,
                            const std::vector<std::int64_t>& dims,
                            const std::vector<std::int64_t>& values, bool raw) {
  auto& to = tensor(name, type, dims);
  const int bytes = type == OnnxType::int64 ? 8 : type == OnnxType::int32 ? 4 : 1;
  if (raw) to.set_raw_data("");
  for (const std::int64_t value : values) {
    if (raw)
      append(*to.mutable_raw_data(), static_cast<std::uint64_t>(value), bytes);
    else if (type == OnnxType::int64)
      to.add_int64_data(value);
    else
      to.add_int32_data(static_cast<std::int32_t>(value));
  }
  return name;
}

std::string OnnxFile::real(const std::string& name, const std::vector<std::int64_t>& dims,
                           const std::vector<float>& values, bool raw) {
  auto& to = tensor(name, OnnxType::float32, dims);
  if (raw) to.set_raw_data("");
  for (const float value : values) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    if (raw)
      append(*to.mutable_raw_data(), bits, 4);
    else
      to.add_float_data(value);
  }
  return name;
}

onnx_file::NodeProto& OnnxFile::node(const std::string& type,
                                     const std::vector<std::string>& inputs,
                                     const std::string& output, const std::string& domain) {
  auto& node = *graph().add_node();
  node.set_op_type(type);
  node.set_domain(domain);
  node.set_name(output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void OnnxFile::attribute(onnx_file::NodeProto& node, const std::string& name,
                         const std::vector<std::int64_t>& values) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

void OnnxFile::attribute(onnx_file::NodeProto& node, const std::string& name, std::int64_t value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_i(value);
}

void OnnxFile::attribute(onnx_file::NodeProto& node, const std::string& name, float value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_f(value);
}

void OnnxFile::attribute(onnx_file::NodeProto& node, const std::string& name,
                         const std::string& value) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_s(value);
}

std::vector<std::string> OnnxFile::initialisers(const Scale& scale) {
  const std::string number = std::to_string(made_++);
  return {real("scale_" + number, {}, {scale.scale}),
          whole("zero_" + number, scale.type, {}, {scale.zero_point})};
}

void OnnxFile::quantize(const std::string& from, const Scale& scale, const std::string& to) {
  const auto names = initialisers(scale);
  node("QuantizeLinear", {from, names[0], names[1]}, to);
}

void OnnxFile::dequantize(const std::string& from, const Scale& scale, const std::string& to) {
  const auto names = initialisers(scale);
  node("DequantizeLinear", {from, names[0], names[1]}, to);
}

}  // namespace uvea::test
