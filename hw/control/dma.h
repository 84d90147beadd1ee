#pragma once
// The chip's DMA: every block's memory requests become DRAM bursts.
//
// Ports      server(i)  one per client block
//            dram       TLM-2.0 base protocol initiator (hw/control/dram_port.h)
// Function   control.dma_line_bytes = 0: splits a request into naturally aligned power-of-two
//            bursts of at most control.dma_burst_bytes. Otherwise every transaction is one whole
//            aligned line: of a line read, what was asked for is kept; a line written in part has
//            byte enables, or is read, merged and written back (control.dma_partial_write).
//            Clients take turns burst by burst, write-backs go first; at most
//            control.dma_outstanding transactions are in flight. Answers a request when its last
//            byte is answered. Bytes counted are those that cross the socket.
// Timing     issues as fast as the DRAM says END_REQ; no cycles of its own.
// Errors     an error response from the DRAM is SC_REPORT_ERROR with address and status.

#include <deque>
#include <memory>
#include <optional>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/block/block.h"
#include "hw/config/chip_config.h"
#include "hw/control/dma_watch.h"
#include "hw/control/dram_port.h"
#include "hw/control/line_merger.h"
#include "hw/control/request_part.h"
#include "tlm/mem_sockets.h"

namespace uvea::hw {

/// What a DRAM transaction is for, and its bytes where they are not the request's own.
class DmaBurst : public ::tlm::tlm_extension<DmaBurst> {
 public:
  enum class Role { part, merge_read, merge_write };
  Role role = Role::part;
  RequestPart part;                   ///< Role::part only
  std::vector<std::uint8_t> line;     ///< of a line that the part does not fill
  std::vector<std::uint8_t> enables;  ///< of a line written in part
  link::Cycle issued = 0;             ///< given to the DRAM
  link::Cycle queued = 0;             ///< before that, while the DRAM had as many as may be

  void reset() {
    role = Role::part;
    part = {};
    line.clear();
    enables.clear();
    issued = queued = 0;
  }
  ::tlm::tlm_extension_base* clone() const override { return new DmaBurst(*this); }
  void copy_from(const ::tlm::tlm_extension_base& other) override {
    *this = static_cast<const DmaBurst&>(other);
  }
};

class Dma : public Block, public link::MemRequestHandler, private DramPortOwner {
 public:
  Dma(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
      std::size_t clients);

  DramPort dram;
  link::MemServer& server(std::size_t client) { return *servers_[client]; }

  void watch(link::Probe* probe) override;
  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;

 private:
  struct Request {
    link::Payload* payload = nullptr;
    std::uint64_t issued = 0;  ///< bytes
  };
  struct Client {
    std::deque<Request> queue;  ///< not all issued yet
  };
  /// Bytes of a request still to be answered.
  struct Open {
    link::Payload* payload = nullptr;
    std::uint64_t missing = 0;
  };

  void on_request(unsigned port, link::Payload& payload) override;
  void on_answer(::tlm::tlm_generic_payload& payload) override;
  void on_request_taken() override { issue_event_.notify(sc_core::SC_ZERO_TIME); }

  void issue();
  RequestPart take_part(std::size_t client);
  std::uint64_t part_bytes(std::uint64_t address, std::uint64_t left) const;
  void issue_part(const RequestPart& part);
  void issue_line_of(const RequestPart& part);
  void issue_merge(std::uint64_t line, DmaBurst::Role role);
  void send(::tlm::tlm_generic_payload& burst, ::tlm::tlm_command command, std::uint64_t address,
            std::uint8_t* data, std::uint64_t bytes);
  void note_read(const DmaBurst& burst);
  void done(const RequestPart& part);

  const ChipConfig& config_;
  const link::Clock& clock_;
  const std::uint64_t line_bytes_;  ///< 0: bursts
  std::vector<std::unique_ptr<link::MemServer>> servers_;
  std::vector<Client> clients_;
  std::vector<Open> open_;
  link::PayloadPool<DmaBurst> pool_;
  std::size_t in_flight_ = 0;      ///< sent and not yet answered
  std::deque<std::size_t> turns_;  ///< clients with something to issue
  LineMerger merger_;
  std::deque<std::uint64_t> write_backs_;  ///< lines to be written, merged or again
  sc_core::sc_event issue_event_{"issue"};
  std::unique_ptr<DmaWatch> watch_;  ///< null when no probe watches
  /// Cycles so far in which as many transactions as may be were in flight.
  link::Cycle full_cycles() const;

  link::Cycle full_before_ = 0;  ///< of times that are over
  std::optional<link::Cycle> full_since_;
  /// The least that a read took from BEGIN_REQ to its answer: what is more is a queue.
  std::optional<link::Cycle> fastest_read_;
};

}  // namespace uvea::hw
