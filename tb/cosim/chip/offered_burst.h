#pragma once
// From a burst on the chip's streams to one for the PE's pins.

#include "tb/cosim/pe/rtl_driver.h"
#include "tlm/burst.h"

namespace uvea::cosim {

/// Offered in a cycle; when its first word is taken is not known yet. `port`: iact port, else any.
inline InputBurst offered_burst(const link::Burst& burst, unsigned port, link::Cycle at) {
  InputBurst input;
  input.stream = burst.type;
  input.port = burst.type == link::DataType::iact ? port : 0;
  input.offer = at;
  input.not_before = kUnknown;
  input.words = burst.words;
  input.psums = burst.psums;
  return input;
}

}  // namespace uvea::cosim
