#pragma once
// Stream sockets: ready/valid at burst level over TLM-2.0 sockets.
//
// Three phases a burst:
//   BEGIN_REQ   (forward)   valid: the burst can start at now + delay
//   END_REQ     (backward, or as the answer to BEGIN_REQ)   ready: from now + delay on the receiver
//               takes the whole burst without a stall, one beat per Burst::cycles_per_beat
//   BEGIN_DATA  (forward)   the first beat arrives at now + delay, not before the ready moment;
//               answered TLM_COMPLETED
// Delays may lie in the future: a block says what it knows as soon as it knows it. A sender has one
// burst under way per socket until its BEGIN_DATA.

#include <optional>
#include <string>
#include <tlm>

#include "tlm/burst.h"
#include "tlm/clock.h"

namespace uvea::link {

DECLARE_EXTENDED_PHASE(BEGIN_DATA);

/// Protocol traits of the streams.
struct StreamTypes {
  using tlm_payload_type = ::tlm::tlm_generic_payload;
  using tlm_phase_type = ::tlm::tlm_phase;
};

/// Watches a stream from the side; called only where one is bound.
class BurstObserver {
 public:
  virtual ~BurstObserver() = default;
  /// `first_beat`: cycle in which the burst starts at this point.
  virtual void on_data(unsigned point, const Payload& payload, Cycle first_beat) = 0;
};

/// A block that takes bursts. `port` is the number given to its StreamIn.
class BurstReceiver {
 public:
  virtual ~BurstReceiver() = default;
  /// Valid at cycle `at`. Returns the ready cycle (>= at), or nothing: StreamIn::accept() comes
  /// later.
  virtual std::optional<Cycle> on_offer(unsigned port, Payload& payload, Cycle at) = 0;
  /// The burst starts at `first_beat`. Take a reference to keep the payload.
  virtual void on_data(unsigned port, Payload& payload, Cycle first_beat) = 0;
};

/// A block that sends bursts: told the ready cycle of a burst that was not accepted at once.
class BurstSender {
 public:
  virtual ~BurstSender() = default;
  virtual void on_accept(unsigned port, Payload& payload, Cycle ready) = 0;
};

class StreamIn;

/// Sending side.
class StreamOut
    : public ::tlm::tlm_initiator_socket<32, StreamTypes, 1, sc_core::SC_ZERO_OR_MORE_BOUND>,
      private ::tlm::tlm_bw_transport_if<StreamTypes> {
 public:
  StreamOut(const std::string& name, BurstSender& owner, unsigned port, const Clock& clock);

  using tlm_initiator_socket::bind;
  void bind(StreamIn& in);

  std::optional<Cycle> offer(Payload& payload, Cycle at);
  void data(Payload& payload, Cycle first_beat);

  /// Instance path of the block that it sends to; empty when it is not bound.
  std::string peer() const;
  /// It is a wire that hands on what comes in there.
  void relays(const StreamIn& in) { relayed_ = &in; }
  void observe(BurstObserver* observer, unsigned point) {
    observer_ = observer;
    point_ = point;
  }

 private:
  void start_of_simulation() override {
    if (size() > 0) bound_ = (*this).operator->();
  }
  /// Of a socket that is not bound, SystemC says so.
  ::tlm::tlm_fw_transport_if<StreamTypes>& forward() {
    return bound_ != nullptr ? *bound_ : *(*this).operator->();
  }
  ::tlm::tlm_sync_enum nb_transport_bw(Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

  BurstSender& owner_;
  unsigned port_;
  const Clock& clock_;
  ::tlm::tlm_fw_transport_if<StreamTypes>* bound_ = nullptr;  ///< kept beside what it is used with
  const StreamIn* receiver_ = nullptr;
  const StreamIn* relayed_ = nullptr;
  BurstObserver* observer_ = nullptr;
  unsigned point_ = 0;

  friend class StreamIn;
};

/// Receiving side.
class StreamIn
    : public ::tlm::tlm_target_socket<32, StreamTypes, 1, sc_core::SC_ZERO_OR_MORE_BOUND>,
      private ::tlm::tlm_fw_transport_if<StreamTypes> {
 public:
  StreamIn(const std::string& name, BurstReceiver& owner, unsigned port, const Clock& clock);

  /// Ready from `ready` on, for a burst whose offer was answered with nothing.
  void accept(Payload& payload, Cycle ready);
  /// Instance path of the block that sends to it, wires passed over; empty when it is not bound.
  std::string peer() const;
  void observe(BurstObserver* observer, unsigned point) {
    observer_ = observer;
    point_ = point;
  }

 private:
  ::tlm::tlm_sync_enum nb_transport_fw(Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override;
  void b_transport(Payload& payload, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(Payload&, ::tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(Payload&) override { return 0; }

  BurstReceiver& owner_;
  unsigned port_;
  const Clock& clock_;
  const StreamOut* sender_ = nullptr;
  BurstObserver* observer_ = nullptr;
  unsigned point_ = 0;

  friend class StreamOut;
};

}  // namespace uvea::link
