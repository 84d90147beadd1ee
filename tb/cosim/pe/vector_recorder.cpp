#include "tb/cosim/pe/vector_recorder.h"

namespace uvea::cosim {

void VectorRecorder::expect(const std::vector<PeEvent>& events) {
  expected_.clear();
  offering_ = leaving_ = false;
  AtCycle* beat = nullptr;
  for (const PeEvent& event : events) {
    AtCycle& at = expected_[event.cycle];
    switch (event.kind) {
      case PeEventKind::iact_ready:
        at.iact_ready |= 1U << event.port;
        break;
      case PeEventKind::weight_ready:
        at.weight_ready = true;
        break;
      case PeEventKind::window:
        at.window = true;
        break;
      case PeEventKind::psum_offer:
        at.offered = true;
        if (beat != nullptr) beat->last = true;
        break;
      case PeEventKind::psum:
        at.psums.push_back(event.value);
        beat = &at;
        break;
      case PeEventKind::stall:  // not on the pins
        break;
    }
  }
  if (beat != nullptr) beat->last = true;
}

void VectorRecorder::settle(const RtlInputs& in, RtlOutputs& out) {
  in_ = in;
  pe_.settle(in, out);
}

void VectorRecorder::clock(std::uint64_t cycle) {
  ExpectedOutputs expected;
  if (!in_.config_valid) {
    // Cycles without an edge may lie between; a burst offered there is still offered.
    AtCycle at;
    while (!expected_.empty() && expected_.begin()->first <= cycle) {
      const bool offered = at.offered || expected_.begin()->second.offered;
      if (expected_.begin()->first == cycle) at = expected_.begin()->second;
      at.offered = offered;
      expected_.erase(expected_.begin());
    }
    expected.window = at.window;
    expected.iact_ready = expected.iact_ready_mask = at.iact_ready;
    if (at.weight_ready) expected.weight_ready = true;
    if (at.offered) offering_ = true;
    if (!at.psums.empty()) leaving_ = true;
    // Between the beats of a burst that passes through, valid is up to the source.
    if (!leaving_ || !at.psums.empty()) expected.psum_out_valid = offering_;
    if (!at.psums.empty()) {
      expected.psum_out[0] = at.psums[0];
      expected.psum_out[1] = at.psums.size() > 1 ? at.psums[1] : 0;
      expected.psum_out_last = at.last;
      if (at.last) offering_ = leaving_ = false;
    }
  }
  vectors_.cycle(in_, expected);
  pe_.clock(cycle);
}

}  // namespace uvea::cosim
