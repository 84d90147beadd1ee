#pragma once
// A loosely timed memory for the chip and a CPU: 100 ns an access.

#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <systemc>
#include <vector>

struct LtMemory : sc_core::sc_module {
  tlm_utils::simple_target_socket<LtMemory> chip{"chip"}, cpu{"cpu"};
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(4 << 20);

  explicit LtMemory(const sc_core::sc_module_name& name) : sc_module(name) {
    for (auto* socket : {&chip, &cpu}) socket->register_b_transport(this, &LtMemory::access);
  }
  void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    std::uint8_t* at = &bytes.at(payload.get_address());
    if (payload.is_write()) std::memcpy(at, payload.get_data_ptr(), payload.get_data_length());
    if (payload.is_read()) std::memcpy(payload.get_data_ptr(), at, payload.get_data_length());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    delay += sc_core::sc_time(100, sc_core::SC_NS);
  }
};
