#include "sw/nn/onnx/onnx_import.h"

#include "sw/nn/arithmetic/reference.h"
#include "sw/nn/import/file.h"
#include "sw/nn/onnx/operators.h"
#include "sw/user_error.h"

namespace uvea::nn {

Network load_onnx_bytes(const std::uint8_t* data, std::size_t size, const std::string& name,
                        const ImportOptions& options) {
  if (options.weight_bits < 2 || options.weight_bits > 16)
    throw UserError("weight bits " + std::to_string(options.weight_bits) +
                    ": must be from 2 to 16");
  onnx::Model model = onnx::parse_model(data, size, name);
  onnx::expand_qlinear(model);
  Network network = [&] {
    try {
      return onnx::Builder(model, name, size, options).build();
    } catch (const onnx::Refusal& refusal) {
      throw UserError(name + ": " + refusal.what);
    }
  }();
  if (options.batch != 1) set_batch(network, options.batch);
  return network;
}

Network load_onnx(const std::string& path, const ImportOptions& options) {
  const std::vector<std::uint8_t> bytes = read_file(path, "an ONNX model");
  return load_onnx_bytes(bytes.data(), bytes.size(), path, options);
}

}  // namespace uvea::nn
