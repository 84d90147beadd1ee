#pragma once
// How the chip represents iacts: the one place that says what a PE multiplies, what it skips, and
// what padding is. The mapper's cost, the driver, the reference's counts all ask here.
//
// An iact value is code - offset in 8 bits. Three cases by the zero point:
//   the lowest code     unsigned values, real zeros and padding are 0 and skipped
//   the middle code     signed values, the same
//   any other           code - zero point needs 9 bits, so the offset is the middle code, values
//                       are signed, the bias makes up for the difference (driver/layer_image.h):
//                       what is skipped is the middle code, padding and real zeros are not

#include "sw/nn/tensor.h"

namespace uvea::nn {

struct IactCode {
  bool value_signed = false;
  int offset = 0;     ///< value = code - offset
  int pad_value = 0;  ///< value of padding and of every real zero

  /// Zero values are real zeros.
  bool zero_is_real() const { return pad_value == 0; }
  /// Expected share of values that are not zero, padding counted, when `real_density` of the iacts
  /// are not at their zero point. Of codes other than the zero point nothing is known: where the
  /// skipped code is one of those, none is expected.
  double density(double real_density) const { return zero_is_real() ? real_density : 1.0; }
};

IactCode iact_code(const Quantization& quant);

}  // namespace uvea::nn
