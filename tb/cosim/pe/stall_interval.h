#pragma once
// Where cycles of a PE went, in the terms in which two PEs are compared (docs/stalls.md).

#include <cstdint>

#include "hw/block/stall.h"
#include "tlm/cycle.h"

namespace uvea::cosim {

/// Cycles [from, to) of one class; a PE's are told in order, without gap or overlap.
struct StallInterval {
  hw::Stall stall = hw::Stall::pipeline;
  link::Cycle from = 0, to = 0;
  /// What was waited for, counted from the layer command on: wait_weight: the n-th weight burst;
  /// wait_iact: the n-th iact burst that was not dropped; wait_psum_in, wait_psum_out: the n-th
  /// chunk's psums. Nothing for other classes, and not compared.
  std::uint32_t burst = 0;
  bool operator==(const StallInterval& o) const {
    return stall == o.stall && from == o.from && to == o.to && burst == o.burst;
  }
};

/// Takes a PE's intervals.
class StallSink {
 public:
  virtual ~StallSink() = default;
  virtual void spend(const StallInterval& cycles) = 0;
};

}  // namespace uvea::cosim
