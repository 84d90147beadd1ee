#pragma once
// Psums as the wires carry them: always two to a beat, the last half of an odd burst 0.

#include <optional>

#include "tb/cosim/pe/pe_events.h"

namespace uvea::cosim {

/// Between a PE that tells the psums that there are and a comparison of beats.
class PaddedEvents : public PeEventSink {
 public:
  explicit PaddedEvents(PeEventSink& to) : to_(to) {}
  ~PaddedEvents() override = default;

  void take(const PeEvent& event) override {
    if (event.kind == PeEventKind::psum) {
      if (single_ && single_->cycle == event.cycle) {
        single_.reset();
      } else {
        pad();
        single_ = event;
      }
    } else if (event.kind == PeEventKind::psum_offer) {
      pad();
    }
    to_.take(event);
  }
  void spend(const StallInterval& cycles) override { to_.spend(cycles); }
  bool asks_macs() const override { return to_.asks_macs(); }
  void mac(const MacEvent& event) override { to_.mac(event); }
  /// At the end.
  void pad() {
    if (!single_) return;
    single_->value = 0;
    to_.take(*single_);
    single_.reset();
  }

 private:
  PeEventSink& to_;
  std::optional<PeEvent> single_;  ///< a beat's first psum, its second not yet told
};

}  // namespace uvea::cosim
