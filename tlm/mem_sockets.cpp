#include "tlm/mem_sockets.h"

namespace uvea::link {

MemClient::MemClient(const std::string& name, MemResponseHandler& owner)
    : tlm_initiator_socket(name.c_str()), owner_(owner) {
  bind(static_cast<::tlm::tlm_bw_transport_if<StreamTypes>&>(*this));
}

void MemClient::bind(MemServer& server) {
  server_ = &server;
  tlm_initiator_socket::bind(server);
}

std::string MemClient::peer() const {
  const sc_core::sc_object* const block =
      server_ == nullptr ? nullptr : server_->get_parent_object();
  return block == nullptr ? "" : block->name();
}

void MemClient::read(std::uint64_t address, std::size_t bytes, std::uint64_t tag) {
  Payload& payload = pool_.take();
  MemData& data = mem_data_of(payload);
  data.bytes.assign(bytes, 0);
  data.tag = tag;
  send(payload, ::tlm::TLM_READ_COMMAND, address);
}

void MemClient::write(std::uint64_t address, const std::vector<std::uint8_t>& bytes,
                      std::uint64_t tag) {
  Payload& payload = pool_.take();
  MemData& data = mem_data_of(payload);
  data.bytes = bytes;
  data.tag = tag;
  send(payload, ::tlm::TLM_WRITE_COMMAND, address);
}

void MemClient::send(Payload& payload, ::tlm::tlm_command command, std::uint64_t address) {
  MemData& data = mem_data_of(payload);
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(data.bytes.data());
  payload.set_data_length(static_cast<unsigned>(data.bytes.size()));
  payload.set_streaming_width(static_cast<unsigned>(data.bytes.size()));
  payload.set_byte_enable_ptr(nullptr);
  payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  (*this)->nb_transport_fw(payload, phase, delay);
}

::tlm::tlm_sync_enum MemClient::nb_transport_bw(Payload& payload, ::tlm::tlm_phase&,
                                                sc_core::sc_time&) {
  owner_.on_response(payload);
  payload.release();
  return ::tlm::TLM_COMPLETED;
}

MemServer::MemServer(const std::string& name, MemRequestHandler& owner, unsigned port)
    : tlm_target_socket(name.c_str()), owner_(owner), port_(port) {
  bind(static_cast<::tlm::tlm_fw_transport_if<StreamTypes>&>(*this));
}

void MemServer::respond(Payload& payload) {
  ::tlm::tlm_phase phase = ::tlm::BEGIN_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  (*this)->nb_transport_bw(payload, phase, delay);
}

::tlm::tlm_sync_enum MemServer::nb_transport_fw(Payload& payload, ::tlm::tlm_phase&,
                                                sc_core::sc_time&) {
  owner_.on_request(port_, payload);
  return ::tlm::TLM_ACCEPTED;
}

void MemServer::b_transport(Payload&, sc_core::sc_time&) {
  SC_REPORT_ERROR(name(), "memory request protocol: b_transport is not part of it");
}

}  // namespace uvea::link
