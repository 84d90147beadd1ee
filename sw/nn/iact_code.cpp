#include "sw/nn/iact_code.h"

namespace uvea::nn {

IactCode iact_code(const Quantization& quant) {
  const int middle = quant.lowest() + 128;
  IactCode code;
  code.value_signed = quant.zero_point != quant.lowest();
  code.offset = code.value_signed ? middle : quant.lowest();
  code.pad_value = quant.zero_point - code.offset;
  return code;
}

}  // namespace uvea::nn
