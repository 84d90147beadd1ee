#pragma once
// A window that slides over rows and columns of a feature map, as pooling has it.

#include <algorithm>

namespace uvea::nn {

struct Window {
  int kernel_h = 1, kernel_w = 1, stride_h = 1, stride_w = 1;  ///< pixels
  int pad_top = 0, pad_left = 0;  ///< rows and columns before the first pixel

  /// Where a window begins, and its part within the feature map: rows h0 to h1 - 1, columns w0 to
  /// w1 - 1; none where h0 >= h1 or w0 >= w1.
  struct Place {
    int top, left;
    int h0, h1, w0, w1;
  };
  /// The window of output pixel (row, column) over a map of `in_h` x `in_w` pixels.
  Place at(int row, int column, int in_h, int in_w) const {
    const int top = row * stride_h - pad_top, left = column * stride_w - pad_left;
    return {top,
            left,
            std::max(top, 0),
            std::min(top + kernel_h, in_h),
            std::max(left, 0),
            std::min(left + kernel_w, in_w)};
  }
};

}  // namespace uvea::nn
