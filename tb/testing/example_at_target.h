#pragma once
// A memory in the manner of the SystemC examples' AT targets, to hold an initiator against: it
// shares nothing with our own DRAM.
//
// Port        target  tlm_target_socket<32>
// Behaviour   END_REQ is given at random in the answer to BEGIN_REQ (TLM_UPDATED, at once) or later
//             on the backward path; every delay is a random whole number of clock cycles, seeded;
//             responses come in the order of the requests, one at a time; END_RESP is taken in the
//             answer to BEGIN_RESP (TLM_UPDATED or TLM_COMPLETED) or as a call of its own.
//             b_transport and transport_dbg are for the testbench: any length, no time.
// On demand   annotates delays on every phase it gives, answers BEGIN_REQ in every legal way (also
//             BEGIN_RESP or TLM_COMPLETED at once, or BEGIN_RESP without END_REQ), END_RESP with
//             TLM_ACCEPTED or TLM_COMPLETED; answers out of order; knows only lines; does not look
//             for TLM_COMPLETED or for TLM_UPDATED; refreshes for ever; falls silent.
// Checks      every non-blocking burst stays inside an aligned block and the memory (or is one
//             line), without byte enables unless they are allowed, by a payload with a memory
//             manager; at most max_outstanding BEGIN_REQ are unanswered; the exclusion rules hold,
//             annotated delays included. A violation is an SC_REPORT_ERROR
//             "/uvea/example_at_target".

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <systemc>
#include <tlm>
#include <unordered_map>

namespace uvea::tb {

class ExampleAtTarget : public sc_core::sc_module, private tlm::tlm_fw_transport_if<> {
 public:
  struct Parameters {
    std::uint64_t size_bytes = 64u << 20;
    sc_core::sc_time clock{5, sc_core::SC_NS};
    std::uint64_t seed = 1;
    unsigned longest_delay_cycles = 40;  ///< of END_REQ and of BEGIN_RESP
    std::size_t max_outstanding = 1024;  ///< requests accepted and not yet answered
    bool annotate = false;               ///< delays on every phase, every legal answer
    bool out_of_order = false;           ///< responses
    std::uint64_t block_bytes = 4096;    ///< no burst reaches over a multiple of it
    unsigned line_bytes = 0;             ///< not 0: takes whole aligned lines only
    bool byte_enables = false;           ///< takes writes with byte enables
    bool takes_completed = true;         ///< as the answer to BEGIN_RESP
    bool takes_updated = true;
    sc_core::sc_time refresh;  ///< not 0: an event that comes so often, for ever
    std::uint64_t silent_after = ~std::uint64_t{0};  ///< requests; the next ones get no answer
  };
  /// What went through the non-blocking interface.
  struct Counts {
    std::uint64_t begun = 0;
    std::uint64_t completed = 0;
    std::uint64_t reads = 0;
    std::uint64_t writes = 0;
    std::uint64_t bytes = 0;
    std::uint64_t end_req_at_once = 0;  ///< TLM_UPDATED
    std::uint64_t end_req_later = 0;    ///< on the backward path
    std::uint64_t begin_resp_at_once = 0;
    std::uint64_t begin_resp_only = 0;  ///< END_REQ skipped
    std::uint64_t completed_at_once = 0;
    std::uint64_t masked_writes = 0;
    std::uint64_t overtaken = 0;  ///< answered before an older one
    std::uint64_t end_resp_in_answer = 0;
    std::uint64_t end_resp_as_call = 0;
    std::size_t most_outstanding = 0;
  };

  tlm::tlm_target_socket<32> target{"target"};

  ExampleAtTarget(const sc_core::sc_module_name& name, const Parameters& parameters);

  const Counts& counts() const { return counts_; }
  /// Nothing accepted is still unanswered.
  bool idle() const {
    return open_request_ == nullptr && responses_.empty() && responding_ == nullptr;
  }

 private:
  struct Response {
    tlm::tlm_generic_payload* payload;
    sc_core::sc_time due;
  };

  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override;
  unsigned int transport_dbg(tlm::tlm_generic_payload& payload) override;

  bool taken_now(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay,
                 tlm::tlm_sync_enum& answer);
  void end_request();
  void respond();
  void enqueue(tlm::tlm_generic_payload& payload, const sc_core::sc_time& begin);
  void wake_responder();
  void complete(const sc_core::sc_time& delay);
  bool check_burst(const tlm::tlm_generic_payload& payload) const;
  const char* wrong_place(const tlm::tlm_generic_payload& payload) const;
  void move(tlm::tlm_generic_payload& payload);
  sc_core::sc_time random_delay();
  sc_core::sc_time annotation();
  void fault(const std::string& what, const tlm::tlm_generic_payload& payload) const;

  const Parameters parameters_;
  std::mt19937_64 random_;
  Counts counts_;
  static constexpr std::uint64_t page_bytes = 4096;
  std::unordered_map<std::uint64_t, std::array<unsigned char, page_bytes>> pages_;
  tlm::tlm_generic_payload* open_request_ = nullptr;  // BEGIN_REQ without END_REQ
  sc_core::sc_time request_free_at_;                  // END_REQ with its annotated delay
  std::deque<Response> responses_;                    // by due time
  tlm::tlm_generic_payload* responding_ = nullptr;    // BEGIN_RESP without END_RESP
  sc_core::sc_time responding_at_;                    // BEGIN_RESP with its annotated delay
  sc_core::sc_time channel_free_at_;
  sc_core::sc_event end_request_event_;
  sc_core::sc_event respond_event_;
  sc_core::sc_event refresh_event_;
};

}  // namespace uvea::tb
