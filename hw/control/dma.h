#pragma once
// The chip's DMA: every block's memory requests become DRAM bursts.
//
// Ports      server(i)  one per off-chip port of a block
//            dram       TLM-2.0 base protocol initiator (hw/control/dram_port.h)
// Function   control.dma_line_bytes = 0: of a request, what lies in one aligned block of
//            control.dma_burst_bytes is one transaction. Otherwise every transaction is one whole
//            aligned line: of a line read, what was asked for is kept; a line written in part has
//            byte enables, or is read, merged and written back (control.dma_partial_write).
//            Ports take turns transaction by transaction, write-backs go first, and with
//            control.serial_io weights last: nothing is processed while others wait. Each port has a
//            window of its own: at most control.dma_outstanding of its transactions are in flight;
//            a line that is read to be merged stays in the window until it is written. Answers a
//            request when its last byte is answered. Bytes counted are those that cross the socket.
// Timing     issues as fast as the DRAM says END_REQ; no cycles of its own.
// Link       control.io_link_bits > 0: every transaction first passes a half-duplex link, one after
//            another, so many bits a cycle, cycles rounded up; the DRAM is asked at their end.
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
  std::size_t client = 0;             ///< in whose window it is
  RequestPart part;                   ///< Role::part only
  std::vector<std::uint8_t> line;     ///< of a line that the part does not fill
  std::vector<std::uint8_t> enables;  ///< of a line written in part
  link::Cycle issued = 0;             ///< given to the DRAM
  link::Cycle queued = 0;             ///< before that, while the port's window was full

  void reset() {
    role = Role::part;
    client = 0;
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
  /// During construction: this port has its turn only when no other has anything to issue.
  void goes_last(std::size_t client) { clients_[client].last = true; }

  void watch(link::Probe* probe) override;
  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;
  void use(std::vector<Resource>& all) const override;
  void clear_counts() override;

 private:
  struct Request {
    link::Payload* payload = nullptr;
    std::uint64_t issued = 0;  ///< bytes
  };
  struct Client {
    std::deque<Request> queue;  ///< not all issued yet
    bool in_turns = false;
    bool last = false;
    std::size_t in_flight = 0;    ///< transactions in its window
    link::Cycle full_before = 0;  ///< cycles with a full window, of times that are over
    link::Cycle full_since = 0;   ///< where it is full
  };
  /// A line to be written, merged or again.
  struct WriteBack {
    std::uint64_t line = 0;
    std::size_t client = 0;
  };

  void on_request(unsigned port, link::Payload& payload) override;
  void on_answer(::tlm::tlm_generic_payload& payload) override;
  void on_request_taken() override { issue_event_.notify(sc_core::SC_ZERO_TIME); }

  void issue();
  void take_turn(std::size_t client);
  bool full(const Client& client) const { return client.in_flight >= window_; }
  void enter_window(std::size_t client);
  void leave_window(std::size_t client);
  /// Cycles so far in which the port's window was full.
  link::Cycle full_cycles(const Client& client) const;
  RequestPart take_part(std::size_t client);
  void issue_part(const RequestPart& part);
  void issue_line_of(const RequestPart& part);
  void issue_merge(const WriteBack& line, DmaBurst::Role role);
  void send(::tlm::tlm_generic_payload& burst, ::tlm::tlm_command command, std::uint64_t address,
            std::uint8_t* data, std::uint64_t bytes);
  void pass_link(::tlm::tlm_generic_payload& burst);
  void note_read(const DmaBurst& burst);
  void done(const RequestPart& part);

  const ChipConfig& config_;
  const link::Clock& clock_;
  const std::uint64_t line_bytes_;   ///< 0: parts of blocks
  const std::uint64_t block_bytes_;  ///< no transaction reaches over a multiple of it
  const std::size_t window_;
  std::vector<std::unique_ptr<link::MemServer>> servers_;
  std::vector<Client> clients_;
  std::size_t open_ = 0;  ///< requests not answered
  link::PayloadPool<DmaBurst> pool_;
  std::size_t in_flight_ = 0;           ///< transactions sent and not yet answered, of all ports
  std::deque<std::size_t> turns_;       ///< clients with something to issue and room for it
  std::deque<std::size_t> last_turns_;  ///< of those that go last
  LineMerger merger_;
  std::deque<WriteBack> write_backs_;
  const std::uint64_t link_bits_;                  ///< a cycle; 0: no link
  ::tlm::tlm_generic_payload* on_link_ = nullptr;  ///< not yet given to the DRAM
  link::Cycle link_free_ = 0;
  std::uint64_t link_busy_ = 0;  ///< cycles of the layer
  sc_core::sc_event issue_event_{"issue"}, link_event_{"link_free"};
  std::unique_ptr<DmaWatch> watch_;  ///< null when no probe watches
  /// The least that a read took from BEGIN_REQ to its answer: what is more is a queue.
  std::optional<link::Cycle> fastest_read_;
};

}  // namespace uvea::hw
