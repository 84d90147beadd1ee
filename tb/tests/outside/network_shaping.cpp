// What moves, cuts, joins, pads or reduces.

#include <algorithm>
#include <numeric>
#include <utility>

#include "tb/tests/outside/network_draw.h"

namespace uvea::tb::outside {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

bool usable(const Draft& draft, int in, int lowest_rank, int highest_rank) {
  return draft.is_code(in) && draft.rank(in) >= lowest_rank && draft.rank(in) <= highest_rank;
}

/// An axis as a file may write it, from the front or from the back.
int written(Draft& draft, int axis, int rank) { return draft.chance(40) ? axis - rank : axis; }

bool reshape(Draft& draft, int in) {
  if (!usable(draft, in, 1, 4)) return false;
  const Dims shape = draft.shape(in);
  Dims to{draft.elements(in)};
  const int kind = draft.rank(in) == 1 ? 3 : draft.in(0, 3);
  if (kind == 0) to = {shape[0], draft.elements(in) / shape[0]};
  if (kind == 1) to = {shape[0], 1, draft.elements(in) / shape[0] / shape.back(), shape.back()};
  if (kind == 2) {
    to = shape;
    std::reverse(to.begin() + 1, to.end());
  }
  const int target = draft.numbers({static_cast<std::int32_t>(to.size())}, to);
  const int out = draft.alike(draft.next_name(), to, in);
  draft.add({22, {in, target}, {out}, 0, {}, 1});
  return true;
}

bool transpose(Draft& draft, int in) {
  if (!usable(draft, in, 2, 4)) return false;
  const Dims shape = draft.shape(in);
  std::vector<std::int32_t> order(shape.size());
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i-- > 1;)
    std::swap(order[i], order[at(draft.in(0, static_cast<int>(i)))]);
  Dims to;
  for (const std::int32_t d : order) to.push_back(shape[at(d)]);
  const int permutation = draft.numbers({static_cast<std::int32_t>(order.size())}, order);
  const int out = draft.alike(draft.next_name(), to, in);
  draft.add({39, {in, permutation}, {out}, 26, {}, draft.version(1, 2)});
  return true;
}

bool concat(Draft& draft, int in) {
  if (!usable(draft, in, 1, 4)) return false;
  const Dims shape = draft.shape(in);
  const int axis = draft.in(0, draft.rank(in) - 1);
  int other = draft.any_made();
  const auto fits = [&](int t) {
    if (t < 0 || !draft.is_code(t) || draft.rank(t) != draft.rank(in)) return false;
    for (int d = 0; d < draft.rank(in); ++d)
      if (d != axis && draft.shape(t)[at(d)] != shape[at(d)]) return false;
    return !draft.is_signed ||
           (draft.scale_of(t) == draft.scale_of(in) && draft.zero_of(t) == draft.zero_of(in));
  };
  if (!fits(other)) other = in;
  Dims to = shape;
  to[at(axis)] += draft.shape(other)[at(axis)];
  const int out = draft.is_signed || draft.chance(40) ? draft.alike(draft.next_name(), to, in)
                                                      : draft.activation(draft.next_name(), to);
  draft.add({2,
             {in, other},
             {out},
             10,
             {int_option(0, written(draft, axis, draft.rank(in))), byte_option(1, 0)},
             draft.version(1, 2)});
  return true;
}

bool strided_slice(Draft& draft, int in) {
  if (!usable(draft, in, 1, 4)) return false;
  const Dims shape = draft.shape(in);
  const int rank = draft.rank(in);
  std::vector<std::int32_t> begin, end, stride;
  Dims to;
  int begin_mask = 0, end_mask = 0, shrink = 0;
  for (int d = 0; d < rank; ++d) {
    const int size = shape[at(d)];
    const int first = draft.in(0, size - 1), step = draft.in(1, 2);
    const int last = draft.in(first + 1, size);
    begin.push_back(draft.chance(30) ? first - size : first);
    end.push_back(last);
    stride.push_back(step);
    int extent = (last - first + step - 1) / step;
    if (draft.chance(20)) {
      begin_mask |= 1 << d;
      extent = (last + step - 1) / step;
    }
    if (draft.chance(20)) {
      end_mask |= 1 << d;
      const int from = (begin_mask >> d & 1) != 0 ? 0 : first;
      extent = (size - from + step - 1) / step;
    }
    if (d > 0 && (begin_mask >> d & 1) == 0 && (end_mask >> d & 1) == 0 && draft.chance(8) &&
        to.size() > 1) {
      shrink |= 1 << d;
      stride.back() = 1;
      continue;
    }
    to.push_back(extent);
  }
  const Dims length{rank};
  const int a = draft.numbers(length, begin), b = draft.numbers(length, end),
            c = draft.numbers(length, stride);
  const int out = draft.alike(draft.next_name(), to, in);
  draft.add({45,
             {in, a, b, c},
             {out},
             32,
             {int_option(0, begin_mask), int_option(1, end_mask), int_option(2, 0),
              int_option(3, 0), int_option(4, shrink)},
             draft.version(1, 2)});
  return true;
}

bool split(Draft& draft, int in) {
  if (!usable(draft, in, 1, 4)) return false;
  const int axis = draft.in(0, draft.rank(in) - 1);
  Dims part = draft.shape(in);
  const int size = part[at(axis)];
  int parts = draft.in(2, 3);
  if (size % parts != 0) return false;
  part[at(axis)] /= parts;
  const int where = draft.numbers({}, {written(draft, axis, draft.rank(in))});
  OperatorSpec op{49, {where, in}, {}, 35, {int_option(0, parts)}, draft.version(1, 2)};
  for (int i = 0; i < parts; ++i) op.outputs.push_back(draft.alike(draft.next_name(), part, in));
  draft.add(std::move(op));
  return true;
}

