#include "tb/testing/example_at_target.h"

#include <algorithm>
#include <sstream>

namespace uvea::tb {

ExampleAtTarget::ExampleAtTarget(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name), parameters_(parameters), random_(parameters.seed) {
  target.bind(*this);
  SC_HAS_PROCESS(ExampleAtTarget);
  SC_METHOD(end_request);
  sensitive << end_request_event_;
  dont_initialize();
  SC_METHOD(respond);
  sensitive << respond_event_;
  dont_initialize();
  if (parameters.refresh > sc_core::SC_ZERO_TIME) {
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.set_sensitivity(&refresh_event_);
    sc_core::sc_spawn([this] { refresh_event_.notify(parameters_.refresh); }, "refresh", &options);
  }
}

sc_core::sc_time ExampleAtTarget::random_delay() {
  return parameters_.clock *
         static_cast<double>(random_() % (std::uint64_t{parameters_.longest_delay_cycles} + 1));
}

sc_core::sc_time ExampleAtTarget::annotation() {
  return parameters_.annotate ? random_delay() : sc_core::SC_ZERO_TIME;
}

tlm::tlm_sync_enum ExampleAtTarget::nb_transport_fw(tlm::tlm_generic_payload& payload,
                                                    tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  if (phase == tlm::END_RESP) {
    if (responding_ != &payload) {
      fault("END_RESP for a transaction without BEGIN_RESP", payload);
      return tlm::TLM_ACCEPTED;
    }
    if (sc_core::sc_time_stamp() + delay < responding_at_)
      fault("END_RESP before its BEGIN_RESP", payload);
    ++counts_.end_resp_as_call;
    complete(delay);
    return parameters_.annotate && random_() % 2 == 0 ? tlm::TLM_ACCEPTED : tlm::TLM_COMPLETED;
  }
  if (phase != tlm::BEGIN_REQ) {
    fault("unexpected phase on the forward path", payload);
    return tlm::TLM_ACCEPTED;
  }
  if (open_request_ != nullptr || sc_core::sc_time_stamp() + delay < request_free_at_)
    fault("BEGIN_REQ before the last END_REQ", payload);
  if (!check_burst(payload)) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  ++counts_.begun;
  counts_.bytes += payload.get_data_length();
  ++(payload.is_read() ? counts_.reads : counts_.writes);
  if (payload.get_byte_enable_ptr() != nullptr) ++counts_.masked_writes;
  payload.acquire();
  if (counts_.begun > parameters_.silent_after) {
    open_request_ = &payload;
    return tlm::TLM_ACCEPTED;
  }
  tlm::tlm_sync_enum answer = tlm::TLM_ACCEPTED;
  if (delay == sc_core::SC_ZERO_TIME && taken_now(payload, phase, delay, answer)) return answer;
  open_request_ = &payload;
  if (parameters_.annotate && random_() % 2 == 0) {
    ++counts_.begin_resp_only;
    enqueue(payload, sc_core::sc_time_stamp() + delay);
  } else {
    end_request_event_.notify(delay + random_delay());
  }
  return tlm::TLM_ACCEPTED;
}

// Answers BEGIN_REQ at once in one of the ways that there are; false: the answer comes later.
bool ExampleAtTarget::taken_now(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                sc_core::sc_time& delay, tlm::tlm_sync_enum& answer) {
  const std::uint64_t way = random_() % (parameters_.annotate ? 6 : 2);
  if (way == 1 || way > 3) return false;
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  const bool response_free = responding_ == nullptr && channel_free_at_ <= now;
  delay = annotation();
  request_free_at_ = now + delay;
  answer = tlm::TLM_UPDATED;
  if (way == 2 && response_free) {
    ++counts_.begin_resp_at_once;
    move(payload);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    responding_ = &payload;
    responding_at_ = request_free_at_;
    phase = tlm::BEGIN_RESP;
  } else if (way == 3 && response_free) {
    ++counts_.completed_at_once;
    ++counts_.completed;
    move(payload);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    channel_free_at_ = request_free_at_;
    payload.release();
    answer = tlm::TLM_COMPLETED;
    wake_responder();
  } else {
    ++counts_.end_req_at_once;
    enqueue(payload, request_free_at_);
    phase = tlm::END_REQ;
  }
  return true;
}

void ExampleAtTarget::end_request() {
  tlm::tlm_generic_payload& payload = *open_request_;
  open_request_ = nullptr;
  ++counts_.end_req_later;
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_core::sc_time delay = annotation();
  request_free_at_ = sc_core::sc_time_stamp() + delay;
  enqueue(payload, request_free_at_);
  if (target->nb_transport_bw(payload, phase, delay) != tlm::TLM_ACCEPTED) {
    fault("END_REQ was not answered TLM_ACCEPTED", payload);
  }
}

// The response of this request is due a random delay after its beginning, and after those before it
// where these are not to be overtaken.
void ExampleAtTarget::enqueue(tlm::tlm_generic_payload& payload, const sc_core::sc_time& begin) {
  sc_core::sc_time due = begin + random_delay();
  if (!parameters_.out_of_order && !responses_.empty()) due = std::max(due, responses_.back().due);
  const auto place =
      std::upper_bound(responses_.begin(), responses_.end(), due,
                       [](const sc_core::sc_time& t, const Response& r) { return t < r.due; });
  if (place != responses_.end()) ++counts_.overtaken;
  responses_.insert(place, {&payload, due});
  const std::size_t outstanding = responses_.size() + (responding_ != nullptr ? 1 : 0);
  counts_.most_outstanding = std::max(counts_.most_outstanding, outstanding);
  if (outstanding > parameters_.max_outstanding) fault("too many requests outstanding", payload);
  wake_responder();
}

void ExampleAtTarget::wake_responder() {
  if (responding_ != nullptr || responses_.empty()) return;
  const sc_core::sc_time at = std::max(responses_.front().due, channel_free_at_);
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  respond_event_.notify(at > now ? at - now : sc_core::SC_ZERO_TIME);
}

void ExampleAtTarget::respond() {
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  if (responding_ != nullptr || responses_.empty() || responses_.front().due > now ||
      channel_free_at_ > now) {
    wake_responder();
    return;
  }
  tlm::tlm_generic_payload& payload = *responses_.front().payload;
  responses_.pop_front();
  move(payload);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  responding_ = &payload;
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay = annotation();
  responding_at_ = now + delay;
  if (open_request_ == &payload) {  // END_REQ is skipped
    open_request_ = nullptr;
    request_free_at_ = responding_at_;
  }
  const tlm::tlm_sync_enum answer = target->nb_transport_bw(payload, phase, delay);
  if (answer == tlm::TLM_ACCEPTED) return;  // END_RESP comes as a call
  if (answer == tlm::TLM_UPDATED && phase != tlm::END_RESP) {
    fault("BEGIN_RESP was answered TLM_UPDATED without END_RESP", payload);
  }
  if (!(answer == tlm::TLM_UPDATED ? parameters_.takes_updated : parameters_.takes_completed)) {
    fault("BEGIN_RESP was answered in a way that this target does not look for", payload);
    return;
  }
  if (now + delay < responding_at_) fault("END_RESP before its BEGIN_RESP", payload);
  ++counts_.end_resp_in_answer;
  complete(delay);
}

void ExampleAtTarget::complete(const sc_core::sc_time& delay) {
  tlm::tlm_generic_payload* payload = responding_;
  responding_ = nullptr;
  ++counts_.completed;
  channel_free_at_ = sc_core::sc_time_stamp() + delay;
  wake_responder();
  payload->release();
}

bool ExampleAtTarget::check_burst(const tlm::tlm_generic_payload& payload) const {
  const char* wrong = nullptr;
  if (!payload.has_mm()) wrong = "no memory manager";
  if (!payload.is_read() && !payload.is_write()) wrong = "neither read nor write";
  if (payload.get_data_ptr() == nullptr) wrong = "no data array";
  if (payload.get_byte_enable_ptr() != nullptr && !(parameters_.byte_enables && payload.is_write()))
    wrong = "byte enables";
  if (payload.get_streaming_width() < payload.get_data_length())
    wrong = "streaming width below the length";
  if (const char* place = wrong_place(payload)) wrong = place;
  if (payload.get_response_status() != tlm::TLM_INCOMPLETE_RESPONSE) {
    wrong = "response status is not TLM_INCOMPLETE_RESPONSE at BEGIN_REQ";
  }
  if (wrong == nullptr) return true;
  fault(wrong, payload);
  return false;
}

const char* ExampleAtTarget::wrong_place(const tlm::tlm_generic_payload& payload) const {
  const std::uint64_t length = payload.get_data_length();
  const std::uint64_t address = payload.get_address();
  if (length == 0) return "no bytes";
  if (parameters_.line_bytes != 0 && length != parameters_.line_bytes) return "not one line";
  if (parameters_.line_bytes != 0 && address % length != 0) return "not an aligned line";
  if (address / parameters_.block_bytes != (address + length - 1) / parameters_.block_bytes)
    return "over the end of an aligned block";
  if (length > parameters_.size_bytes || address > parameters_.size_bytes - length)
    return "outside the memory";
  return nullptr;
}

void ExampleAtTarget::move(tlm::tlm_generic_payload& payload) {
  const unsigned char* enables = payload.get_byte_enable_ptr();
  for (unsigned i = 0; i < payload.get_data_length(); ++i) {
    if (enables != nullptr && enables[i % payload.get_byte_enable_length()] != TLM_BYTE_ENABLED)
      continue;
    const std::uint64_t address = payload.get_address() + i;
    const auto place = static_cast<std::size_t>(address % page_bytes);
    unsigned char& byte = payload.get_data_ptr()[i];
    if (payload.is_write()) {
      pages_[address / page_bytes][place] = byte;
    } else {
      const auto page = pages_.find(address / page_bytes);
      byte = page == pages_.end() ? static_cast<unsigned char>(0) : page->second[place];
    }
  }
}

void ExampleAtTarget::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
  const bool moved = transport_dbg(payload) == payload.get_data_length();
  payload.set_response_status(moved ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

bool ExampleAtTarget::get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
  dmi.init();
  dmi.set_end_address(~sc_dt::uint64{0});
  return false;
}

unsigned int ExampleAtTarget::transport_dbg(tlm::tlm_generic_payload& payload) {
  const unsigned length = payload.get_data_length();
  if (length > parameters_.size_bytes || payload.get_address() > parameters_.size_bytes - length) {
    return 0;
  }
  move(payload);
  return length;
}

void ExampleAtTarget::fault(const std::string& what,
                            const tlm::tlm_generic_payload& payload) const {
  std::ostringstream text;
  text << name() << " at " << sc_core::sc_time_stamp() << ": " << what << " ("
       << (payload.is_write() ? "write" : "read") << " of " << payload.get_data_length()
       << " bytes at 0x" << std::hex << payload.get_address() << ")";
  SC_REPORT_ERROR("/uvea/example_at_target", text.str().c_str());
}

}  // namespace uvea::tb
