// Operators that only move elements: codes stay the codes they are.

#include <algorithm>
#include <numeric>

#include "sw/nn/onnx/operators.h"

namespace uvea::nn::onnx {
namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

/// A result with the type, quantisation and meaning of `in`.
void move(const NodeContext& context, std::size_t result, const Activation& in, const Shape& shape,
          Form form, HostLayer layer) {
  Builder& builder = context.builder();
  const TensorInfo info = builder.info(in);
  const bool codes = info.type == ElementType::code8;
  Activation out = builder.make(context.output(result), shape, form,
                                codes ? std::optional(info.quant) : std::nullopt, info.type);
  out.coded = in.coded;
  builder.add(context.output(result), {in.tensor}, out, std::move(layer));
  Value value;
  value.activation = out;
  builder.define(context.output(result), value);
}

std::vector<std::int64_t> dims_of(const Shape& shape) {
  return {shape.dims().begin(), shape.dims().end()};
}

/// The dimensions that Reshape, Flatten, Squeeze or Unsqueeze give a value.
std::vector<std::int64_t> new_dims(const NodeContext& context, const Shape& in) {
  const Node& node = context.node();
  std::vector<std::int64_t> dims = dims_of(in);
  if (node.type == "Flatten") {
    const std::int64_t given = node.integer("axis", 1);
    const int axis = given == in.rank() ? in.rank() : context.axis(given, in.rank());
    std::int64_t sides[2] = {1, 1};
    for (int d = 0; d < in.rank(); ++d) sides[d < axis ? 0 : 1] *= in[d];
    return {sides[0], sides[1]};
  }
  if (node.type == "Reshape") {
    dims = context.integers("shape", 1);
    std::int64_t known = 1, open = -1;
    for (std::size_t d = 0; d < dims.size(); ++d) {
      if (dims[d] == 0 && node.integer("allowzero", 0) == 0) {
        if (d >= size(in.rank())) context.fail("its shape copies a dimension that is not there");
        dims[d] = in[static_cast<int>(d)];
      }
      if (dims[d] == -1) {
        context.require(open < 0, "its shape has two open dimensions");
        open = static_cast<std::int64_t>(d);
      } else if (dims[d] < 1 || (known *= dims[d]) > kMostElements) {
        context.fail("its shape has a dimension of " + std::to_string(dims[d]));
      }
    }
    if (open >= 0)
      dims[static_cast<std::size_t>(open)] = static_cast<std::int64_t>(in.elements()) / known;
    return dims;
  }
  const std::vector<std::int64_t> given = context.integers("axes", 1);
  const bool squeeze = node.type == "Squeeze";
  const int rank = squeeze ? in.rank() : in.rank() + static_cast<int>(given.size());
  context.require(rank <= 16, "more than 16 dimensions");
  std::vector<bool> named(size(rank), false);
  for (const std::int64_t axis : given) named[size(context.axis(axis, rank))] = true;
  if (squeeze && given.empty())
    for (int d = 0; d < rank; ++d) named[size(d)] = in[d] == 1;
  dims.clear();
  int from = 0;
  for (int d = 0; d < rank; ++d) {
    if (!named[size(d)]) {
      context.require(from < in.rank(), "an axis is there twice");
      dims.push_back(in[from++]);
    } else if (squeeze) {
      context.require(in[from++] == 1, "it removes a dimension that is not 1");
    } else {
      dims.push_back(1);
    }
  }
  return dims;
}

/// Constants of one scale change their shape, too.
bool reshape_constant(const NodeContext& context) {
  const Value& in = context.value(0);
  if (in.activation) return false;
  if (in.scaled && !in.scaled->per_tensor())
    context.fail("a constant with scales per channel is not supported here");
  Constant constant = in.scaled ? *in.scaled->codes : *in.constant;
  const Shape shape = context.shape(new_dims(context, constant.shape));
  context.require(shape.elements() == constant.shape.elements(),
                  "input and output differ in their number of elements");
  context.require(context.builder().afford(shape.elements()), "constants are shared too often");
  constant.shape = shape;
  Value out = in;
  const Constant* kept = context.builder().keep(std::move(constant));
  if (out.scaled)
    out.scaled->codes = kept;
  else
    out.constant = kept;
  context.builder().define(context.output(), out);
  return true;
}

/// Weights may be transposed on their way into MatMul.
bool transpose_constant(const NodeContext& context, const std::vector<std::int64_t>& given) {
  const Value& in = context.value(0);
  if (in.activation) return false;
  const Constant& from = in.scaled ? *in.scaled->codes : *in.constant;
  context.require(
      from.shape.rank() == 2 && (given.empty() || given == std::vector<std::int64_t>{1, 0}),
      "only constants of 2 dimensions can be transposed");
  context.require(context.builder().afford(from.shape.elements()),
                  "constants are shared too often");
  Constant to = from;
  const auto rows = size(from.shape[0]), cols = size(from.shape[1]);
  to.shape = {from.shape[1], from.shape[0]};
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < cols; ++c) {
      if (!from.whole.empty()) to.whole[c * rows + r] = from.whole[r * cols + c];
      if (!from.real.empty()) to.real[c * rows + r] = from.real[r * cols + c];
    }
  }
  Value out = in;
  const Constant* kept = context.builder().keep(std::move(to));
  if (out.scaled) {
    out.scaled->codes = kept;
    out.scaled->axis = 1 - out.scaled->axis;
  } else {
    out.constant = kept;
  }
  context.builder().define(context.output(), out);
  return true;
}

}  // namespace

