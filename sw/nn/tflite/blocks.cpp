// SPACE_TO_DEPTH, DEPTH_TO_SPACE, SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND.

#include "sw/nn/tflite/operators.h"

namespace uvea::nn::tflite {
namespace {

constexpr int kSpaceToDepthOptions = 19, kDepthToSpaceOptions = 94;  // union types

using Layers = std::vector<ImportedLayer>;

constexpr const char* kContradicts = "the output's shape contradicts the input's";
constexpr int kLargestBlock = 1 << 15;

/// Input and output, of one type and 4 dimensions; where allowed also of 3, without a height.
struct Ends {
  explicit Ends(const OpContext& context, bool may_lack_height = false) {
    const TensorInfo a = context.info(context.input(0)), b = context.info(context.output());
    context.require(a.type == b.type && a.quant.is_signed == b.quant.is_signed,
                    "input and output must have the same type");
    rank = a.shape.rank();
    context.require((rank == 4 || (may_lack_height && rank == 3)) && b.shape.rank() == rank,
                    may_lack_height ? "input and output must both have 3 or 4 dimensions"
                                    : "input and output must have 4 dimensions");
    in = a.shape.nhwc();
    out = b.shape.nhwc();
  }
  int rank = 4;
  Shape in, out;
};

int block_option(const OpContext& context) {
  const int block = context.op().option<std::int32_t>(0, 0);
  if (block < 1 || block > kLargestBlock)
    context.fail("block size " + std::to_string(block) + ": must be from 1 to " +
                 std::to_string(kLargestBlock));
  return block;
}

/// Height and width of a block, and what is added or cut: top, bottom, left, right.
struct Blocks {
  Blocks(const OpContext& context, int rank) {
    const std::vector<int> size = context.constants(1, "the block size");
    const std::vector<int> around = context.constants(2, "the padding or crops");
    const auto dims = static_cast<std::size_t>(rank - 2);
    context.require(size.size() == dims && around.size() == 2 * dims,
                    "blocks must be of all dimensions between the first and the last");
    for (const int block : size)
      context.require(block >= 1 && block <= kLargestBlock, "a block is not from 1 to 32768");
    for (const int a : around)
      context.require(a >= 0 && a <= kLargestBlock, "a padding or crop is not from 0 to 32768");
    w = size[dims - 1];
    left = around[2 * dims - 2];
    right = around[2 * dims - 1];
    if (dims == 1) return;
    h = size[0];
    top = around[0];
    bottom = around[1];
  }
  int h = 1, w = 1, top = 0, bottom = 0, left = 0, right = 0;
};

bool times(std::int64_t a, std::int64_t b, std::int64_t product) { return a * b == product; }

}  // namespace

Layers import_space_to_depth(const OpContext& context) {
  context.options(kSpaceToDepthOptions);
  const Ends ends(context);
  const int block = block_option(context);
  context.require(ends.in.n() == ends.out.n() && times(ends.out.h(), block, ends.in.h()) &&
                      times(ends.out.w(), block, ends.in.w()) &&
                      ends.in.elements() == ends.out.elements(),
                  kContradicts);
  return {{host::SpaceToDepth{block}}};
}

Layers import_depth_to_space(const OpContext& context) {
  context.options(kDepthToSpaceOptions);
  const Ends ends(context);
  const int block = block_option(context);
  context.require(ends.in.n() == ends.out.n() && times(ends.in.h(), block, ends.out.h()) &&
                      times(ends.in.w(), block, ends.out.w()) &&
                      ends.in.elements() == ends.out.elements(),
                  kContradicts);
  return {{host::DepthToSpace{block}}};
}

Layers import_space_to_batch(const OpContext& context) {
  const Ends ends(context, true);
  const Blocks b(context, ends.rank);
  context.require(times(ends.out.h(), b.h, std::int64_t{ends.in.h()} + b.top + b.bottom) &&
                      times(ends.out.w(), b.w, std::int64_t{ends.in.w()} + b.left + b.right) &&
                      times(ends.in.n(), std::int64_t{b.h} * b.w, ends.out.n()) &&
                      ends.in.c() == ends.out.c(),
                  kContradicts);
  return {{host::SpaceToBatch{b.h, b.w, b.top, b.left}}};
}

Layers import_batch_to_space(const OpContext& context) {
  const Ends ends(context, true);
  const Blocks b(context, ends.rank);
  context.require(times(ends.in.h(), b.h, std::int64_t{ends.out.h()} + b.top + b.bottom) &&
                      times(ends.in.w(), b.w, std::int64_t{ends.out.w()} + b.left + b.right) &&
                      times(ends.out.n(), std::int64_t{b.h} * b.w, ends.in.n()) &&
                      ends.in.c() == ends.out.c(),
                  kContradicts);
  return {{host::BatchToSpace{b.h, b.w, b.top, b.left}}};
}

}  // namespace uvea::nn::tflite
