#pragma once
// A strided way through a tensor's elements: what transposing, slicing, padding, joining and
// broadcasting have in common.

#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "sw/nn/arithmetic/host_kernels.h"
#include "sw/nn/tensor.h"

namespace uvea::nn::host {

/// Places of `shape`, in row-major order, with the flat index of each in the tensor viewed.
struct View {
  Shape shape;
  std::vector<std::ptrdiff_t> strides;  ///< per dimension of `shape`, in elements
  std::ptrdiff_t base = 0;              ///< flat index of the first place

  /// A whole row-major tensor.
  static View of(const Shape& shape) {
    View view{shape, std::vector<std::ptrdiff_t>(static_cast<std::size_t>(shape.rank())), 0};
    std::ptrdiff_t stride = 1;
    for (int d = shape.rank(); d-- > 0;) {
      view.strides[static_cast<std::size_t>(d)] = stride;
      stride *= shape[d];
    }
    return view;
  }

  /// The dimensions in another order.
  View permuted(const std::vector<int>& perm) const {
    View view{shape, strides, base};
    for (std::size_t d = 0; d < perm.size(); ++d) {
      view.shape[static_cast<int>(d)] = shape[perm[d]];
      view.strides[d] = strides[static_cast<std::size_t>(perm[d])];
    }
    return view;
  }

  /// count[d] places from begin[d] on in steps of step[d].
  View sliced(const std::vector<int>& begin, const std::vector<int>& step,
              const std::vector<int>& count) const {
    View view{Shape(count), strides, base};
    for (std::size_t d = 0; d < count.size(); ++d) {
      view.base += begin[d] * strides[d];
      view.strides[d] *= step[d];
    }
    return view;
  }

  /// Repeated to `to`: dimensions aligned at the end, those of 1 or missing ones repeated.
  /// False when it does not fit.
  bool broadcast(const Shape& to) {
    const int missing = to.rank() - shape.rank();
    if (missing < 0) return false;
    std::vector<std::ptrdiff_t> repeated(static_cast<std::size_t>(to.rank()), 0);
    for (int d = 0; d < shape.rank(); ++d) {
      if (shape[d] == to[d + missing])
        repeated[static_cast<std::size_t>(d + missing)] = strides[static_cast<std::size_t>(d)];
      else if (shape[d] != 1)
        return false;
    }
    shape = to;
    strides = std::move(repeated);
    return true;
  }
};

/// Goes through the places of a view; as many steps as the shape has elements.
class Walk {
 public:
  explicit Walk(const View& view)
      : view_(view), at_(static_cast<std::size_t>(view.shape.rank()), 0), offset_(view.base) {}

  std::size_t offset() const { return static_cast<std::size_t>(offset_); }
  void next() {
    for (std::size_t d = at_.size(); d-- > 0;) {
      offset_ += view_.strides[d];
      if (++at_[d] < view_.shape[static_cast<int>(d)]) return;
      offset_ -= view_.strides[d] * at_[d];
      at_[d] = 0;
    }
  }

 private:
  const View& view_;
  std::vector<int> at_;
  std::ptrdiff_t offset_;
};

inline void require_same_elements(const Tensor& in, const Tensor& out) {
  require(in.type == out.type, "input and output differ in type");
}

/// out[i] = in at the view's i-th place.
inline void gather(const Tensor& in, const View& from, Tensor& out) {
  require_same_elements(in, out);
  require(from.shape.elements() == out.shape.elements(), "input and output differ in size");
  const std::size_t bytes = element_bytes(in.type);
  Walk walk(from);
  for (std::size_t i = 0; i < out.bytes.size(); i += bytes, walk.next())
    std::memcpy(&out.bytes[i], &in.bytes[walk.offset() * bytes], bytes);
}

/// out at the view's i-th place = in[i].
inline void scatter(const Tensor& in, Tensor& out, const View& to) {
  require_same_elements(in, out);
  const std::size_t bytes = element_bytes(in.type);
  Walk walk(to);
  for (std::size_t i = 0; i < in.bytes.size(); i += bytes, walk.next())
    std::memcpy(&out.bytes[walk.offset() * bytes], &in.bytes[i], bytes);
}

}  // namespace uvea::nn::host
