#pragma once
// An RTL PE with one fault on its pins, for tests of those who watch it.

#include "tb/cosim/pe/rtl_pe.h"

namespace uvea::cosim {

enum class PinFault {
  psum_bit,       ///< one bit of one psum
  psum_unstable,  ///< a psum changes while it waits
  psum_late,      ///< a burst's valid is down for a cycle while it waits
  window_lost,    ///< a window is not told
  iact_late,      ///< ready for an iact burst a cycle late
  word_refused,   ///< a word within a burst is not taken at once
  last_early,     ///< a burst ends a beat early
  overflow_lost,  ///< an overflow is not told
  mac_extra,      ///< a MAC too many is told
  psum_of_5,      ///< every psum that ends in 5 (hexadecimal) leaves as one more
  psum_slow,      ///< every burst of psums is offered a cycle late
  psum_value,     ///< every psum whose last twelve bits are n leaves as one more
  mac_hidden,     ///< inside: a useful MAC step is shown as one with a zero operand
  psum_stuck,     ///< from the n-th burst of psums on none is offered any more
};

class FaultyPe : public RtlPe {
 public:
  /// The fault happens at the n-th chance, from 0 on.
  FaultyPe(RtlPe& pe, PinFault fault, unsigned nth) : pe_(pe), fault_(fault), nth_(nth) {}
  /// The same, owning it.
  FaultyPe(std::unique_ptr<RtlPe> pe, PinFault fault, unsigned nth)
      : own_(std::move(pe)), pe_(*own_), fault_(fault), nth_(nth) {}

  bool happened() const { return happened_; }

  void reset() override { pe_.reset(); }
  void settle(const RtlInputs& in, RtlOutputs& out) override;
  RtlActivity activity() const override;
  RtlMacs macs() const override { return pe_.macs(); }
  void clock(std::uint64_t cycle) override;
  void save(std::vector<std::uint8_t>& state) override;
  void restore(const std::vector<std::uint8_t>& state) override;

 private:
  std::unique_ptr<RtlPe> own_;
  RtlPe& pe_;
  const PinFault fault_;
  const unsigned nth_;
  /// What goes back with the RTL's state.
  struct State {
    unsigned chances = 0;
    unsigned bursts = 0;  ///< of psums that have left
    bool held = false;    ///< the burst that waits has been held back
    bool inside = false;  ///< between beats of a burst
  };
  State s_;
  bool happened_ = false;
  bool chance_ = false;                      ///< in this cycle
  bool holds_ = false;                       ///< in this cycle
  bool moves_ = false, moves_last_ = false;  ///< a beat of psums leaves at the edge
};

}  // namespace uvea::cosim
