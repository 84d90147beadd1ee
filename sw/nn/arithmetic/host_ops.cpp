#include "sw/nn/arithmetic/host_ops.h"

#include "sw/nn/arithmetic/host_kernels.h"

namespace uvea::nn {

Tensor run_host_layer(const HostLayer& layer, const std::vector<const Tensor*>& inputs,
                      const TensorInfo& output) {
  host::require(!inputs.empty(), "host layer without input");
  for (const Tensor* t : inputs)
    host::require(t->bytes.size() == t->expected_bytes(), "input data do not fit their shape");
  Tensor out;
  out.shape = output.shape;
  out.quant = output.quant;
  out.type = output.type;
  out.bytes.resize(out.expected_bytes());
  std::visit([&](const auto& l) { host::run(l, inputs, out); }, layer);
  return out;
}

Tensor to_reals(const Tensor& codes) {
  return run_host_layer(host::Quantize{}, {&codes},
                        {"", codes.shape, codes.quant, ElementType::float32});
}

}  // namespace uvea::nn
