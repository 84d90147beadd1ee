#include "tb/tests/cosim_rtl/faulty_pe.h"

#include <cstring>

namespace uvea::cosim {

void FaultyPe::settle(const RtlInputs& in, RtlOutputs& out) {
  pe_.settle(in, out);
  const bool now = s_.chances == nth_;
  chance_ = holds_ = false;
  const auto strike = [&](bool chance) {
    chance_ = chance;
    // What is taken back before the clock edge did not happen, but a stop of everything did.
    if (chance && now && fault_ != PinFault::psum_unstable) happened_ = true;
    return chance && now;
  };
  switch (fault_) {
    case PinFault::psum_slow:
      if (!out.psum_out_valid || s_.inside || s_.held) break;
      out.psum_out_valid = out.psum_in_ready = false;
      out.active = holds_ = happened_ = true;
      break;
    case PinFault::psum_stuck:
      if (!out.psum_out_valid || s_.inside || s_.bursts < nth_) break;
      out.psum_out_valid = out.psum_in_ready = false;
      happened_ = true;
      break;
    case PinFault::psum_bit:
      if (strike(out.psum_out_valid && in.psum_out_ready)) out.psum_out[0] ^= 4;
      break;
    case PinFault::psum_unstable:
      if (strike(out.psum_out_valid && !in.psum_out_ready)) out.psum_out[1] ^= 1;
      break;
    case PinFault::psum_late:
      if (strike(out.psum_out_valid && !in.psum_out_ready)) out.psum_out_valid = false;
      break;
    case PinFault::window_lost:
      if (strike(out.window)) out.window = false;
      break;
    case PinFault::iact_late:
      if (strike((out.iact_ready & in.iact_valid) != 0)) out.iact_ready = 0;
      break;
    case PinFault::word_refused:
      if (strike(in.weight_valid && out.weight_ready)) out.weight_ready = false;
      break;
    case PinFault::last_early:
      if (strike(out.psum_out_valid && in.psum_out_ready && !out.psum_out_last))
        out.psum_out_last = true;
      break;
    case PinFault::overflow_lost:
      if (strike(out.overflows > 0)) --out.overflows;
      break;
    case PinFault::psum_of_5:
      if (out.psum_out_valid && (out.psum_out[0] & 15) == 5) ++out.psum_out[0];
      break;
    case PinFault::psum_value:
      if (out.psum_out_valid && (static_cast<unsigned>(out.psum_out[0]) & 0xFFFU) == nth_)
        ++out.psum_out[0];
      break;
    case PinFault::mac_extra:
      if (strike(out.active)) ++out.macs;
      break;
    case PinFault::mac_hidden: {
      const RtlActivity inside = pe_.activity();
      strike(inside.valid && inside.active == (inside.second ? 3U : 1U));
      break;
    }
  }
  moves_ = out.psum_out_valid && in.psum_out_ready;
  moves_last_ = out.psum_out_last;
}

RtlActivity FaultyPe::activity() const {
  RtlActivity inside = pe_.activity();
  if (fault_ == PinFault::mac_hidden && chance_ && s_.chances == nth_) inside.active = 0;
  return inside;
}

void FaultyPe::clock(std::uint64_t cycle) {
  if (chance_) {
    if (s_.chances == nth_) happened_ = true;
    ++s_.chances;
  }
  if (holds_) s_.held = true;
  if (moves_) {
    s_.inside = !moves_last_;
    s_.held = false;
    s_.bursts += moves_last_ ? 1 : 0;
  }
  pe_.clock(cycle);
}

void FaultyPe::save(std::vector<std::uint8_t>& state) {
  pe_.save(state);
  const auto* own = reinterpret_cast<const std::uint8_t*>(&s_);
  state.insert(state.end(), own, own + sizeof s_);
}

void FaultyPe::restore(const std::vector<std::uint8_t>& state) {
  const auto split = state.end() - static_cast<std::ptrdiff_t>(sizeof s_);
  std::memcpy(&s_, &*split, sizeof s_);
  pe_.restore({state.begin(), split});
}

}  // namespace uvea::cosim
