// Host operations that only move elements, of any type: reshape, transpose, concat, pack, slice,
// pad.

#include <cmath>
#include <cstring>

#include "sw/nn/arithmetic/host_kernels.h"
#include "sw/nn/arithmetic/host_view.h"

namespace uvea::nn::host {
namespace {

bool same_codes(const Tensor& a, const Tensor& b) {
  return a.type != ElementType::code8 ||
         (a.quant.scale == b.quant.scale && a.quant.zero_point == b.quant.zero_point &&
          a.quant.is_signed == b.quant.is_signed);
}

/// The codes in another scale, with single-precision arithmetic.
Tensor rescaled(const Tensor& in, const Quantization& to) {
  Tensor out{in.shape, to, std::vector<std::uint8_t>(in.bytes.size()), in.type};
  const float scale = static_cast<float>(in.quant.scale) * (1.0F / static_cast<float>(to.scale));
  const float bias = static_cast<float>(-in.quant.zero_point) * scale;
  for (std::size_t i = 0; i < in.bytes.size(); ++i) {
    const float steps = std::round(static_cast<float>(in.code(i)) * scale + bias);
    const int code = static_cast<int>(std::clamp(steps, -1000.0F, 1000.0F)) + to.zero_point;
    out.bytes[i] = to_byte(std::clamp(code, to.lowest(), to.highest()));
  }
  return out;
}

/// Joins inputs that have these shapes along a dimension.
void join(const Inputs& in, const std::vector<Shape>& shapes, int axis, Tensor& out) {
  const Shape& whole = out.shape;
  require(axis >= 0 && axis < whole.rank(), "concat: axis out of range");
  int extent = 0;
  for (const Shape& shape : shapes) {
    require(shape.rank() == whole.rank(), "concat: shapes do not fit");
    for (int d = 0; d < whole.rank(); ++d)
      require(d == axis || shape[d] == whole[d], "concat: shapes do not fit");
    extent += shape[axis];
  }
  require(extent == whole[axis], "concat: shapes do not fit");
  std::vector<int> begin(static_cast<std::size_t>(whole.rank()), 0);
  const std::vector<int> steps(begin.size(), 1);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const View place = View::of(whole).sliced(begin, steps, shapes[i].dims());
    if (same_codes(*in[i], out))
      scatter(*in[i], out, place);
    else
      scatter(rescaled(*in[i], out.quant), out, place);
    begin[static_cast<std::size_t>(axis)] += shapes[i][axis];
  }
}

}  // namespace

void run(const Reshape&, const Inputs& in, Tensor& out) {
  require_same_elements(only(in), out);
  require(only(in).bytes.size() == out.bytes.size(), "reshape changes the number of elements");
  out.bytes = only(in).bytes;
}

void run(const Transpose& layer, const Inputs& in, Tensor& out) {
  const Shape& shape = only(in).shape;
  std::vector<int> sorted = layer.perm;
  std::sort(sorted.begin(), sorted.end());
  require(static_cast<int>(sorted.size()) == shape.rank(), "transpose: no permutation");
  for (std::size_t d = 0; d < sorted.size(); ++d)
    require(sorted[d] == static_cast<int>(d), "transpose: no permutation");
  const View view = View::of(shape).permuted(layer.perm);
  require(view.shape == out.shape, "transpose: shapes do not fit");
  gather(only(in), view, out);
}

void run(const Concat& layer, const Inputs& in, Tensor& out) {
  std::vector<Shape> shapes;
  for (const Tensor* t : in) shapes.push_back(t->shape);
  join(in, shapes, layer.axis, out);
}

void run(const Pack& layer, const Inputs& in, Tensor& out) {
  std::vector<Shape> shapes;
  for (const Tensor* t : in) {
    std::vector<int> dims = t->shape.dims();
    require(layer.axis >= 0 && layer.axis <= t->shape.rank(), "pack: axis out of range");
    dims.insert(dims.begin() + layer.axis, 1);
    shapes.emplace_back(dims);
  }
  join(in, shapes, layer.axis, out);
}

void run(const Slice& layer, const Inputs& in, Tensor& out) {
  const Shape& shape = only(in).shape;
  const auto rank = static_cast<std::size_t>(shape.rank());
  require(layer.begin.size() == rank && layer.stride.size() == rank && layer.count.size() == rank,
          "slice: wrong number of dimensions");
  for (std::size_t d = 0; d < rank; ++d) {
    const std::int64_t last = layer.begin[d] + (layer.count[d] - std::int64_t{1}) * layer.stride[d];
    const int size = shape[static_cast<int>(d)];
    require(layer.count[d] >= 1 && layer.begin[d] >= 0 && layer.begin[d] < size && last >= 0 &&
                last < size,
            "slice: leaves the input");
  }
  gather(only(in), View::of(shape).sliced(layer.begin, layer.stride, layer.count), out);
}

void run(const Pad& layer, const Inputs& in, Tensor& out) {
  const Shape& shape = only(in).shape;
  require(layer.before.size() == static_cast<std::size_t>(shape.rank()) &&
              shape.rank() == out.shape.rank(),
          "pad: shapes do not fit");
  for (int d = 0; d < shape.rank(); ++d) {
    const int before = layer.before[static_cast<std::size_t>(d)];
    require(before >= 0 && out.shape[d] - before >= shape[d], "pad: shapes do not fit");
  }
  require(in.front()->type == ElementType::code8, "pad takes codes");
  std::fill(out.bytes.begin(), out.bytes.end(), to_byte(layer.code));
  const std::vector<int> steps(layer.before.size(), 1);
  scatter(only(in), out, View::of(out.shape).sliced(layer.before, steps, shape.dims()));
}

}  // namespace uvea::nn::host
