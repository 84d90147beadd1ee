#pragma once
// Makes vectors for the Verilog testbench out of a run: the inputs are those that the driver puts
// on the pins, the expected outputs are worked out from the TLM PE's events, not from the RTL that
// runs.

#include <map>
#include <vector>

#include "tb/cosim/pe/pe_events.h"
#include "tb/cosim/pe/rtl_pe.h"
#include "tb/cosim/pe/vector_file.h"

namespace uvea::cosim {

/// Stands between the driver and a PE.
class VectorRecorder : public RtlPe {
 public:
  /// `pe` and `vectors` must outlive it.
  VectorRecorder(RtlPe& pe, VectorWriter& vectors) : pe_(pe), vectors_(vectors) {}

  /// What the TLM PE did with the stimulus that is run next. Call before each run.
  void expect(const std::vector<PeEvent>& events);

  void reset() override { pe_.reset(); }
  void settle(const RtlInputs& in, RtlOutputs& out) override;
  RtlActivity activity() const override { return pe_.activity(); }
  RtlMacs macs() const override { return pe_.macs(); }
  void clock(std::uint64_t cycle) override;
  void save(std::vector<std::uint8_t>& state) override { pe_.save(state); }
  void restore(const std::vector<std::uint8_t>& state) override { pe_.restore(state); }

 private:
  struct AtCycle {
    std::vector<std::int32_t> psums;
    bool last = false, window = false, offered = false;
    std::uint32_t iact_ready = 0;
    bool weight_ready = false;
  };

  RtlPe& pe_;
  VectorWriter& vectors_;
  RtlInputs in_;
  std::map<std::uint64_t, AtCycle> expected_;
  bool offering_ = false, leaving_ = false;  ///< a psum burst is offered; has begun to leave
};

}  // namespace uvea::cosim
