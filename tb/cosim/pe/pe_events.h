#pragma once
// What a PE did, in the terms in which two PEs are compared (docs/pe_timing.md).

#include <cstdint>
#include <vector>

#include "tb/cosim/pe/stall_interval.h"
#include "tb/cosim/rtl/rtl_pins.h"
#include "tlm/cycle.h"

namespace uvea::cosim {

enum class PeEventKind : std::uint8_t {
  iact_ready,    ///< port, cycle in which the PE is ready for the next burst of this port
  weight_ready,  ///< cycle
  window,        ///< cycle of the window's last examine slot
  psum_offer,    ///< cycle from which a burst is offered
  psum,   ///< value, cycle in which it leaves; two of a beat in the same cycle, low half first
  stall,  ///< value: class of a cycle. Told as StallInterval, in a difference as the first cycle
};
constexpr unsigned kPeEventKinds = 6;

struct PeEvent {
  PeEventKind kind = PeEventKind::psum;
  std::uint8_t port = 0;
  std::int32_t value = 0;
  link::Cycle cycle = 0;
  bool operator==(const PeEvent& o) const {
    return kind == o.kind && port == o.port && value == o.value && cycle == o.cycle;
  }
};

/// Events of one kind and port come in one order: the number of that sequence.
constexpr unsigned kPeEventSequences = kPeEventKinds + kMaxIactPorts - 1;
constexpr unsigned sequence_of(PeEventKind kind, unsigned port) {
  return port == 0 ? static_cast<unsigned>(kind) : kPeEventKinds + port - 1;
}

/// A multiply-accumulate with neither operand zero.
struct MacEvent {
  link::Cycle cycle = 0;  ///< in which it is in the MAC stage
  std::uint64_t chunk =
      0;  ///< since the configuration; those of idle and null weight bursts do not count
  unsigned psum = 0;  ///< of the chunk: window * M0 + output channel
  std::int32_t iact = 0, weight = 0;
  std::int32_t sum = 0;  ///< the psum with it
  bool operator==(const MacEvent& o) const {
    return cycle == o.cycle && chunk == o.chunk && psum == o.psum && iact == o.iact &&
           weight == o.weight && sum == o.sum;
  }
};

/// Takes events; those of one kind (and port) come in their order, kinds may be mixed. And where the
/// cycles went, for those who want to know.
class PeEventSink : public StallSink {
 public:
  virtual void take(const PeEvent& event) = 0;
  void spend(const StallInterval&) override {}
  /// Wants mac(); asked before the work begins.
  virtual bool asks_macs() const { return false; }
  /// In the order in which they are done; of the model chunk by chunk, before the chunk's windows.
  virtual void mac(const MacEvent&) {}
};

/// The simplest sink.
struct PeTrace : PeEventSink {
  std::vector<PeEvent> events;
  std::vector<StallInterval> stalls;
  std::uint64_t overflows = 0;
  void take(const PeEvent& event) override { events.push_back(event); }
  void spend(const StallInterval& cycles) override { stalls.push_back(cycles); }
};

}  // namespace uvea::cosim
