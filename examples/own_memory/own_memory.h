#pragma once
// A memory of one's own: approximately timed, answers in order 60 ns after each request.

#include <tlm_utils/peq_with_cb_and_phase.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <systemc>
#include <vector>

struct OwnMemory : sc_core::sc_module {
  tlm_utils::simple_target_socket<OwnMemory> socket{"socket"};
  tlm_utils::peq_with_cb_and_phase<OwnMemory> answers{this, &OwnMemory::answer};
  std::vector<std::uint8_t> bytes;
  OwnMemory(const sc_core::sc_module_name& name, std::uint64_t size)
      : sc_module(name), bytes(size) {
    socket.register_b_transport(this, &OwnMemory::access);  // the host's writes and reads
    socket.register_nb_transport_fw(this, &OwnMemory::begin_request);  // the chip's DMA
  }
  void access(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    std::uint8_t* at = &bytes.at(payload.get_address());
    if (payload.is_write()) std::memcpy(at, payload.get_data_ptr(), payload.get_data_length());
    if (payload.is_read()) std::memcpy(payload.get_data_ptr(), at, payload.get_data_length());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
  tlm::tlm_sync_enum begin_request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                   sc_core::sc_time& delay) {
    payload.acquire();
    answers.notify(payload, tlm::BEGIN_RESP, delay + sc_core::sc_time(60, sc_core::SC_NS));
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
  }
  void answer(tlm::tlm_generic_payload& payload, const tlm::tlm_phase& begin_response) {
    tlm::tlm_phase phase = begin_response;
    sc_core::sc_time now = sc_core::SC_ZERO_TIME;
    access(payload, now);
    socket->nb_transport_bw(payload, phase, now);  // answered with END_RESP: control.dma_end_resp
    payload.release();
  }
};
