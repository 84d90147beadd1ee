#include "sw/nn/host_layer.h"

#include <algorithm>

namespace uvea::nn {
namespace host {
namespace {

const char* name(const Binary& layer) {
  switch (layer.op) {
    case BinaryOp::add:
      return "add";
    case BinaryOp::sub:
      return "sub";
    case BinaryOp::mul:
      return "mul";
    case BinaryOp::minimum:
      return "minimum";
    case BinaryOp::maximum:
      return "maximum";
  }
  return "";
}
const char* name(const Relu&) { return "relu"; }
const char* name(const Curve& layer) {
  switch (layer.kind) {
    case CurveKind::logistic:
      return "logistic";
    case CurveKind::tanh:
      return "tanh";
    case CurveKind::hard_swish:
      return "hard_swish";
    case CurveKind::leaky_relu:
      return "leaky_relu";
  }
  return "";
}
const char* name(const Prelu&) { return "prelu"; }
const char* name(const LogSoftmax&) { return "log_softmax"; }
const char* name(const Softmax&) { return "softmax"; }
const char* name(const Quantize&) { return "quantize"; }
const char* name(const Pool& layer) {
  return layer.kind == PoolKind::average ? "average_pool" : "max_pool";
}
const char* name(const Resize& layer) {
  return layer.kind == ResizeKind::nearest ? "resize_nearest" : "resize_bilinear";
}
const char* name(const Mean&) { return "mean"; }
const char* name(const ArgMax&) { return "arg_max"; }
const char* name(const Reshape&) { return "reshape"; }
const char* name(const Transpose&) { return "transpose"; }
const char* name(const Concat&) { return "concat"; }
const char* name(const Pack&) { return "pack"; }
const char* name(const Slice&) { return "slice"; }
const char* name(const Pad&) { return "pad"; }
const char* name(const SpaceToDepth&) { return "space_to_depth"; }
const char* name(const DepthToSpace&) { return "depth_to_space"; }
const char* name(const SpaceToBatch&) { return "space_to_batch"; }
const char* name(const BatchToSpace&) { return "batch_to_space"; }
const char* name(const Spread&) { return "spread"; }
const char* name(const RealUnary& layer) {
  switch (layer.function) {
    case RealFunction::identity:
      return "quantize";
    case RealFunction::leaky_relu:
      return "leaky_relu";
    case RealFunction::sigmoid:
      return "sigmoid";
    case RealFunction::tanh:
      return "tanh";
    case RealFunction::hard_sigmoid:
      return "hard_sigmoid";
    case RealFunction::hard_swish:
      return "hard_swish";
  }
  return "";
}
const char* name(const RealBinary& layer) {
  switch (layer.op) {
    case RealBinaryOp::add:
      return "add";
    case RealBinaryOp::sub:
      return "sub";
    case RealBinaryOp::mul:
      return "mul";
    case RealBinaryOp::div:
      return "div";
    case RealBinaryOp::minimum:
      return "minimum";
    case RealBinaryOp::maximum:
      return "maximum";
  }
  return "";
}
const char* name(const RealAveragePool&) { return "average_pool"; }
const char* name(const RealMean&) { return "mean"; }
const char* name(const RealSoftmax&) { return "softmax"; }
const char* name(const Pick&) { return "pick"; }

using Operands = std::vector<OperandShape>;

bool any_constant(const Operands& operands) {
  return std::any_of(operands.begin(), operands.end(),
                     [](const OperandShape& o) { return o.constant; });
}

// Each says whether the images, one after the other along the first dimension, stay apart.

bool pairs_stay_apart(const Operands& operands, const Shape& out) {
  return std::all_of(operands.begin(), operands.end(), [&](const OperandShape& o) {
    const bool first = o.shape.rank() == out.rank() && out.rank() > 0;
    return o.constant ? !first || o.shape[0] == 1 : first && o.shape[0] == out[0];
  });
}
bool widen(const Binary&, int, const Operands& operands, const Shape& out) {
  return pairs_stay_apart(operands, out);
}
bool widen(const Prelu&, int, const Operands& operands, const Shape& out) {
  return pairs_stay_apart(operands, out);
}
bool widen(const Curve&, int, const Operands&, const Shape&) { return true; }
bool widen(const LogSoftmax&, int, const Operands&, const Shape& out) { return out.rank() > 1; }
bool widen(const Relu&, int, const Operands&, const Shape&) { return true; }
bool widen(const Softmax&, int, const Operands&, const Shape& out) { return out.rank() > 1; }
bool widen(const Quantize&, int, const Operands&, const Shape&) { return true; }
bool widen(const Pool&, int, const Operands&, const Shape& out) { return out.rank() == 4; }
bool widen(const Resize&, int, const Operands&, const Shape& out) { return out.rank() == 4; }
bool widen(const Mean& layer, int, const Operands&, const Shape&) {
  return std::find(layer.axes.begin(), layer.axes.end(), 0) == layer.axes.end();
}
bool widen(const ArgMax& layer, int, const Operands&, const Shape&) { return layer.axis != 0; }
bool widen(const Reshape&, int, const Operands& operands, const Shape& out) {
  return operands[0].shape.rank() > 0 && out.rank() > 0;
}
bool widen(const Transpose& layer, int, const Operands&, const Shape&) {
  return !layer.perm.empty() && layer.perm[0] == 0;
}
bool widen(const Concat& layer, int, const Operands& operands, const Shape&) {
  return layer.axis != 0 && !any_constant(operands);
}
bool widen(const Pack& layer, int, const Operands& operands, const Shape&) {
  return layer.axis != 0 && !any_constant(operands);
}
bool widen(Slice& layer, int batch, const Operands& operands, const Shape& out) {
  const Shape& in = operands[0].shape;
  if (in.rank() == 0 || out.rank() == 0 || layer.begin[0] != 0 || layer.stride[0] != 1 ||
      layer.count[0] != in[0])
    return false;
  layer.count[0] *= batch;
  return true;
}
bool widen(const Pad& layer, int, const Operands& operands, const Shape& out) {
  const Shape& in = operands[0].shape;
  return in.rank() > 0 && layer.before[0] == 0 && in[0] == out[0];
}
bool widen(const RealUnary&, int, const Operands&, const Shape&) { return true; }
bool widen(const RealBinary&, int, const Operands& operands, const Shape& out) {
  return pairs_stay_apart(operands, out);
}
bool widen(const RealAveragePool&, int, const Operands&, const Shape& out) {
  return out.rank() > 2;
}
bool widen(const RealMean& layer, int, const Operands&, const Shape&) {
  return std::find(layer.axes.begin(), layer.axes.end(), 0) == layer.axes.end();
}
bool widen(const RealSoftmax& layer, int, const Operands&, const Shape&) { return layer.first > 0; }
bool widen(const Pick& layer, int, const Operands&, const Shape&) { return layer.axis != 0; }

bool widen(const SpaceToDepth&, int, const Operands&, const Shape&) { return true; }
bool widen(const DepthToSpace&, int, const Operands&, const Shape&) { return true; }
// Images of one block position lie together, whichever image of the batch they are from.
bool widen(const SpaceToBatch&, int, const Operands&, const Shape&) { return false; }
bool widen(const BatchToSpace&, int, const Operands&, const Shape&) { return false; }
bool widen(const Spread&, int, const Operands&, const Shape&) { return true; }

}  // namespace
}  // namespace host

std::string host_layer_name(const HostLayer& layer) {
  return std::visit([](const auto& l) { return host::name(l); }, layer);
}

bool widen_batch(HostLayer& layer, int batch, const std::vector<OperandShape>& operands,
                 const Shape& output) {
  return std::visit([&](auto& l) { return host::widen(l, batch, operands, output); }, layer);
}

}  // namespace uvea::nn
