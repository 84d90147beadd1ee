#pragma once
// The chip's DMA: every block's memory requests become DRAM bursts.
//
// Ports      server(i)  one per client block
//            dram       TLM-2.0 base protocol initiator, AT four phases; END_REQ and responses are
//                       taken whichever way the standard allows them
// Function   splits a request into naturally aligned power-of-two bursts of at most
//            control.dma_burst_bytes; clients take turns burst by burst; at most
//            control.dma_outstanding transactions are in flight. Answers a request when its last
//            burst is answered.
// Timing     issues as fast as the DRAM says END_REQ; no cycles of its own.
// Errors     an error response from the DRAM is SC_REPORT_ERROR with address and status.

#include <deque>
#include <memory>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/config/chip_config.h"
#include "tlm/clock.h"
#include "tlm/mem_sockets.h"

namespace uvea::hw {

/// Ties a DRAM transaction to the request it is part of.
class DmaPart : public ::tlm::tlm_extension<DmaPart> {
 public:
  link::Payload* request = nullptr;
  std::size_t client = 0;

  void reset() { request = nullptr; }
  ::tlm::tlm_extension_base* clone() const override { return new DmaPart(*this); }
  void copy_from(const ::tlm::tlm_extension_base& other) override {
    *this = static_cast<const DmaPart&>(other);
  }
};

class Dma : public sc_core::sc_module,
            public link::MemRequestHandler,
            private ::tlm::tlm_bw_transport_if<> {
 public:
  Dma(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
      std::size_t clients);

  ::tlm::tlm_initiator_socket<32> dram{"dram"};
  link::MemServer& server(std::size_t client) { return *servers_[client]; }

  std::uint64_t read_bytes() const { return read_bytes_; }
  std::uint64_t write_bytes() const { return write_bytes_; }
  std::uint64_t transactions() const { return transactions_; }
  void clear_counters() { read_bytes_ = write_bytes_ = transactions_ = 0; }
  std::vector<std::string> leftovers() const;

 private:
  struct Request {
    link::Payload* payload = nullptr;
    std::uint64_t issued = 0;  ///< bytes
  };
  struct Client {
    std::deque<Request> queue;  ///< not all issued yet
  };
  /// Bytes of a request still to be answered, kept in its client's slot list.
  struct Open {
    link::Payload* payload = nullptr;
    std::uint64_t missing = 0;
  };

  void on_request(unsigned port, link::Payload& payload) override;
  ::tlm::tlm_sync_enum nb_transport_bw(::tlm::tlm_generic_payload& payload, ::tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) override;
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

  void issue();
  bool issue_burst(std::size_t client);
  void finish(::tlm::tlm_generic_payload& payload);
  void complete_due();

  const ChipConfig& config_;
  const link::Clock& clock_;
  std::vector<std::unique_ptr<link::MemServer>> servers_;
  std::vector<Client> clients_;
  std::vector<Open> open_;
  link::PayloadPool<DmaPart> pool_;
  std::deque<std::size_t> turns_;                     ///< clients with something to issue
  ::tlm::tlm_generic_payload* requesting_ = nullptr;  ///< BEGIN_REQ given, END_REQ not yet come
  sc_core::sc_event issue_event_{"issue"};
  /// Responses whose annotated delay has not passed.
  std::vector<std::pair<sc_core::sc_time, ::tlm::tlm_generic_payload*>> delayed_;
  sc_core::sc_event delayed_event_{"delayed"};
  std::uint64_t read_bytes_ = 0, write_bytes_ = 0, transactions_ = 0;
};

}  // namespace uvea::hw
