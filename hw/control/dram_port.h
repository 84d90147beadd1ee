#pragma once
// The chip's socket to DRAM: a TLM-2.0 base protocol initiator that any AT target can be bound to.
//
// Function   send() gives BEGIN_REQ; the owner is told when the transaction is answered and when
//            the next BEGIN_REQ may go out. Taken in every form that the standard allows: END_REQ
//            or BEGIN_RESP as a call or in the answer to BEGIN_REQ (BEGIN_RESP alone stands for
//            both), TLM_COMPLETED at once, responses in any order.
// Timing     an annotated delay is waited for: no BEGIN_REQ before END_REQ plus its delay (before
//            BEGIN_RESP or TLM_COMPLETED plus theirs where there is no END_REQ), no answer before
//            BEGIN_RESP plus its delay. The port adds none of its own.
// END_RESP   in the answer to BEGIN_RESP, TLM_UPDATED, or after TLM_ACCEPTED as a call of its own
//            in the same moment, as control.dma_end_resp says; never TLM_COMPLETED, which some
//            targets do not look for (docs/choices.md).
// Errors     SC_REPORT_ERROR with the transaction: END_REQ for one that is not being requested, a
//            phase that only an initiator gives, an answer that advances to no legal phase.

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <systemc>
#include <tlm>

#include "hw/config/chip_config.h"

namespace uvea::hw {

class DramPortOwner {
 public:
  virtual ~DramPortOwner() = default;
  /// The transaction's response is there. The port releases the payload later.
  virtual void on_answer(::tlm::tlm_generic_payload& payload) = 0;
  /// The next BEGIN_REQ may go out, but not from inside this call.
  virtual void on_request_taken() = 0;
};

class DramPort : public ::tlm::tlm_initiator_socket<32>, private ::tlm::tlm_bw_transport_if<> {
 public:
  DramPort(const std::string& name, EndResp end_resp, DramPortOwner& owner);

  /// BEGIN_REQ may go out now.
  bool ready() const {
    return requesting_ == nullptr && sc_core::sc_time_stamp() >= request_free_at_;
  }
  /// Only when ready(); the payload has a memory manager and one reference, which the port takes.
  void send(::tlm::tlm_generic_payload& payload);

  /// Given BEGIN_REQ and not yet END_REQ, or null.
  const ::tlm::tlm_generic_payload* requesting() const { return requesting_; }
  /// For who watches: told how long a BEGIN_REQ waited for its END_REQ.
  std::function<void(const sc_core::sc_time& from, const sc_core::sc_time& to)> on_waited;
  /// Protocol steps seen since the start.
  std::uint64_t steps() const { return steps_; }

 private:
  using Payload = ::tlm::tlm_generic_payload;
  /// A response whose annotated delay has not passed.
  struct Response {
    Payload* payload;
    bool needs_end;  ///< END_RESP is to be given
  };

  ::tlm::tlm_sync_enum nb_transport_bw(Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

  void end_request(const sc_core::sc_time& delay);
  void tell_taken(const sc_core::sc_time& delay);
  void answer(const Response& response);
  void answer_later(const Response& response, const sc_core::sc_time& delay);
  void answer_due();
  void end_responses();
  void fault(const std::string& what, const Payload& payload) const;

  const EndResp end_resp_;
  DramPortOwner& owner_;
  Payload* requesting_ = nullptr;
  sc_core::sc_time request_free_at_;
  sc_core::sc_time requested_at_;
  std::multimap<sc_core::sc_time, Response> responses_;  ///< by the moment they count from
  std::deque<Payload*> to_end_;                          ///< answered, END_RESP not yet given
  sc_core::sc_event taken_event_{"request_taken"};
  sc_core::sc_event response_event_{"response_due"};
  sc_core::sc_event end_event_{"end_response"};
  std::uint64_t steps_ = 0;
};

/// "read of 64 bytes at 0x1000".
std::string describe(const ::tlm::tlm_generic_payload& payload);

}  // namespace uvea::hw
