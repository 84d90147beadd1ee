#include "tlm/stream_sockets.h"

namespace uvea::link {

namespace {

/// Instance path of the block that a socket belongs to.
std::string block_of(const sc_core::sc_object& socket) {
  const sc_core::sc_object* parent = socket.get_parent_object();
  return parent == nullptr ? "" : parent->name();
}

}  // namespace

StreamOut::StreamOut(const std::string& name, BurstSender& owner, unsigned port, const Clock& clock)
    : tlm_initiator_socket(name.c_str()), owner_(owner), port_(port), clock_(clock) {
  bind(static_cast<::tlm::tlm_bw_transport_if<StreamTypes>&>(*this));
}

void StreamOut::bind(StreamIn& in) {
  receiver_ = &in;
  in.sender_ = this;
  tlm_initiator_socket::bind(in);
}

std::string StreamOut::peer() const { return receiver_ == nullptr ? "" : block_of(*receiver_); }

std::string StreamIn::peer() const {
  if (sender_ == nullptr) return "";
  return sender_->relayed_ != nullptr ? sender_->relayed_->peer() : block_of(*sender_);
}

std::optional<Cycle> StreamOut::offer(Payload& payload, Cycle at) {
  ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
  sc_core::sc_time delay = clock_.until(at);
  const auto status = forward().nb_transport_fw(payload, phase, delay);
  if (status == ::tlm::TLM_ACCEPTED) return std::nullopt;
  return clock_.at(delay);
}

void StreamOut::data(Payload& payload, Cycle first_beat) {
  if (observer_ != nullptr) observer_->on_data(point_, payload, first_beat);
  ::tlm::tlm_phase phase = BEGIN_DATA;
  sc_core::sc_time delay = clock_.until(first_beat);
  forward().nb_transport_fw(payload, phase, delay);
}

::tlm::tlm_sync_enum StreamOut::nb_transport_bw(Payload& payload, ::tlm::tlm_phase& phase,
                                                sc_core::sc_time& delay) {
  if (phase != ::tlm::END_REQ) {
    SC_REPORT_ERROR(name(), "stream protocol: only END_REQ may come backward");
    return ::tlm::TLM_COMPLETED;
  }
  owner_.on_accept(port_, payload, clock_.at(delay));
  return ::tlm::TLM_ACCEPTED;
}

StreamIn::StreamIn(const std::string& name, BurstReceiver& owner, unsigned port, const Clock& clock)
    : tlm_target_socket(name.c_str()), owner_(owner), port_(port), clock_(clock) {
  bind(static_cast<::tlm::tlm_fw_transport_if<StreamTypes>&>(*this));
}

void StreamIn::accept(Payload& payload, Cycle ready) {
  ::tlm::tlm_phase phase = ::tlm::END_REQ;
  sc_core::sc_time delay = clock_.until(ready);
  (*this)->nb_transport_bw(payload, phase, delay);
}

::tlm::tlm_sync_enum StreamIn::nb_transport_fw(Payload& payload, ::tlm::tlm_phase& phase,
                                               sc_core::sc_time& delay) {
  const Cycle at = clock_.at(delay);
  if (phase == ::tlm::BEGIN_REQ) {
    const auto ready = owner_.on_offer(port_, payload, at);
    if (!ready) return ::tlm::TLM_ACCEPTED;
    phase = ::tlm::END_REQ;
    delay = clock_.until(*ready);
    return ::tlm::TLM_UPDATED;
  }
  if (phase == BEGIN_DATA) {
    if (observer_ != nullptr) observer_->on_data(point_, payload, at);
    owner_.on_data(port_, payload, at);
    return ::tlm::TLM_COMPLETED;
  }
  SC_REPORT_ERROR(name(), "stream protocol: only BEGIN_REQ and BEGIN_DATA may come forward");
  return ::tlm::TLM_COMPLETED;
}

void StreamIn::b_transport(Payload&, sc_core::sc_time&) {
  SC_REPORT_ERROR(name(), "stream protocol: b_transport is not part of it");
}

}  // namespace uvea::link
