#include "tlm/mem_sockets.h"

namespace uvea::link {

namespace {

/// Instance path of the block that a socket belongs to.
std::string block_of(const sc_core::sc_object& socket) {
  const sc_core::sc_object* const block = socket.get_parent_object();
  return block == nullptr ? "" : block->name();
}

}  // namespace

MemClient::MemClient(const std::string& name, MemResponseHandler& owner)
    : tlm_initiator_socket(name.c_str()), owner_(owner) {
  bind(static_cast<::tlm::tlm_bw_transport_if<StreamTypes>&>(*this));
}

void MemClient::bind(MemServer& server) {
  server_ = &server;
  server.client_ = this;
  tlm_initiator_socket::bind(server);
}

std::string MemClient::peer() const { return server_ == nullptr ? "" : block_of(*server_); }

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

std::string MemServer::peer() const { return client_ == nullptr ? "" : block_of(*client_); }

void MemServer::watch(Probe* probe, const Clock& clock) {
  watch_.reset();
  if (probe == nullptr) return;
  watch_ = std::make_unique<Watch>(Watch{
      *probe, clock, ItemTrack(*probe, probe->add_items(name(), "requests", Probe::Group::dma)),
      probe->add_values(name(), "outstanding", Probe::Group::dma, "requests")});
  probe->name_source(Probe::kRequests + port_, client_ == nullptr ? name() : client_->name());
}

void MemServer::tell_outstanding(std::int64_t change) {
  watch_->open += change;
  watch_->probe.value(watch_->outstanding, watch_->clock.now(), watch_->open);
}

void MemServer::respond(Payload& payload) {
  if (watch_) {
    watch_->requests.end(mem_data_of(payload).item, watch_->clock.now());
    tell_outstanding(-1);
  }
  ::tlm::tlm_phase phase = ::tlm::BEGIN_RESP;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  (*this)->nb_transport_bw(payload, phase, delay);
}

::tlm::tlm_sync_enum MemServer::nb_transport_fw(Payload& payload, ::tlm::tlm_phase&,
                                                sc_core::sc_time&) {
  if (watch_) {
    MemData& data = mem_data_of(payload);
    data.item = {Probe::kRequests + port_, watch_->serial++};
    watch_->requests.begin(data.item, data.bytes.size(), watch_->clock.now());
    tell_outstanding(1);
  }
  owner_.on_request(port_, payload);
  return ::tlm::TLM_ACCEPTED;
}

void MemServer::b_transport(Payload&, sc_core::sc_time&) {
  SC_REPORT_ERROR(name(), "memory request protocol: b_transport is not part of it");
}

}  // namespace uvea::link
