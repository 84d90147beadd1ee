// Host operations that move blocks of positions: space_to_depth, depth_to_space, space_to_batch,
// batch_to_space; and spread.

#include "sw/nn/arithmetic/host_view.h"

namespace uvea::nn::host {
namespace {

void require_images(const Tensor& in, const Tensor& out, bool fits) {
  require(fits && in.shape.rank() == 4 && out.shape.rank() == 4 &&
              in.shape.elements() == out.shape.elements(),
          "blocks: shapes do not fit");
}

/// The input's elements in another grouping and order.
void regroup(const Tensor& in, const Shape& groups, const std::vector<int>& order, Tensor& out) {
  gather(in, View::of(groups).permuted(order), out);
}

/// A tensor like this one in another shape, filled with its zero point.
Tensor blank(const Tensor& like, Shape shape) {
  Tensor t{std::move(shape), like.quant, {}, like.type};
  t.bytes.assign(t.expected_bytes(),
                 like.type == ElementType::code8 ? to_byte(like.quant.zero_point) : 0);
  return t;
}

}  // namespace

void run(const SpaceToDepth& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  const Shape &i = in.shape, &o = out.shape;
  const int b = layer.block;
  require_images(in, out, o.n() == i.n() && o.h() * b == i.h() && o.w() * b == i.w());
  regroup(in, {o.n(), o.h(), b, o.w(), b, i.c()}, {0, 1, 3, 2, 4, 5}, out);
}

void run(const DepthToSpace& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  const Shape &i = in.shape, &o = out.shape;
  const int b = layer.block;
  require_images(in, out, o.n() == i.n() && o.h() == i.h() * b && o.w() == i.w() * b);
  regroup(in, {i.n(), i.h(), i.w(), b, b, o.c()}, {0, 1, 3, 2, 4, 5}, out);
}

void run(const SpaceToBatch& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  const int bh = layer.block_h, bw = layer.block_w;
  const Shape i = in.shape.nhwc(), o = out.shape.nhwc();
  require(in.shape.rank() >= 3 && in.shape.rank() <= 4 && out.shape.rank() == in.shape.rank() &&
              layer.pad_top >= 0 && layer.pad_left >= 0 && o.h() * bh - layer.pad_top >= i.h() &&
              o.w() * bw - layer.pad_left >= i.w() && o.n() == i.n() * bh * bw && o.c() == i.c(),
          "space_to_batch: shapes do not fit");
  Tensor padded = blank(in, {i.n(), o.h() * bh, o.w() * bw, i.c()});
  scatter(
      in, padded,
      View::of(padded.shape).sliced({0, layer.pad_top, layer.pad_left, 0}, {1, 1, 1, 1}, i.dims()));
  regroup(padded, {i.n(), o.h(), bh, o.w(), bw, i.c()}, {2, 4, 0, 1, 3, 5}, out);
}

void run(const BatchToSpace& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  const int bh = layer.block_h, bw = layer.block_w;
  const Shape i = in.shape.nhwc(), o = out.shape.nhwc();
  require(in.shape.rank() >= 3 && in.shape.rank() <= 4 && out.shape.rank() == in.shape.rank() &&
              layer.crop_top >= 0 && layer.crop_left >= 0 && o.h() + layer.crop_top <= i.h() * bh &&
              o.w() + layer.crop_left <= i.w() * bw && i.n() == o.n() * bh * bw && o.c() == i.c(),
          "batch_to_space: shapes do not fit");
  Tensor whole = blank(in, {o.n(), i.h() * bh, i.w() * bw, i.c()});
  regroup(in, {bh, bw, o.n(), i.h(), i.w(), i.c()}, {2, 3, 0, 4, 1, 5}, whole);
  gather(
      whole,
      View::of(whole.shape).sliced({0, layer.crop_top, layer.crop_left, 0}, {1, 1, 1, 1}, o.dims()),
      out);
}

void run(const Spread& layer, const Inputs& inputs, Tensor& out) {
  const Tensor& in = only(inputs);
  const Shape &i = in.shape, &o = out.shape;
  require(i.rank() == 4 && o == Shape{i.n(), (i.h() - 1) * layer.stride_h + 1,
                                      (i.w() - 1) * layer.stride_w + 1, i.c()},
          "spread: shapes do not fit");
  out.bytes = blank(in, o).bytes;
  scatter(in, out,
          View::of(o).sliced({0, 0, 0, 0}, {1, layer.stride_h, layer.stride_w, 1}, i.dims()));
}

}  // namespace uvea::nn::host
