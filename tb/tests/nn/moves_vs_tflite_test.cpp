// Operators that move elements against the TensorFlow Lite 2.2.0 C library, where
// scripts/fetch-tflite has put it; and those between codes and reals.

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tb/tests/nn/tflite_case.h"

namespace uvea::tb {
namespace {

OptionSpec byte(int slot, int value) {
  return {slot, OptionSpec::byte, static_cast<double>(value)};
}
OptionSpec integer(int slot, int value) {
  return {slot, OptionSpec::integer, static_cast<double>(value)};
}

std::size_t at(int d) { return static_cast<std::size_t>(d); }

/// An axis as it is, or counted from the end.
int written(Case& c, int axis, int rank) { return c.draw.chance(50) ? axis : axis - rank; }

/// All the outputs that an operator writes, in the input's scale.
std::vector<std::int32_t> outputs(Case& c, const std::vector<Dims>& shapes) {
  std::vector<std::int32_t> indices;
  for (std::size_t i = 0; i < shapes.size(); ++i)
    indices.push_back(c.add_like(("out" + std::to_string(i)).c_str(), shapes[i], 0));
  return indices;
}

TEST(MovesVsTflite, Transpose) {
  compare_with_tflite(40000, [](Case& c) {
    const int rank = c.draw.between(1, 4);
    const Dims shape = c.shape(rank, 8);
    c.add("in", shape);
    std::vector<std::int32_t> perm(at(rank));
    std::iota(perm.begin(), perm.end(), 0);
    for (int d = rank; d-- > 1;) std::swap(perm[at(d)], perm[at(c.draw.between(0, d))]);
    Dims out;
    for (const int from : perm) out.push_back(shape[at(from)]);
    const int order = c.constant("perm", {rank}, perm);
    c.spec.operators = {{39, {0, order}, outputs(c, {out}), 26, {}, c.is_signed ? 2 : 1}};
  });
}

TEST(MovesVsTflite, Slice) {
  compare_with_tflite(41000, [](Case& c) {
    const int rank = c.draw.between(1, 4);
    const Dims shape = c.shape(rank, 9);
    c.add("in", shape);
    std::vector<std::int32_t> begin, size;
    Dims out;
    for (const int dim : shape) {
      begin.push_back(c.draw.between(0, dim - 1));
      out.push_back(c.draw.between(1, dim - begin.back()));
      size.push_back(out.back());
      if (c.draw.chance(30)) {
        size.back() = -1;
        out.back() = dim - begin.back();
      }
    }
    const int from = c.constant("begin", {rank}, begin), count = c.constant("size", {rank}, size);
    c.spec.operators = {{65, {0, from, count}, outputs(c, {out}), 48, {}, c.is_signed ? 2 : 1}};
  });
}

/// One dimension of a strided slice, by stepping through it.
struct Steps {
  Steps(Case& c, int dim) {
    do {
      stride = c.draw.between(1, 3) * (c.draw.chance(50) ? 1 : -1);
      begin = c.draw.between(-dim - 1, dim + 1);
      end = c.draw.between(-dim - 1, dim + 1);
      begin_masked = c.draw.chance(25);
      end_masked = c.draw.chance(25);
      count = 0;
      const int last = stride > 0 ? dim : -1;
      const auto clamped = [&](int place) {
        if (place < 0) place += dim;
        return stride > 0 ? std::clamp(place, 0, dim) : std::clamp(place, -1, dim - 1);
      };
      const int first = begin_masked ? (stride > 0 ? 0 : dim - 1) : clamped(begin);
      const int stop = end_masked ? last : clamped(end);
      for (int p = first; stride > 0 ? p < stop : p > stop; p += stride) ++count;
    } while (count == 0);
  }
  int begin = 0, end = 0, stride = 1, count = 0;
  bool begin_masked = false, end_masked = false;
};

TEST(MovesVsTflite, StridedSliceWithMasks) {
  compare_with_tflite(42000, [](Case& c) {
    const int rank = c.draw.between(1, 4);
    const Dims shape = c.shape(rank, 9);
    c.add("in", shape);
    std::vector<std::int32_t> begin, end, stride;
    int begin_mask = 0, end_mask = 0, shrink_mask = 0;
    Dims out;
    for (int d = 0; d < rank; ++d) {
      const Steps steps(c, shape[at(d)]);
      const bool shrink = c.draw.chance(20);
      const int place = c.draw.between(0, shape[at(d)] - 1);
      begin.push_back(shrink ? written(c, place, shape[at(d)]) : steps.begin);
      end.push_back(shrink ? begin.back() + 1 : steps.end);
      stride.push_back(shrink ? 1 : steps.stride);
      if (shrink)
        shrink_mask |= 1 << d;
      else
        out.push_back(steps.count);
      if (!shrink && steps.begin_masked) begin_mask |= 1 << d;
      if (!shrink && steps.end_masked) end_mask |= 1 << d;
    }
    const int b = c.constant("begin", {rank}, begin), e = c.constant("end", {rank}, end),
              s = c.constant("stride", {rank}, stride);
    c.spec.operators = {{45,
                         {0, b, e, s},
                         outputs(c, {out}),
                         32,
                         {integer(0, begin_mask), integer(1, end_mask), integer(4, shrink_mask)},
                         c.is_signed ? 2 : 1}};
  });
}

TEST(MovesVsTflite, Split) {
  compare_with_tflite(43000, [](Case& c) {
    const int rank = c.draw.between(1, 4), axis = c.draw.between(0, rank - 1),
              parts = c.draw.between(1, 4);
    Dims shape = c.shape(rank, 6);
    const Dims part = shape;
    shape[at(axis)] *= parts;
    c.add("in", shape);
    const int along = c.constant("axis", {1}, {written(c, axis, rank)});
    c.spec.operators = {{49,
                         {along, 0},
                         outputs(c, std::vector<Dims>(at(parts), part)),
                         35,
                         {integer(0, parts)},
                         c.is_signed ? 2 : 1}};
  });
}

TEST(MovesVsTflite, SplitInPartsOfGivenSizes) {
  compare_with_tflite(44000, [](Case& c) {
    c.only_unsigned();  // the library has no other
    const int rank = c.draw.between(1, 4), axis = c.draw.between(0, rank - 1),
              parts = c.draw.between(1, 4);
    Dims shape = c.shape(rank, 6);
    std::vector<std::int32_t> sizes;
    std::vector<Dims> shapes;
    shape[at(axis)] = 0;
    for (int i = 0; i < parts; ++i) {
      sizes.push_back(c.draw.between(1, 5));
      shapes.push_back(shape);
      shapes.back()[at(axis)] = sizes.back();
    }
    shape[at(axis)] = std::accumulate(sizes.begin(), sizes.end(), 0);
    c.add("in", shape);
    if (c.draw.chance(30)) sizes[at(c.draw.between(0, parts - 1))] = -1;
    const int size = c.constant("sizes", {parts}, sizes);
    const int along = c.constant("axis", {1}, {written(c, axis, rank)});
    c.spec.operators = {{102, {0, size, along}, outputs(c, shapes), 79, {integer(0, parts)}, 1}};
  });
}

TEST(MovesVsTflite, UnpackAndPack) {
  compare_with_tflite(45000, [](Case& c) {
    const int rank = c.draw.between(1, 4), axis = c.draw.between(0, rank - 1);
    const Dims shape = c.shape(rank, 6);
    c.add("in", shape);
    Dims part = shape;
    part.erase(part.begin() + axis);
    auto parts = outputs(c, std::vector<Dims>(at(shape[at(axis)]), part));
    c.spec.operators = {{88,
                         {0},
                         parts,
                         64,
                         {integer(0, shape[at(axis)]), integer(1, written(c, axis, rank))},
                         c.is_signed ? 2 : 1}};
    if (c.draw.chance(50)) return;
    std::reverse(parts.begin(), parts.end());
    const int onto = c.draw.between(0, rank - 1);
    part.insert(part.begin() + onto, shape[at(axis)]);
    const int out = c.add_like("packed", part, 0);
    c.spec.operators.push_back({83,
                                parts,
                                {out},
                                59,
                                {integer(0, shape[at(axis)]), integer(1, written(c, onto, rank))},
                                c.is_signed ? 2 : 1});
  });
}

TEST(MovesVsTflite, PadOfAnyDimensionWithAnyCode) {
  compare_with_tflite(46000, [](Case& c) {
    const int rank = c.draw.between(1, 4);
    const Dims shape = c.shape(rank, 7);
    c.add("in", shape);
    std::vector<std::int32_t> pads;
    Dims out = shape;
    for (auto& dim : out) {
      pads.push_back(c.draw.between(0, 3));
      pads.push_back(c.draw.between(0, 3));
      dim += pads[pads.size() - 2] + pads.back();
    }
    const int around = c.constant("pads", {rank, 2}, pads);
    if (c.draw.chance(50)) {
      c.spec.operators = {{34, {0, around}, outputs(c, {out}), 22, {}, c.is_signed ? 2 : 1}};
      return;
    }
    const int value = c.constant_codes("value", {1});
    c.spec.tensors.back().scales = c.spec.tensors[0].scales;
    c.spec.tensors.back().zero_points = c.spec.tensors[0].zero_points;
    c.spec.operators = {{60, {0, around, value}, outputs(c, {out}), 43, {}, c.is_signed ? 2 : 1}};
  });
}

TEST(MovesVsTflite, ConcatenationAlongTheFirstDimensionWithAConstant) {
  compare_with_tflite(47000, [](Case& c) {
    Dims shape = c.shape(c.draw.between(1, 4), 6);
    c.add("in", shape);
    const int other = c.constant_codes("constant", shape);
    c.spec.tensors.back().scales = c.spec.tensors[0].scales;
    c.spec.tensors.back().zero_points = c.spec.tensors[0].zero_points;
    shape[0] *= 2;
    c.spec.operators = {
        {2, {other, 0}, outputs(c, {shape}), 10, {integer(0, 0), byte(1, 0)}, c.is_signed ? 2 : 1}};
  });
}

TEST(MovesVsTflite, SpaceToDepthAndBack) {
  compare_with_tflite(48000, [](Case& c) {
    const int block = c.draw.between(1, 4);
    const Dims small = c.shape(4, 5);
    const bool deep = c.draw.chance(50);
    const Dims wide{small[0], small[1] * block, small[2] * block, small[3]};
    const Dims thick{small[0], small[1], small[2], small[3] * block * block};
    c.add("in", deep ? wide : thick);
    c.spec.operators = {{deep ? 26 : 5,
                         {0},
                         outputs(c, {deep ? thick : wide}),
                         deep ? 19 : 94,
                         {integer(0, block)},
                         deep && c.is_signed ? 2 : 1}};
  });
}

TEST(MovesVsTflite, SpaceToBatchAndBack) {
  compare_with_tflite(49000, [](Case& c) {
    const int bh = c.draw.between(1, 3), bw = c.draw.between(1, 3);
    const Dims small = c.shape(4, 4);
    const int top = c.draw.between(0, bh - 1), bottom = c.draw.between(0, bh - 1),
              left = c.draw.between(0, bw - 1), right = c.draw.between(0, bw - 1);
    const Dims whole{small[0], small[1] * bh + bh - top - bottom, small[2] * bw + bw - left - right,
                     small[3]};
    const Dims pieces{small[0] * bh * bw, small[1] + 1, small[2] + 1, small[3]};
    const bool to_batch = c.draw.chance(50);
    c.add("in", to_batch ? whole : pieces);
    const int block = c.constant("block", {2}, {bh, bw});
    const int around = c.constant("around", {2, 2}, {top, bottom, left, right});
    c.spec.operators = {{to_batch ? 38 : 37,
                         {0, block, around},
                         outputs(c, {to_batch ? pieces : whole}),
                         to_batch ? 25 : 24,
                         {},
                         c.is_signed ? 2 : 1}};
  });
}

TEST(MovesVsTflite, ReshapeToAnyRank) {
  compare_with_tflite(50000, [](Case& c) {
    Dims shape = c.shape(c.draw.between(1, 5), 6);
    c.add("in", shape);
    if (c.draw.chance(50)) std::reverse(shape.begin(), shape.end());
    if (c.draw.chance(50)) shape = {area(shape)};
    if (c.draw.chance(50)) shape.insert(shape.begin(), 1);
    const int to = c.constant("shape", {static_cast<std::int32_t>(shape.size())}, shape);
    c.spec.operators = {{22, {0, to}, outputs(c, {shape}), 0, {}, 1}};
  });
}

TEST(MovesVsTflite, RealsAtBothEnds) {
  compare_with_tflite(51000, [](Case& c) {
    const Dims shape = c.shape(c.draw.between(1, 4), 8);
    c.spec.tensors.push_back({"in", shape, spec_float32});
    const int codes = c.add("codes", shape);
    c.spec.tensors.push_back({"out", shape, spec_float32});
    c.spec.operators = {{114, {0}, {codes}, 0, {}, 1}, {6, {codes}, {2}, 0, {}, 2}};
    if (c.draw.chance(30)) {
      c.spec.operators.pop_back();
    } else if (c.draw.chance(50)) {
      const int other = c.add("rescaled", shape);
      c.spec.operators.insert(c.spec.operators.begin() + 1, {114, {codes}, {other}, 0, {}, 2});
      c.spec.operators.back().inputs = {other};
    }
  });
}

}  // namespace
}  // namespace uvea::tb
