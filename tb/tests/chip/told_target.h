#pragma once
// What the DMA's tests put around it: a client, and a target that is told phase by phase what to do.

#include <functional>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "tb/testing/systemc_test.h"
#include "tlm/mem_sockets.h"

namespace uvea::test {

using sc_core::sc_time;
using Payload = ::tlm::tlm_generic_payload;

inline sc_time ns(double n) { return sc_time(n, sc_core::SC_NS); }

/// A client that remembers when each of its requests was answered.
class Client : public sc_core::sc_module, public link::MemResponseHandler {
 public:
  explicit Client(const sc_core::sc_module_name& name) : sc_module(name), memory("memory", *this) {}
  link::MemClient memory;
  std::vector<sc_time> answered;
  std::vector<std::vector<std::uint8_t>> data;

 private:
  void on_response(link::Payload& payload) override {
    answered.push_back(sc_core::sc_time_stamp());
    data.push_back(link::mem_data_of(payload).bytes);
  }
};

/// Answers BEGIN_REQ as told and keeps the moments of BEGIN_REQ and END_RESP.
class ToldTarget : public sc_core::sc_module, private ::tlm::tlm_fw_transport_if<> {
 public:
  explicit ToldTarget(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.bind(static_cast<::tlm::tlm_fw_transport_if<>&>(*this));
  }
  ::tlm::tlm_target_socket<32> socket{"socket"};
  std::function<::tlm::tlm_sync_enum(Payload&, ::tlm::tlm_phase&, sc_time&)> on_request;
  std::function<void(Payload&)> before_response;  ///< where it is set
  std::vector<sc_time> begin_req, end_resp;
  std::vector<::tlm::tlm_sync_enum> answers;  ///< to backward calls

  /// Calls back after `wait` with `delay` annotated. By a method: the guard page on the stack of a
  /// thread that has ended is nothing that a leak checker can read.
  void call(Payload& payload, const ::tlm::tlm_phase& phase, const sc_time& wait,
            const sc_time& delay) {
    moments_.push_back(std::make_unique<sc_core::sc_event>());
    moments_.back()->notify(wait);
    sc_core::sc_spawn_options at_moment;
    at_moment.spawn_method();
    at_moment.dont_initialize();
    at_moment.set_sensitivity(moments_.back().get());
    const auto call_back = [this, &payload, phase, delay] {
      ::tlm::tlm_phase given = phase;
      sc_time annotated = delay;
      if (phase == ::tlm::BEGIN_RESP) {
        payload.set_response_status(::tlm::TLM_OK_RESPONSE);
        if (before_response) before_response(payload);
      }
      answers.push_back(socket->nb_transport_bw(payload, given, annotated));
      if (given == ::tlm::END_RESP) end_resp.push_back(sc_core::sc_time_stamp() + annotated);
    };
    sc_core::sc_spawn(call_back, sc_core::sc_gen_unique_name("call"), &at_moment);
  }

 private:
  std::vector<std::unique_ptr<sc_core::sc_event>> moments_;

  ::tlm::tlm_sync_enum nb_transport_fw(Payload& payload, ::tlm::tlm_phase& phase,
                                       sc_time& delay) override {
    if (phase == ::tlm::END_RESP) {
      end_resp.push_back(sc_core::sc_time_stamp() + delay);
      return ::tlm::TLM_COMPLETED;
    }
    begin_req.push_back(sc_core::sc_time_stamp() + delay);
    return on_request(payload, phase, delay);
  }
  void b_transport(Payload&, sc_time&) override {}
  bool get_direct_mem_ptr(Payload&, ::tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(Payload&) override { return 0; }
};

}  // namespace uvea::test
