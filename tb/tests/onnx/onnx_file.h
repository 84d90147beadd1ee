#pragma once
// Small .onnx files, built node by node.

#include <cstdint>
#include <string>
#include <vector>

#include "sw/nn/onnx/onnx_part.pb.h"

namespace uvea::test {

enum class OnnxType { float32 = 1, uint8 = 2, int8 = 3, int32 = 6, int64 = 7 };

class OnnxFile {
 public:
  explicit OnnxFile(int opset = 13);

  onnx_file::ModelProto& model() { return model_; }
  onnx_file::GraphProto& graph() { return *model_.mutable_graph(); }
  std::string bytes() const { return model_.SerializeAsString(); }

  void input(const std::string& name, OnnxType type, const std::vector<std::int64_t>& dims);
  void output(const std::string& name, OnnxType type, const std::vector<std::int64_t>& dims);
  /// An initialiser; its name is returned. `raw`: as raw_data, else in the typed field.
  std::string whole(const std::string& name, OnnxType type, const std::vector<std::int64_t>& dims,
                    const std::vector<std::int64_t>& values, bool raw = true);
  std::string real(const std::string& name, const std::vector<std::int64_t>& dims,
                   const std::vector<float>& values, bool raw = true);
  /// A node with one output, named after it.
  onnx_file::NodeProto& node(const std::string& type, const std::vector<std::string>& inputs,
                             const std::string& output, const std::string& domain = "");
  static void attribute(onnx_file::NodeProto& node, const std::string& name,
                        const std::vector<std::int64_t>& values);
  static void attribute(onnx_file::NodeProto& node, const std::string& name, std::int64_t value);
  static void attribute(onnx_file::NodeProto& node, const std::string& name, float value);
  static void attribute(onnx_file::NodeProto& node, const std::string& name,
                        const std::string& value);

  /// Scale and zero point of a tensor.
  struct Scale {
    float scale = 1.0F;
    int zero_point = 0;
    OnnxType type = OnnxType::int8;
  };
  /// QuantizeLinear or DequantizeLinear of `from` to `to`.
  void quantize(const std::string& from, const Scale& scale, const std::string& to);
  void dequantize(const std::string& from, const Scale& scale, const std::string& to);
  /// Names of its two initialisers.
  std::vector<std::string> initialisers(const Scale& scale);

 private:
  onnx_file::TensorProto& tensor(const std::string& name, OnnxType type,
                                 const std::vector<std::int64_t>& dims);

  onnx_file::ModelProto model_;
  int made_ = 0;
};

}  // namespace uvea::test