void import_identity(const NodeContext& context) {
  context.require(context.node().outputs.size() == 1 || context.node().outputs[1].empty(),
                  "its second output is not supported");
  Value same = context.value(0);
  context.builder().define(context.output(), std::move(same));
}

void import_reshape(const NodeContext& context) {
  if (reshape_constant(context)) return;
  const Activation in = context.builder().in_form(context.activation(0), Form::plain);
  const Shape shape = context.shape(new_dims(context, in.shape));
  context.require(shape.elements() == in.shape.elements(),
                  "input and output differ in their number of elements");
  move(context, 0, in, shape, Form::plain, host::Reshape{});
}

void import_transpose(const NodeContext& context) {
  const std::vector<std::int64_t> given = context.node().integers("perm");
  if (transpose_constant(context, given)) return;
  const Activation in = context.builder().in_form(context.activation(0), Form::plain);
  const int rank = in.shape.rank();
  std::vector<int> perm(size(rank));
  std::iota(perm.rbegin(), perm.rend(), 0);
  if (!given.empty()) {
    context.require(given.size() == perm.size(), "perm does not have one value per dimension");
    perm.clear();
    for (const std::int64_t d : given) perm.push_back(context.axis(d, rank));
    std::vector<int> sorted = perm;
    std::sort(sorted.begin(), sorted.end());
    for (int d = 0; d < rank; ++d)
      context.require(sorted[size(d)] == d, "perm names a dimension twice");
  }
  Shape shape = in.shape;
  for (int d = 0; d < rank; ++d) shape[d] = in.shape[perm[size(d)]];
  move(context, 0, in, shape, Form::plain, host::Transpose{perm});
}

void import_concat(const NodeContext& context) {
  Builder& builder = context.builder();
  const Node& node = context.node();
  std::vector<Activation> parts;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) parts.push_back(context.activation(i));
  context.require(!parts.empty(), "has no input");
  Shape shape = parts[0].shape;
  const int axis = context.axis(node.integer("axis", 1), shape.rank());
  const TensorInfo first = builder.info(parts[0]);
  Form form = Form::plain;
  bool alike = true;
  std::int64_t length = 0;
  for (const Activation& part : parts) {
    context.require(part.shape.rank() == shape.rank(), "its inputs differ in their dimensions");
    length += part.shape[axis];
    Shape rest = part.shape;
    rest[axis] = shape[axis];
    context.require(rest == shape, "the shapes of its inputs contradict each other");
    const TensorInfo& info = builder.info(part);
    alike = alike && info.type == first.type && info.quant.scale == first.quant.scale &&
            info.quant.zero_point == first.quant.zero_point &&
            info.quant.is_signed == first.quant.is_signed;
    context.require(part.coded == parts[0].coded, "some inputs are quantised and some are not");
    if (part.form == Form::last) form = Form::last;
  }
  context.require(length <= kMostElements, "its result is too large");
  const bool coded = parts[0].coded;
  context.require(!coded || alike, "its quantised inputs differ in scale or zero point");
  shape[axis] = static_cast<int>(length);
  Tail tail;
  tail.name = context.output();
  if (coded || (alike && first.type == ElementType::code8))
    tail.quant = first.quant;
  else
    tail = builder.follow(context.output(), false);
  const bool through = tail.name == context.output();  // no QuantizeLinear is taken in
  std::vector<int> inputs;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Activation part = builder.in_form(parts[i], form);
    const TensorInfo info = builder.info(part);
    const bool fits = tail.quant ? info.type == ElementType::code8 &&
                                       info.quant.scale == tail.quant->scale &&
                                       info.quant.zero_point == tail.quant->zero_point &&
                                       info.quant.is_signed == tail.quant->is_signed
                                 : info.type == ElementType::float32;
    if (!fits) part = builder.requantized(part, tail.quant, {}, node.inputs[i] + "_scaled");
    inputs.push_back(part.tensor);
  }
  host::Concat layer;
  layer.axis = placed(axis, shape.rank(), form);
  Activation out = builder.make(tail.name, shape, form, tail.quant, ElementType::float32);
  out.coded = through ? coded : true;
  builder.add(tail.name, std::move(inputs), out, HostLayer{layer});
  Value value;
  value.activation = out;
  builder.define(tail.name, value);
}

