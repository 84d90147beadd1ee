// Operators that only move elements.

#include <algorithm>

#include "sw/nn/tflite/operators.h"

namespace uvea::nn::tflite {
namespace {

constexpr int kConcatOptions = 10, kSplitOptions = 35, kPackOptions = 59, kUnpackOptions = 64,
              kSplitVOptions = 79;  // union types

using Layers = std::vector<ImportedLayer>;

constexpr const char* kContradicts = "the output's shape contradicts the input's";
constexpr const char* kContradict = "the shapes of inputs and output contradict each other";

/// An input and an output of one type.
struct Ends {
  TensorInfo in, out;
};

Ends ends(const OpContext& context, std::size_t input, std::size_t output) {
  Ends e{context.info(context.input(input)), context.info(context.output(output))};
  context.require(e.in.type == e.out.type && e.in.quant.is_signed == e.out.quant.is_signed,
                  "input and output must have the same type");
  return e;
}

bool same_scale(const TensorInfo& a, const TensorInfo& b) {
  return a.quant.scale == b.quant.scale && a.quant.zero_point == b.quant.zero_point;
}

int axis_of(const OpContext& context, int axis, int rank) {
  const int counted = axis < 0 ? axis + rank : axis;
  if (counted < 0 || counted >= rank)
    context.fail("axis " + std::to_string(axis) + " does not exist");
  return counted;
}

int single_constant(const OpContext& context, std::size_t i, const char* what) {
  const std::vector<int> values = context.constants(i, what);
  context.require(values.size() == 1, "the axis must be one number");
  return values[0];
}

/// A slice of the whole of `shape` but for one dimension.
host::Slice part(const Shape& shape, int axis, int begin, int count) {
  host::Slice slice;
  slice.begin.assign(static_cast<std::size_t>(shape.rank()), 0);
  slice.stride.assign(static_cast<std::size_t>(shape.rank()), 1);
  slice.count = shape.dims();
  slice.begin[static_cast<std::size_t>(axis)] = begin;
  slice.count[static_cast<std::size_t>(axis)] = count;
  return slice;
}

/// One slice per output along an axis, in the outputs' own sizes.
Layers split(const OpContext& context, std::size_t input, int axis) {
  const Shape shape = context.info(context.input(input)).shape;
  axis = axis_of(context, axis, shape.rank());
  Layers layers;
  int begin = 0;
  for (std::size_t i = 0; i < context.op().outputs.size(); ++i) {
    const Ends e = ends(context, input, i);
    context.require(e.out.shape.rank() == shape.rank(), kContradict);
    const int count = e.out.shape[axis];
    context.require(count <= shape[axis] - begin, kContradict);
    const host::Slice slice = part(shape, axis, begin, count);
    context.require(Shape(slice.count) == e.out.shape, kContradict);
    layers.push_back({slice, {input}, i});
    begin += count;
  }
  context.require(begin == shape[axis], kContradict);
  return layers;
}

}  // namespace

Layers import_reshape(const OpContext& context) {
  context.output();
  const Ends e = ends(context, 0, 0);
  context.require(e.in.shape.elements() == e.out.shape.elements(),
                  "input and output must have the same number of elements");
  return {{host::Reshape{}}};
}

Layers import_transpose(const OpContext& context) {
  context.output();
  const Ends e = ends(context, 0, 0);
  host::Transpose layer{context.constants(1, "the permutation")};
  std::vector<bool> seen(static_cast<std::size_t>(e.in.shape.rank()), false);
  context.require(layer.perm.size() == seen.size() && e.out.shape.rank() == e.in.shape.rank(),
                  "the permutation must have one number per dimension");
  for (std::size_t d = 0; d < seen.size(); ++d) {
    int& from = layer.perm[d];
    from = axis_of(context, from, e.in.shape.rank());
    context.require(!seen[static_cast<std::size_t>(from)],
                    "the permutation names a dimension twice");
    seen[static_cast<std::size_t>(from)] = true;
    context.require(e.out.shape[static_cast<int>(d)] == e.in.shape[from], kContradicts);
  }
  return {{layer}};
}

Layers import_concat(const OpContext& context) {
  const RawOperator& op = context.options(kConcatOptions);
  if (context.fused_activation(1) != Activation::none)
    context.fail("a fused activation is not supported here");
  const TensorInfo out = context.info(context.output());
  const int axis = axis_of(context, op.option<std::int32_t>(0, 0), out.shape.rank());
  ImportedLayer layer{host::Concat{axis}, {}};
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    const TensorInfo in = ends(context, i, 0).in;
    context.require(in.shape.rank() == out.shape.rank(),
                    "inputs with different numbers of dimensions are not supported");
    if (in.quant.is_signed)
      context.require(same_scale(in, out),
                      "INT8 inputs must have the scale and zero point of the output");
    // As the kernel computes it: times the reciprocal, in single precision.
    if (!same_scale(in, out))
      context.rescaling(static_cast<double>(static_cast<float>(in.quant.scale) *
                                            (1.0F / static_cast<float>(out.quant.scale))));
    sum += in.shape[axis];
    Shape whole = in.shape;
    whole[axis] = out.shape[axis];
    context.require(whole == out.shape, kContradict);
    layer.operands.push_back(i);
  }
  context.require(sum == out.shape[axis], kContradict);
  return {layer};
}

