#include "hw/control/dram_port.h"

#include <sstream>

#include "tlm/process.h"

namespace uvea::hw {

DramPort::DramPort(const std::string& port_name, EndResp end_resp, DramPortOwner& owner)
    : tlm_initiator_socket(port_name.c_str()), end_resp_(end_resp), owner_(owner) {
  bind(static_cast<::tlm::tlm_bw_transport_if<>&>(*this));
  link::spawn_method(
      port_name + "_request_taken_process", [this] { owner_.on_request_taken(); }, taken_event_);
  link::spawn_method(
      port_name + "_response_process", [this] { answer_due(); }, response_event_);
  link::spawn_method(
      port_name + "_end_response_process", [this] { end_responses(); }, end_event_);
}

void DramPort::send(Payload& payload) {
  ++steps_;
  requesting_ = &payload;
  requested_at_ = sc_core::sc_time_stamp();
  ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const auto status = (*this)->nb_transport_fw(payload, phase, delay);
  if (status == ::tlm::TLM_ACCEPTED) return;
  // The target may have gone ahead with a call from inside this one; it must not answer twice.
  if (requesting_ != &payload) {
    fault("the answer to BEGIN_REQ repeats what a call has said", payload);
    return;
  }
  if (status == ::tlm::TLM_UPDATED && phase != ::tlm::END_REQ && phase != ::tlm::BEGIN_RESP) {
    fault("BEGIN_REQ is answered TLM_UPDATED with neither END_REQ nor BEGIN_RESP", payload);
    return;
  }
  end_request(delay);
  if (delay > sc_core::SC_ZERO_TIME) taken_event_.notify(delay);
  if (status == ::tlm::TLM_COMPLETED) {
    answer_later({&payload, false}, delay);
  } else if (phase == ::tlm::BEGIN_RESP) {
    answer_later({&payload, true}, delay);
  }
}

::tlm::tlm_sync_enum DramPort::nb_transport_bw(Payload& payload, ::tlm::tlm_phase& phase,
                                               sc_core::sc_time& delay) {
  if (phase == ::tlm::END_REQ) {
    if (requesting_ != &payload) {
      fault("END_REQ for a transaction that is not being requested", payload);
      return ::tlm::TLM_ACCEPTED;
    }
    end_request(delay);
    tell_taken(delay);
    return ::tlm::TLM_ACCEPTED;
  }
  if (phase == ::tlm::BEGIN_RESP) {
    if (requesting_ == &payload) {
      end_request(delay);
      tell_taken(delay);
    }
    const Response response{&payload, end_resp_ == EndResp::call};
    if (delay == sc_core::SC_ZERO_TIME) {
      answer(response);
    } else {
      answer_later(response, delay);
    }
    if (response.needs_end) return ::tlm::TLM_ACCEPTED;
    phase = ::tlm::END_RESP;  // at the same annotated moment as BEGIN_RESP
    return ::tlm::TLM_UPDATED;
  }
  if (phase == ::tlm::BEGIN_REQ || phase == ::tlm::END_RESP ||
      phase == ::tlm::UNINITIALIZED_PHASE) {
    std::ostringstream what;
    what << "phase " << phase << " on the backward path";
    fault(what.str(), payload);
  }
  return ::tlm::TLM_ACCEPTED;  // an ignorable phase of somebody's extended protocol
}

void DramPort::end_request(const sc_core::sc_time& delay) {
  ++steps_;
  requesting_ = nullptr;
  request_free_at_ = sc_core::sc_time_stamp() + delay;
  if (on_waited) on_waited(requested_at_, request_free_at_);
}

void DramPort::tell_taken(const sc_core::sc_time& delay) {
  if (delay == sc_core::SC_ZERO_TIME) {
    owner_.on_request_taken();
  } else {
    taken_event_.notify(delay);
  }
}

void DramPort::answer(const Response& response) {
  ++steps_;
  owner_.on_answer(*response.payload);
  if (!response.needs_end) {
    response.payload->release();
    return;
  }
  to_end_.push_back(response.payload);
  end_event_.notify(sc_core::SC_ZERO_TIME);
}

void DramPort::answer_later(const Response& response, const sc_core::sc_time& delay) {
  responses_.emplace(sc_core::sc_time_stamp() + delay, response);
  response_event_.notify(responses_.begin()->first - sc_core::sc_time_stamp());
}

void DramPort::answer_due() {
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  while (!responses_.empty() && responses_.begin()->first <= now) {
    const Response response = responses_.begin()->second;
    responses_.erase(responses_.begin());
    answer(response);
  }
  if (!responses_.empty()) response_event_.notify(responses_.begin()->first - now);
}

// From a process of its own: simple_target_socket, for one, loses an END_RESP that comes while it
// still gives BEGIN_RESP.
void DramPort::end_responses() {
  while (!to_end_.empty()) {
    Payload& payload = *to_end_.front();
    to_end_.pop_front();
    ::tlm::tlm_phase phase = ::tlm::END_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    (*this)->nb_transport_fw(payload, phase, delay);
    payload.release();
  }
}

void DramPort::fault(const std::string& what, const Payload& payload) const {
  SC_REPORT_ERROR(name(), ("DRAM protocol: " + what + " (" + describe(payload) + ")").c_str());
}

std::string describe(const ::tlm::tlm_generic_payload& payload) {
  std::ostringstream text;
  text << (payload.is_read() ? "read" : "write") << " of " << payload.get_data_length()
       << " bytes at 0x" << std::hex << payload.get_address();
  return text.str();
}

}  // namespace uvea::hw
