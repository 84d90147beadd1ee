#pragma once
// A base-protocol AT initiator for tests: sends a list of transactions, at most so many at a time,
// answers BEGIN_RESP in a chosen way, and keeps what happened when.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <systemc>
#include <tlm>
#include <vector>

namespace uvea::tb {

enum class EndResp {
  completed,  ///< BEGIN_RESP answered TLM_COMPLETED
  updated,    ///< TLM_UPDATED with END_RESP
  accepted,   ///< TLM_ACCEPTED, END_RESP as a call later
  any,        ///< each at random, with random delays
};

/// One transaction to be sent, and what became of it.
struct Job {
  tlm::tlm_command command = tlm::TLM_READ_COMMAND;
  std::uint64_t address = 0;
  std::vector<unsigned char> data;     ///< written, or read into
  std::vector<unsigned char> enables;  ///< empty: none
  unsigned streaming_width = 0;        ///< 0: the length
  sc_core::sc_time not_before;         ///< earliest BEGIN_REQ
  sc_core::sc_time annotated;          ///< delay on BEGIN_REQ

  sc_core::sc_time begin_req, end_req, begin_resp;
  tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
  int answered = 0;
  sc_core::sc_time latency() const { return begin_resp - begin_req; }
};

class AtInitiator : public sc_core::sc_module,
                    private tlm::tlm_bw_transport_if<>,
                    private tlm::tlm_mm_interface {
 public:
  tlm::tlm_initiator_socket<32> socket{"socket"};
  std::deque<Job> jobs;  ///< filled before the simulation, sent in this order
  std::size_t max_outstanding = std::size_t{1} << 30;
  EndResp style = EndResp::completed;
  sc_core::sc_time clock{5, sc_core::SC_NS};
  std::mt19937_64 random{1};
  std::function<void(Job&)> on_response;  ///< called inside BEGIN_RESP
  bool stop_when_done = true;             ///< sc_stop() after the last END_RESP

  std::size_t done = 0;
  std::size_t payloads_out = 0;  ///< not yet given back by reference count
  std::size_t end_req_later = 0;
  std::vector<std::size_t> response_order;  ///< job indices

  explicit AtInitiator(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.bind(*this);
    SC_HAS_PROCESS(AtInitiator);
    SC_THREAD(send);
    SC_METHOD(end_response);
    sensitive << end_response_event_;
    dont_initialize();
  }

 private:
  struct Payload : tlm::tlm_generic_payload {
    using tlm_generic_payload::tlm_generic_payload;
    std::size_t job = 0;
  };

  void free(tlm::tlm_generic_payload* payload) override {
    payload->reset();
    pool_.emplace_back(static_cast<Payload*>(payload));
    --payloads_out;
  }

  Payload* payload_for(std::size_t index) {
    std::unique_ptr<Payload> payload;
    if (pool_.empty()) {
      payload = std::make_unique<Payload>(static_cast<tlm::tlm_mm_interface*>(this));
    } else {
      payload = std::move(pool_.back());
      pool_.pop_back();
    }
    ++payloads_out;
    Job& job = jobs[index];
    const auto length = static_cast<unsigned>(job.data.size());
    payload->job = index;
    payload->set_command(job.command);
    payload->set_address(job.address);
    payload->set_data_ptr(job.data.data());
    payload->set_data_length(length);
    payload->set_streaming_width(job.streaming_width == 0 ? length : job.streaming_width);
    payload->set_byte_enable_ptr(job.enables.empty() ? nullptr : job.enables.data());
    payload->set_byte_enable_length(static_cast<unsigned>(job.enables.size()));
    payload->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    payload->acquire();
    return payload.release();
  }

  void send() {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      while (i - done >= max_outstanding) wait(done_event_);
      if (jobs[i].not_before > sc_core::sc_time_stamp()) {
        wait(jobs[i].not_before - sc_core::sc_time_stamp());
      }
      Payload* payload = payload_for(i);
      tlm::tlm_phase phase = tlm::BEGIN_REQ;
      sc_core::sc_time delay = jobs[i].annotated;
      jobs[i].begin_req = sc_core::sc_time_stamp() + delay;
      const tlm::tlm_sync_enum answer = socket->nb_transport_fw(*payload, phase, delay);
      if (answer == tlm::TLM_ACCEPTED) {
        ++end_req_later;
        wait(end_req_event_);
      } else if (answer == tlm::TLM_UPDATED && phase == tlm::END_REQ) {
        jobs[i].end_req = sc_core::sc_time_stamp() + delay;
        if (delay != sc_core::SC_ZERO_TIME) wait(delay);
      } else {
        SC_REPORT_ERROR("/test/at_initiator", "unexpected answer to BEGIN_REQ");
      }
    }
  }

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override {
    Job& job = jobs[static_cast<Payload&>(payload).job];
    const sc_core::sc_time now = sc_core::sc_time_stamp() + delay;
    if (phase == tlm::END_REQ) {
      job.end_req = now;
      end_req_event_.notify();
      return tlm::TLM_ACCEPTED;
    }
    if (phase != tlm::BEGIN_RESP || ending_ != nullptr) {
      SC_REPORT_ERROR("/test/at_initiator", "unexpected phase, or two responses at a time");
    }
    job.begin_resp = now;
    job.status = payload.get_response_status();
    ++job.answered;
    response_order.push_back(static_cast<Payload&>(payload).job);
    if (on_response) on_response(job);
    const EndResp how = style == EndResp::any ? static_cast<EndResp>(random() % 3) : style;
    const sc_core::sc_time pause = style == EndResp::any && random() % 4 == 0
                                       ? clock * static_cast<double>(random() % 5)
                                       : sc_core::SC_ZERO_TIME;
    if (how == EndResp::accepted) {
      ending_ = static_cast<Payload*>(&payload);
      end_response_event_.notify(pause);
      return tlm::TLM_ACCEPTED;
    }
    delay = pause;
    finish(static_cast<Payload&>(payload));
    if (how == EndResp::completed) return tlm::TLM_COMPLETED;
    phase = tlm::END_RESP;
    return tlm::TLM_UPDATED;
  }

  void end_response() {
    Payload& payload = *ending_;
    ending_ = nullptr;
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_core::sc_time delay = style == EndResp::any && random() % 4 == 0 ? clock : clock * 0.0;
    if (socket->nb_transport_fw(payload, phase, delay) != tlm::TLM_COMPLETED) {
      SC_REPORT_ERROR("/test/at_initiator", "END_RESP was not answered TLM_COMPLETED");
    }
    finish(payload);
  }

  // The target still holds its reference, so this one may go.
  void finish(Payload& payload) {
    payload.release();
    ++done;
    done_event_.notify(sc_core::SC_ZERO_TIME);
    if (done == jobs.size() && stop_when_done) sc_core::sc_stop();
  }

  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

  std::vector<std::unique_ptr<Payload>> pool_;
  Payload* ending_ = nullptr;
  sc_core::sc_event end_req_event_, end_response_event_, done_event_;
};

}  // namespace uvea::tb
