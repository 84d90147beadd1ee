#include "hw/control/dma.h"

#include <algorithm>

namespace uvea::hw {

Dma::Dma(const sc_core::sc_module_name& module_name, const ChipConfig& config,
         const link::Clock& clock, std::size_t clients)
    : sc_module(module_name), config_(config), clock_(clock), clients_(clients) {
  for (std::size_t i = 0; i < clients; ++i)
    servers_.push_back(std::make_unique<link::MemServer>("server" + std::to_string(i), *this,
                                                         static_cast<unsigned>(i)));
  dram.bind(static_cast<::tlm::tlm_bw_transport_if<>&>(*this));
  const auto spawn = [](const sc_core::sc_event& event, const char* process, auto body) {
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.set_sensitivity(&event);
    options.dont_initialize();
    sc_core::sc_spawn(body, process, &options);
  };
  spawn(issue_event_, "issue_process", [this] { issue(); });
  spawn(delayed_event_, "delayed_process", [this] { complete_due(); });
}

void Dma::on_request(unsigned port, link::Payload& payload) {
  if (payload.get_data_length() == 0) {
    SC_REPORT_ERROR(name(), "request for no bytes");
    return;
  }
  Client& client = clients_[port];
  if (client.queue.empty()) turns_.push_back(port);
  client.queue.push_back({&payload, 0});
  open_.push_back({&payload, payload.get_data_length()});
  issue_event_.notify(sc_core::SC_ZERO_TIME);
}

void Dma::issue() {
  while (requesting_ == nullptr && !turns_.empty() &&
         pool_.outstanding() < static_cast<std::size_t>(config_.control.dma_outstanding)) {
    const std::size_t client = turns_.front();
    turns_.pop_front();
    if (issue_burst(client)) turns_.push_back(client);
  }
}

bool Dma::issue_burst(std::size_t client) {
  Request& request = clients_[client].queue.front();
  const link::Payload& whole = *request.payload;
  const std::uint64_t address = whole.get_address() + request.issued;
  const std::uint64_t left = whole.get_data_length() - request.issued;
  // The largest power of two that the address is aligned to and that does not pass the end.
  std::uint64_t bytes = 1;
  const auto limit = static_cast<std::uint64_t>(config_.control.dma_burst_bytes);
  while (bytes * 2 <= std::min(left, limit) && address % (bytes * 2) == 0) bytes *= 2;

  ::tlm::tlm_generic_payload& burst = pool_.take();
  DmaPart& part = *burst.get_extension<DmaPart>();
  part.request = request.payload;
  part.client = client;
  burst.set_command(whole.get_command());
  burst.set_address(address);
  burst.set_data_ptr(whole.get_data_ptr() + request.issued);
  burst.set_data_length(static_cast<unsigned>(bytes));
  burst.set_streaming_width(static_cast<unsigned>(bytes));
  burst.set_byte_enable_ptr(nullptr);
  burst.set_dmi_allowed(false);
  burst.set_response_status(::tlm::TLM_INCOMPLETE_RESPONSE);
  request.issued += bytes;
  const bool more = request.issued < whole.get_data_length();
  if (!more) clients_[client].queue.pop_front();
  const bool again = more || !clients_[client].queue.empty();

  (burst.is_read() ? read_bytes_ : write_bytes_) += bytes;
  ++transactions_;
  requesting_ = &burst;
  ::tlm::tlm_phase phase = ::tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  const auto status = dram->nb_transport_fw(burst, phase, delay);
  if (status == ::tlm::TLM_COMPLETED) {
    requesting_ = nullptr;
    delayed_.emplace_back(sc_core::sc_time_stamp() + delay, &burst);
    delayed_event_.notify(delay);
  } else if (status == ::tlm::TLM_UPDATED) {
    requesting_ = nullptr;
    if (phase == ::tlm::BEGIN_RESP) {
      ::tlm::tlm_phase end = ::tlm::END_RESP;
      dram->nb_transport_fw(burst, end, delay);
      delayed_.emplace_back(sc_core::sc_time_stamp() + delay, &burst);
      delayed_event_.notify(delay);
    }
  }
  return again;
}

::tlm::tlm_sync_enum Dma::nb_transport_bw(::tlm::tlm_generic_payload& payload,
                                          ::tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  if (phase == ::tlm::END_REQ) {
    requesting_ = nullptr;
    issue_event_.notify(delay);
    return ::tlm::TLM_ACCEPTED;
  }
  if (phase == ::tlm::BEGIN_RESP) {
    // BEGIN_RESP without END_REQ stands for both.
    if (requesting_ == &payload) {
      requesting_ = nullptr;
      issue_event_.notify(delay);
    }
    phase = ::tlm::END_RESP;
    if (delay == sc_core::SC_ZERO_TIME) {
      finish(payload);
    } else {
      delayed_.emplace_back(sc_core::sc_time_stamp() + delay, &payload);
      delayed_event_.notify(delay);
    }
    return ::tlm::TLM_COMPLETED;
  }
  SC_REPORT_ERROR(name(), "unexpected phase from the DRAM");
  return ::tlm::TLM_COMPLETED;
}

void Dma::complete_due() {
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  std::vector<::tlm::tlm_generic_payload*> due;
  for (auto it = delayed_.begin(); it != delayed_.end();) {
    if (it->first <= now) {
      due.push_back(it->second);
      it = delayed_.erase(it);
    } else {
      ++it;
    }
  }
  if (!delayed_.empty()) {
    const auto next = std::min_element(delayed_.begin(), delayed_.end());
    delayed_event_.notify(next->first - now);
  }
  for (auto* payload : due) finish(*payload);
}

void Dma::finish(::tlm::tlm_generic_payload& payload) {
  const DmaPart& part = *payload.get_extension<DmaPart>();
  if (payload.is_response_error()) {
    SC_REPORT_ERROR(name(), ("DRAM answers " + payload.get_response_string() + " at address " +
                             std::to_string(payload.get_address()))
                                .c_str());
  }
  link::Payload* request = part.request;
  const std::size_t client = part.client;
  const unsigned bytes = payload.get_data_length();
  payload.release();
  issue_event_.notify(sc_core::SC_ZERO_TIME);
  const auto open = std::find_if(open_.begin(), open_.end(),
                                 [request](const Open& o) { return o.payload == request; });
  open->missing -= bytes;
  if (open->missing > 0) return;
  *open = open_.back();
  open_.pop_back();
  request->set_response_status(::tlm::TLM_OK_RESPONSE);
  servers_[client]->respond(*request);
}

std::vector<std::string> Dma::leftovers() const {
  std::vector<std::string> left;
  const std::string at = std::string(name()) + ": ";
  if (!open_.empty()) left.push_back(at + std::to_string(open_.size()) + " requests not answered");
  if (pool_.outstanding() > 0)
    left.push_back(at + std::to_string(pool_.outstanding()) + " DRAM transactions in flight");
  if (requesting_ != nullptr) left.push_back(at + "a request that the DRAM has not taken");
  return left;
}

}  // namespace uvea::hw
