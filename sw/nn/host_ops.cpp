#include "sw/nn/host_ops.h"

#include "sw/nn/host_kernels.h"

namespace uvea::nn {

Tensor run_host_layer(const HostLayer& layer, const std::vector<const Tensor*>& inputs,
                      const TensorInfo& output) {
  host::require(!inputs.empty(), "host layer without input");
  for (const Tensor* t : inputs)
    host::require(t->bytes.size() == t->shape.elements(), "input data do not fit their shape");
  Tensor out;
  out.shape = output.shape;
  out.quant = output.quant;
  out.bytes.resize(out.shape.elements());
  const Tensor& in = *inputs.front();
  switch (layer.op) {
    case HostOp::add:
      host::require(inputs.size() == 2, "add takes two inputs");
      host::add(layer, in, *inputs[1], out);
      break;
    case HostOp::average_pool:
      host::average_pool(layer, in, out);
      break;
    case HostOp::max_pool:
      host::max_pool(layer, in, out);
      break;
    case HostOp::softmax:
      host::softmax(layer, in, out);
      break;
    case HostOp::reshape:
      host::require(in.bytes.size() == out.bytes.size(), "reshape changes the number of elements");
      out.bytes = in.bytes;
      break;
    case HostOp::quantize:
      host::quantize(in, out);
      break;
    case HostOp::dequantize:
      throw std::invalid_argument("dequantize is not offered");
    case HostOp::resize_nearest:
      host::resize_nearest(layer, in, out);
      break;
    case HostOp::resize_bilinear:
      host::resize_bilinear(layer, in, out);
      break;
    case HostOp::concat:
      host::concat(layer, inputs, out);
      break;
    case HostOp::pad:
      host::pad(layer, in, out);
      break;
    case HostOp::mean:
      host::mean(layer, in, out);
      break;
    case HostOp::relu:
      host::relu(layer, in, out);
      break;
  }
  return out;
}

}  // namespace uvea::nn
