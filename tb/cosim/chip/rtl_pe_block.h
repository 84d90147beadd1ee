#pragma once
// The RTL PE in a cluster's place for a PE: its pins behind the chip's stream sockets.
//
// Bursts that come in with annotated delays lie on the pins from their cycle on; the RTL runs ahead
// of the simulated time until it waits for something, and what it does is told with the cycles in
// which it does it, as the model's PE does. A later call for an earlier cycle takes the RTL back
// (RtlDriver). Psum values are the RTL's, and so are the classes of its cycles. Counters of SPad accesses and MACs come from PeCore,
// which is given the same bursts; they do not depend on time.
//
// Probe      is told what the model's PE tells of its ports, windows and classes, and the RTL's pins
//            and signals (RtlWatch); not what only the model knows of its inside.
// Errors     whatever the driver finds (a word not taken, ...) is an SC_REPORT_ERROR.

#include <deque>

#include "hw/pe/pe.h"
#include "tb/cosim/chip/rtl_findings.h"
#include "tb/cosim/chip/wait_places.h"
#include "tb/cosim/chip/work_counter.h"
#include "tb/cosim/pe/rtl_driver.h"
#include "tb/cosim/pe/rtl_watch.h"

namespace uvea::cosim {

class RtlPeBlock : public hw::Pe {
 public:
  /// What it did in its life is added to `totals` when it goes; they must outlive it.
  /// `make_inside`: makes RTL for a probe to look into, or empty. Throws UserError when the RTL was
  /// not built for these sizes.
  RtlPeBlock(const sc_core::sc_module_name& name, const hw::PePlace& place,
             const hw::ChipConfig& config, const link::Clock& clock, link::BurstPool& pool,
             std::uint32_t source_id, const RtlFactory& make_rtl, RtlFactory make_inside,
             RtlWork& totals);
  ~RtlPeBlock() override;

  void count(hw::CounterSink& sink) const override;
  void watch(link::Probe* probe) override;
  void close_layer(link::Cycle end) override;
  void tell_rest(link::Cycle end) override;
  std::vector<std::string> leftovers() const override;
  hw::Wait waiting_for() const override;
  hw::Wait needs_for(const std::string& taker) const override;

 private:
  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void configure(const hw::LayerCommand& layer, const hw::Schedule& schedule) override;
  bool tells_inside() const override { return false; }

  void pump();
  void word_ready(unsigned lane, link::Cycle ready);
  void psums_offered(link::Cycle at);
  void psums_accepted(link::Cycle ready);
  void check();

  link::BurstPool& pool_;
  const std::uint32_t source_id_;
  std::uint64_t serial_ = 0;
  std::unique_ptr<RtlPe> rtl_;
  const RtlFactory make_inside_;
  RtlDriver driver_;
  std::unique_ptr<RtlWatch> rtl_watch_;  ///< null when no probe watches
  WorkCounter work_;
  WaitPlaces places_;
  RtlWork& totals_;
  std::uint64_t psums_ = 0, windows_ = 0;

  std::deque<PeEvent> events_;           ///< told by the driver, not yet passed on
  std::vector<link::Payload*> offered_;  ///< by lane: offered, not yet answered
  std::vector<link::Cycle> offered_at_;  ///< by lane: the last one
  link::Payload* sending_ = nullptr;     ///< on psum_out, not yet accepted
  link::Cycle sending_since_ = 0;
  bool sending_own_ = false;
  bool passing_ = false;  ///< the burst that was offered last passes through
  int replying_ = -1;     ///< lane whose offer is being answered
  std::optional<link::Cycle> reply_;
  bool pumping_ = false, again_ = false, faulty_ = false;
};

}  // namespace uvea::cosim
