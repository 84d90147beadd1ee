#pragma once
// Who looks at the pins of an RTL PE that an RtlDriver drives, cycle by cycle.

#include "tb/cosim/rtl/rtl_pins.h"
#include "tlm/cycle.h"

namespace uvea::cosim {

/// Pins as they are settled in a cycle; they stay so until the next one that is shown.
struct PinCycle {
  link::Cycle cycle = 0;
  RtlInputs in;
  RtlOutputs out;
  bool edge = false;  ///< the clock edge that ends the cycle is run; else it would change nothing
};

class PinSink {
 public:
  virtual ~PinSink() = default;
  /// In the order of the cycles; one that was shown without its edge may be shown again.
  virtual void see(const PinCycle& pins) = 0;
  /// The edge at which `cycle` begins takes a configuration, all cycles before are final.
  virtual void configured(link::Cycle cycle, const RtlInputs& in, const RtlOutputs& out) = 0;
  /// The cycles from this one on come again.
  virtual void take_back(link::Cycle from) = 0;
  /// Cycles before this one are final.
  virtual void settle(link::Cycle before) = 0;
};

}  // namespace uvea::cosim