void import_split(const NodeContext& context) {
  const Node& node = context.node();
  const Activation in = context.activation(0);
  const int rank = in.shape.rank();
  const int axis = context.axis(node.integer("axis", 0), rank);
  std::vector<std::int64_t> parts = context.integers("split", 1);
  const auto outputs = static_cast<std::int64_t>(node.outputs.size());
  context.require(outputs > 0, "has no output");
  if (parts.empty()) {  // the last part has the rest
    const std::int64_t part = (in.shape[axis] + outputs - 1) / outputs;
    parts.assign(node.outputs.size(), part);
    parts.back() = in.shape[axis] - part * (outputs - 1);
  }
  context.require(parts.size() == node.outputs.size(), "it does not have as many parts as outputs");
  std::int64_t sum = 0;
  for (const std::int64_t part : parts) {
    if (part < 1 || part > in.shape[axis])
      context.fail("a part would have " + std::to_string(part) + " elements");
    sum += part;
  }
  context.require(sum == in.shape[axis], "its parts do not add up to its input");
  int begin = 0;
  for (std::size_t k = 0; k < parts.size(); ++k) {
    Shape shape = in.shape;
    shape[axis] = static_cast<int>(parts[k]);
    host::Slice layer;
    layer.begin.assign(size(rank), 0);
    layer.stride.assign(size(rank), 1);
    layer.count = placed(shape, in.form).dims();
    layer.begin[size(placed(axis, rank, in.form))] = begin;
    begin += static_cast<int>(parts[k]);
    if (!node.outputs[k].empty()) move(context, k, in, shape, in.form, layer);
  }
}

void import_slice(const NodeContext& context) {
  const Activation in = context.activation(0);
  const int rank = in.shape.rank();
  const std::vector<std::int64_t> starts = context.integers("starts", 1);
  const std::vector<std::int64_t> ends = context.integers("ends", 2);
  std::vector<std::int64_t> axes = context.integers("axes", 3);
  std::vector<std::int64_t> steps =
      context.has_input(4) ? context.integers(4) : std::vector<std::int64_t>(starts.size(), 1);
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  context.require(
      ends.size() == starts.size() && axes.size() == starts.size() && steps.size() == starts.size(),
      "starts, ends, axes and steps differ in their number");
  Shape shape = in.shape;
  std::vector<int> begin(size(rank), 0), stride(size(rank), 1);
  for (std::size_t k = 0; k < starts.size(); ++k) {
    const int axis = context.axis(axes[k], rank);
    const std::int64_t length = in.shape[axis], step = steps[k];
    if (step == 0 || step > kMostElements || step < -kMostElements)
      context.fail("a step of " + std::to_string(step));
    const auto bounded = [&](std::int64_t place, std::int64_t low, std::int64_t high) {
      return std::clamp(place < 0 ? std::max(place, -length - 1) + length : place, low, high);
    };
    const std::int64_t from = bounded(starts[k], 0, step > 0 ? length : length - 1);
    const std::int64_t to = bounded(ends[k], step > 0 ? 0 : -1, step > 0 ? length : length - 1);
    const std::int64_t count =
        step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step;
    if (count < 1) context.fail("its result is empty");
    begin[size(axis)] = static_cast<int>(from);
    stride[size(axis)] = static_cast<int>(step);
    shape[axis] = static_cast<int>(count);
  }
  host::Slice layer;
  layer.begin = placed(Shape(begin), in.form).dims();
  layer.stride = placed(Shape(stride), in.form).dims();
  layer.count = placed(shape, in.form).dims();
  move(context, 0, in, shape, in.form, layer);
}

namespace {

/// Output place i of each axis is input place from[axis][i]; axes that stay have none.
void pick(const NodeContext& context, Activation in, const std::vector<std::vector<int>>& from) {
  Builder& builder = context.builder();
  std::size_t last = from.size();
  for (std::size_t d = 0; d < from.size(); ++d)
    if (!from[d].empty()) last = d;
  if (last == from.size()) {  // nothing moves
    Value same = context.value(0);
    builder.define(context.output(), std::move(same));
    return;
  }
  for (std::size_t d = 0; d <= last; ++d) {
    if (from[d].empty()) continue;
    Shape shape = in.shape;
    shape[static_cast<int>(d)] = static_cast<int>(from[d].size());
    host::Pick layer{placed(static_cast<int>(d), shape.rank(), in.form), from[d]};
    if (d == last) {
      move(context, 0, in, shape, in.form, layer);
    } else {
      const TensorInfo info = builder.info(in);
      Activation out = builder.make(
          context.output() + "_axis" + std::to_string(d), shape, in.form,
          info.type == ElementType::code8 ? std::optional(info.quant) : std::nullopt, info.type);
      out.coded = in.coded;
      builder.add(context.output(), {in.tensor}, out, HostLayer{layer});
      in = out;
    }
  }
}

}  // namespace

void import_pick(const NodeContext& context, const std::vector<std::vector<int>>& from) {
  pick(context, context.activation(0), from);
}

void import_moved(const NodeContext& context, const Activation& in, const Shape& shape,
                  HostLayer layer) {
  move(context, 0, in, shape, in.form, std::move(layer));
}

}  // namespace uvea::nn::onnx
