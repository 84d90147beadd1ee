// STRIDED_SLICE: one specification per dimension, which an ellipsis may stand for, and which may
// instead add a dimension of 1 or drop its own.

#include <algorithm>

#include "sw/nn/tflite/operators.h"

namespace uvea::nn::tflite {
namespace {

constexpr int kStridedSliceOptions = 32;  // union type

class StridedSlice {
 public:
  explicit StridedSlice(const OpContext& context)
      : context_(context),
        in_(context.info(context.input(0)).shape),
        begin_(context.constants(1, "the begin")),
        end_(context.constants(2, "the end")),
        stride_(context.constants(3, "the stride")) {
    const RawOperator& op = context.options(kStridedSliceOptions);
    context.require(begin_.size() == end_.size() && begin_.size() == stride_.size(),
                    "begin, end and stride must have the same number of values");
    begin_mask_ = op.option<std::int32_t>(0, 0);
    end_mask_ = op.option<std::int32_t>(1, 0);
    ellipsis_mask_ = op.option<std::int32_t>(2, 0);
    new_axis_mask_ = op.option<std::int32_t>(3, 0);
    shrink_mask_ = op.option<std::int32_t>(4, 0);
    walk();
  }

  const host::Slice& layer() const { return layer_; }
  Shape out() const { return Shape(out_); }

 private:
  static bool bit(int mask, std::size_t i) { return (mask >> i & 1) != 0; }

  void walk() {
    int taken = 0;  // input dimensions that the specifications name
    int ellipses = 0;
    for (std::size_t i = 0; i < begin_.size(); ++i) {
      if (bit(ellipsis_mask_, i))
        ++ellipses;
      else if (!bit(new_axis_mask_, i))
        ++taken;
    }
    context_.require(ellipses <= 1, "has more than one ellipsis");
    context_.require(taken <= in_.rank(), "names more dimensions than the input has");
    for (std::size_t i = 0; i < begin_.size(); ++i) {
      if (bit(ellipsis_mask_, i)) {
        for (int k = taken; k < in_.rank(); ++k) keep_whole();
      } else if (bit(new_axis_mask_, i)) {
        out_.push_back(1);
      } else {
        take(i);
      }
    }
    while (dimension() < in_.rank()) keep_whole();
  }

  int dimension() const { return static_cast<int>(layer_.begin.size()); }

  void keep_whole() {
    const int size = in_[dimension()];
    out_.push_back(size);
    add(0, 1, size);
  }

  void add(int begin, int stride, int count) {
    layer_.begin.push_back(begin);
    layer_.stride.push_back(stride);
    layer_.count.push_back(count);
  }

  void take(std::size_t i) {
    const int size = in_[dimension()], stride = stride_[i];
    context_.require(stride != 0, "a stride is 0");
    if (bit(shrink_mask_, i)) {
      const std::int64_t at = begin_[i] < 0 ? std::int64_t{begin_[i]} + size : begin_[i];
      context_.require(at >= 0 && at < size, "the slice leaves the input");
      add(static_cast<int>(at), 1, 1);
      return;
    }
    // The places that a begin or an end may have; going down, the end may lie before the first.
    const std::int64_t lowest = stride > 0 ? 0 : -1, highest = stride > 0 ? size : size - 1;
    const auto place = [&](int value) {
      return std::clamp<std::int64_t>(value < 0 ? std::int64_t{value} + size : value, lowest,
                                      highest);
    };
    const std::int64_t begin = bit(begin_mask_, i) ? (stride > 0 ? 0 : size - 1) : place(begin_[i]);
    const std::int64_t end = bit(end_mask_, i) ? (stride > 0 ? size : -1) : place(end_[i]);
    const std::int64_t step = stride > 0 ? std::int64_t{stride} : -std::int64_t{stride};
    const std::int64_t span = stride > 0 ? end - begin : begin - end;
    context_.require(span > 0, "the slice is empty");
    const auto count = static_cast<int>((span - 1) / step + 1);
    add(static_cast<int>(begin), stride, count);
    out_.push_back(count);
  }

  const OpContext& context_;
  const Shape in_;
  std::vector<int> begin_, end_, stride_;
  int begin_mask_ = 0, end_mask_ = 0, ellipsis_mask_ = 0, new_axis_mask_ = 0, shrink_mask_ = 0;
  host::Slice layer_;
  std::vector<int> out_;
};

}  // namespace

std::vector<ImportedLayer> import_strided_slice(const OpContext& context) {
  const TensorInfo in = context.info(context.input(0)), out = context.info(context.output());
  context.require(in.type == out.type && in.quant.is_signed == out.quant.is_signed,
                  "input and output must have the same type");
  const StridedSlice slice(context);
  context.require(slice.out() == out.shape, "the output's shape contradicts the input's");
  return {{slice.layer()}};
}

}  // namespace uvea::nn::tflite