bool split_v(Draft& draft, int in) {
  if (!usable(draft, in, 1, 4)) return false;
  const int axis = draft.in(0, draft.rank(in) - 1);
  Dims part = draft.shape(in);
  const int size = part[at(axis)];
  if (size < 2) return false;
  const int first = draft.in(1, size - 1);
  const int sizes = draft.numbers({2}, {first, draft.chance(30) ? -1 : size - first});
  const int where = draft.numbers({}, {written(draft, axis, draft.rank(in))});
  OperatorSpec op{102, {in, sizes, where}, {}, 79, {int_option(0, 2)}, 1};
  for (const int extent : {first, size - first}) {
    part[at(axis)] = extent;
    op.outputs.push_back(draft.alike(draft.next_name(), part, in));
  }
  draft.add(std::move(op));
  return true;
}

bool pack(Draft& draft, int in) {
  if (!usable(draft, in, 1, 3)) return false;
  const int axis = draft.in(0, draft.rank(in));
  const int values = draft.in(1, 2);
  Dims to = draft.shape(in);
  to.insert(to.begin() + axis, values);
  const int out = draft.alike(draft.next_name(), to, in);
  draft.add({83,
             std::vector<std::int32_t>(at(values), in),
             {out},
             59,
             {int_option(0, values), int_option(1, written(draft, axis, draft.rank(in) + 1))},
             draft.version(1, 1)});
  return true;
}

bool pad(Draft& draft, int in) {
  if (!usable(draft, in, 1, 4)) return false;
  std::vector<std::int32_t> pads;
  Dims to = draft.shape(in);
  for (std::int32_t& d : to) {
    const int before = draft.chance(50) ? 0 : draft.in(0, 2);
    const int after = draft.chance(50) ? 0 : draft.in(0, 2);
    pads.insert(pads.end(), {before, after});
    d += before + after;
  }
  const int amounts = draft.numbers({draft.rank(in), 2}, pads);
  const int out = draft.alike(draft.next_name(), to, in);
  draft.add({34, {in, amounts}, {out}, 22, {}, draft.version(1, 2)});
  return true;
}

/// The library lets codes wrap instead of clamping them, so the output's range takes in the
/// input's, as a converter makes it.
bool mean(Draft& draft, int in) {
  if (!usable(draft, in, 2, 4)) return false;
  const Dims shape = draft.shape(in);
  const bool keep = draft.chance(50);
  std::vector<std::int32_t> axes;
  Dims to;
  for (int d = 0; d < draft.rank(in); ++d) {
    const bool reduced = d > 0 && draft.chance(60);
    if (reduced) axes.push_back(written(draft, d, draft.rank(in)));
    if (!reduced) to.push_back(shape[at(d)]);
    if (reduced && keep) to.push_back(1);
  }
  if (axes.empty()) return false;
  const int which = draft.numbers({static_cast<std::int32_t>(axes.size())}, axes);
  const int out = draft.alike(draft.next_name(), to, in);
  draft.add({40, {in, which}, {out}, 27, {byte_option(0, keep ? 1 : 0)}, draft.version(1, 2)});
  return true;
}

bool space_to_depth(Draft& draft, int in) {
  if (!usable(draft, in, 4, 4)) return false;
  const Dims s = draft.shape(in);
  const int block = draft.in(2, 3);
  if (s[1] % block != 0 || s[2] % block != 0) return false;
  const int out =
      draft.alike(draft.next_name(), {s[0], s[1] / block, s[2] / block, s[3] * block * block}, in);
  draft.add({26, {in}, {out}, 19, {int_option(0, block)}, draft.version(1, 2)});
  return true;
}

/// Resizing to a whole multiple.
bool resize_nearest(Draft& draft, int in) {
  if (!usable(draft, in, 4, 4)) return false;
  const Dims s = draft.shape(in);
  const int height = draft.in(1, 14), width = draft.in(1, 14);
  const int to = draft.numbers({2}, {height, width});
  const int out = draft.alike(draft.next_name(), {s[0], height, width, s[3]}, in);
  draft.add({97, {in, to}, {out}, 74, {byte_option(0, 0)}, draft.version(1, 2)});
  return true;
}

/// Its output is no code: an end of the network.
bool arg_max(Draft& draft, int in) {
  if (!usable(draft, in, 2, 4)) return false;
  const int axis = draft.in(0, draft.rank(in) - 1);
  Dims to = draft.shape(in);
  to.erase(to.begin() + axis);
  const int where = draft.numbers({}, {axis});
  const int out = draft.constant({draft.next_name(), to, spec_int32});
  draft.add({56, {in, where}, {out}, 40, {byte_option(0, 2)}, draft.version(1, 2)});
  return true;
}

bool dequantize(Draft& draft, int in) {
  if (!draft.is_code(in)) return false;
  const int out = draft.constant({draft.next_name(), draft.shape(in), spec_float32});
  draft.add({6, {in}, {out}, 38, {}, 2});
  return true;
}

}  // namespace

std::vector<OperatorKind> shaping_kinds() {
  return {{"RESHAPE", reshape},
          {"TRANSPOSE", transpose},
          {"CONCATENATION", concat},
          {"STRIDED_SLICE", strided_slice},
          {"SPLIT", split},
          {"SPLIT_V", split_v},
          {"PACK", pack},
          {"PAD", pad},
          {"MEAN", mean},
          {"SPACE_TO_DEPTH", space_to_depth},
          {"RESIZE_NEAREST_NEIGHBOR", resize_nearest},
          {"ARG_MAX", arg_max},
          {"DEQUANTIZE", dequantize}};
}

}  // namespace uvea::tb::outside
