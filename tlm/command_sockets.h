#pragma once
// Command sockets: the system controller broadcasts a layer command (its descriptor's bytes) to
// every block before a layer. TLM-2.0 base protocol, b_transport, one write.

#include <cstdint>
#include <string>
#include <tlm>
#include <vector>

namespace uvea::link {

class CommandReceiver {
 public:
  virtual ~CommandReceiver() = default;
  /// A new layer: the raw descriptor. Only called while the chip is idle.
  virtual void on_command(const std::uint8_t* descriptor) = 0;
};

class CommandIn : public ::tlm::tlm_target_socket<32>, private ::tlm::tlm_fw_transport_if<> {
 public:
  CommandIn(const std::string& name, CommandReceiver& owner)
      : tlm_target_socket(name.c_str()), owner_(owner) {
    bind(static_cast<::tlm::tlm_fw_transport_if<>&>(*this));
  }

 private:
  void b_transport(::tlm::tlm_generic_payload& payload, sc_core::sc_time&) override {
    owner_.on_command(payload.get_data_ptr());
    payload.set_response_status(::tlm::TLM_OK_RESPONSE);
  }
  ::tlm::tlm_sync_enum nb_transport_fw(::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase&,
                                       sc_core::sc_time&) override {
    payload.set_response_status(::tlm::TLM_COMMAND_ERROR_RESPONSE);
    return ::tlm::TLM_COMPLETED;
  }
  bool get_direct_mem_ptr(::tlm::tlm_generic_payload&, ::tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(::tlm::tlm_generic_payload&) override { return 0; }

  CommandReceiver& owner_;
};

/// Bound to any number of CommandIn.
class CommandOut : public ::tlm::tlm_initiator_socket<32, ::tlm::tlm_base_protocol_types, 0>,
                   private ::tlm::tlm_bw_transport_if<> {
 public:
  explicit CommandOut(const std::string& name) : tlm_initiator_socket(name.c_str()) {
    bind(static_cast<::tlm::tlm_bw_transport_if<>&>(*this));
  }

  void broadcast(std::vector<std::uint8_t>& descriptor) {
    ::tlm::tlm_generic_payload payload;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    for (int i = 0; i < size(); ++i) {
      payload.set_command(::tlm::TLM_WRITE_COMMAND);
      payload.set_data_ptr(descriptor.data());
      payload.set_data_length(static_cast<unsigned>(descriptor.size()));
      payload.set_streaming_width(static_cast<unsigned>(descriptor.size()));
      payload.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
      (*this)[i]->b_transport(payload, delay);
    }
  }

 private:
  ::tlm::tlm_sync_enum nb_transport_bw(::tlm::tlm_generic_payload&, ::tlm::tlm_phase&,
                                       sc_core::sc_time&) override {
    return ::tlm::TLM_COMPLETED;
  }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}
};

}  // namespace uvea::link