Layers import_pack(const OpContext& context) {
  const RawOperator& op = context.options(kPackOptions);
  const TensorInfo out = context.info(context.output());
  const int axis = axis_of(context, op.option<std::int32_t>(1, 0), out.shape.rank());
  context.require(static_cast<int>(op.inputs.size()) == out.shape[axis], kContradict);
  ImportedLayer layer{host::Pack{axis}, {}};
  for (std::size_t i = 0; i < op.inputs.size(); ++i) {
    const TensorInfo in = ends(context, i, 0).in;
    context.require(same_scale(in, out), "inputs must have the scale and zero point of the output");
    std::vector<int> dims = out.shape.dims();
    dims.erase(dims.begin() + axis);
    context.require(in.shape == Shape(dims), kContradict);
    layer.operands.push_back(i);
  }
  return {layer};
}

Layers import_unpack(const OpContext& context) {
  const RawOperator& op = context.options(kUnpackOptions);
  const Shape shape = context.info(context.input(0)).shape;
  const int axis = axis_of(context, op.option<std::int32_t>(1, 0), shape.rank());
  context.require(static_cast<int>(op.outputs.size()) == shape[axis], kContradict);
  std::vector<int> dims = shape.dims();
  dims.erase(dims.begin() + axis);
  Layers layers;
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    context.require(ends(context, 0, i).out.shape == Shape(dims), kContradict);
    layers.push_back({part(shape, axis, static_cast<int>(i), 1), {0}, i});
  }
  return layers;
}

Layers import_split(const OpContext& context) {
  context.options(kSplitOptions);
  return split(context, 1, single_constant(context, 0, "the axis"));
}

Layers import_split_v(const OpContext& context) {
  context.options(kSplitVOptions);
  return split(context, 0, single_constant(context, 2, "the axis"));
}

Layers import_slice(const OpContext& context) {
  context.output();
  const Ends e = ends(context, 0, 0);
  host::Slice layer{context.constants(1, "the begin"), {}, context.constants(2, "the size")};
  const auto rank = static_cast<std::size_t>(e.in.shape.rank());
  context.require(layer.begin.size() == rank && layer.count.size() == rank,
                  "begin and size must have one number per dimension");
  for (std::size_t d = 0; d < rank; ++d) {
    const int size = e.in.shape[static_cast<int>(d)];
    context.require(layer.begin[d] >= 0 && layer.begin[d] < size, "the slice leaves the input");
    if (layer.count[d] == -1) layer.count[d] = size - layer.begin[d];
    context.require(layer.count[d] >= 1 && layer.count[d] <= size - layer.begin[d],
                    "the slice leaves the input");
  }
  layer.stride.assign(rank, 1);
  context.require(e.out.shape == Shape(layer.count), kContradicts);
  return {{layer}};
}

Layers import_pad(const OpContext& context) {
  context.output();
  const TensorInfo in = context.codes(context.input(0)), out = context.codes(context.output());
  context.require(in.quant.is_signed == out.quant.is_signed && same_scale(in, out),
                  "input and output must have the same type, scale and zero point");
  const std::vector<int> pads = context.constants(1, "the padding");
  const auto rank = static_cast<std::size_t>(in.shape.rank());
  context.require(pads.size() == 2 * rank, "the padding must have two values per dimension");
  host::Pad layer{{}, out.quant.zero_point};
  Shape expected = in.shape;
  for (std::size_t d = 0; d < rank; ++d) {
    for (const int p : {pads[2 * d], pads[2 * d + 1]})
      context.require(p >= 0 && p <= (1 << 15), "a padding is not from 0 to 32768");
    layer.before.push_back(pads[2 * d]);
    expected[static_cast<int>(d)] += pads[2 * d] + pads[2 * d + 1];
  }
  context.require(out.shape == expected, kContradicts);
  if (const RawTensor* value = context.optional_input(2)) {  // PADV2
    const TensorInfo info = context.codes(*value);
    context.require(value->constant() && value->data.size() == 1,
                    "the value to pad with must be one constant code");
    context.require(info.quant.is_signed == in.quant.is_signed && same_scale(info, out),
                    "the value to pad with must have the output's type, scale and zero point");
    layer.code = info.quant.is_signed ? static_cast<std::int8_t>(value->data[0]) : value->data[0];
  }
  return {{layer}};
}

}  // namespace uvea::nn::tflite
