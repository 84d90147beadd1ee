#pragma once
// Off-chip memory: a TLM-2.0 base-protocol target with a choice of timings.
//
// Port        target   tlm_target_socket<32>, one initiator (or an interconnect)
// Parameters  config   hw/config/chip_config.h, DramConfig: timing and its figures
//             clock    period of the chip's clock: moments of END_REQ and BEGIN_RESP lie on its
//                      edges
//             size     bytes; storage is sparse, bytes never written read as 0
//
// Interfaces  b_transport, nb_transport_fw, transport_dbg (the only back door). No DMI.
//             Any length and alignment; byte enables honoured. Error answers: payload_access.h.
//
// Protocol    BEGIN_REQ  answered TLM_UPDATED/END_REQ when it carries no delay and there is room;
//                        otherwise TLM_ACCEPTED, and END_REQ follows on the backward path at its
//                        arrival or, when the queue is full, at the first clock edge with room.
//             BEGIN_RESP on the backward path, one at a time: the next one goes out once END_RESP
//                        has come, in the same moment when it was due by then. The initiator may
//                        answer TLM_COMPLETED, TLM_UPDATED/END_RESP or TLM_ACCEPTED and END_RESP
//                        later; an annotated delay holds the response channel for that long.
//             END_RESP   answered TLM_COMPLETED.
//             A payload needs a memory manager; it is acquired at BEGIN_REQ and released at
//             END_RESP. The memory is read and written in the order of END_REQ, at that moment,
//             whatever order a timing answers in.
//
// Timing      `ideal`: BEGIN_RESP exactly ideal_latency_cycles after the request arrived, in
//             request order; never full; exact by definition.
//             `ddr4_3200`: ddr4_timing.h; command by command, approximate in what
//             ddr4_rank.h leaves out.
//             b_transport returns the delay that a lone non-blocking access would have seen; its
//             commands go before those of anything queued. Transactions without memory access
//             (errors, TLM_IGNORE_COMMAND): the ideal latency, or the next clock edge in ddr4_3200.
//
// Errors      std::invalid_argument from the constructor: config, clock or size make no sense.
//             SC_REPORT_ERROR "/uvea/dram" with instance, time and transaction on a protocol
//             violation: a phase that does not belong here, a second BEGIN_REQ before END_REQ, an
//             END_RESP for nothing, no memory manager, an illegal answer to END_REQ or BEGIN_RESP.
//
// One SC_METHOD, woken at the next moment at which anything can happen; no clock, no polling.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/block/block.h"
#include "hw/config/chip_config.h"
#include "hw/dram/dram_watch.h"
#include "hw/dram/sparse_memory.h"
#include "hw/dram/timing_model.h"

namespace uvea::hw {

class Dram : public Block, private tlm::tlm_fw_transport_if<> {
 public:
  tlm::tlm_target_socket<32> target{"target"};

  Dram(const sc_core::sc_module_name& name, const DramConfig& config,
       const sc_core::sc_time& clock_period, std::uint64_t size_bytes);

  /// Counted up to now.
  DramCounters counters() const;
  /// The same for the table of counters, since the start of the simulation.
  void count(CounterSink& sink) const override;
  /// The channels of ddr4_3200, in whole clock cycles of the chip; since the start, too.
  void use(std::vector<Resource>& resources) const override;
  /// One line for each transaction not yet over: which, and what it waits for.
  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;
  std::uint64_t size() const { return memory_.size(); }
  /// From now on the observer is told every command of ddr4_3200; `ideal` has none.
  void observe_commands(const Ddr4CommandObserver& observer);
  void watch(link::Probe* probe) override;
  void tell_rest(link::Cycle end) override;

 private:
  enum class Stage {
    free,      // a slot without a transaction
    arriving,  // BEGIN_REQ with a delay that has not passed
    waiting,   // arrived, no room
    queued,    // END_REQ given, response moment not yet known
    due,       // response moment known
    answered,  // BEGIN_RESP given, END_RESP not yet come
  };
  struct Transaction {
    tlm::tlm_generic_payload* payload = nullptr;
    Stage stage = Stage::free;
    tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
  };
  using Slot = std::size_t;
  struct Response {
    Picoseconds due;
    Slot slot;
  };

  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi) override;
  unsigned int transport_dbg(tlm::tlm_generic_payload& payload) override;

  tlm::tlm_sync_enum begin_request(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                   const sc_core::sc_time& delay);
  tlm::tlm_sync_enum end_response(tlm::tlm_generic_payload& payload, const sc_core::sc_time& delay);

  void serve();
  bool serve_open_request();
  bool serve_response();
  void admit(Slot slot);
  void file_completions();
  void add_response(Picoseconds due, Slot slot);
  void finish(Picoseconds channel_free_at);
  void schedule();
  std::optional<Picoseconds> next_moment() const;

  Slot take_slot(tlm::tlm_generic_payload& payload);
  bool has_room(const Transaction& transaction) const;
  DramRequest request_of(const tlm::tlm_generic_payload& payload, std::uint64_t id) const;
  void count_answer(const tlm::tlm_generic_payload& payload, tlm::tlm_response_status status);
  void fault(const std::string& what, const tlm::tlm_generic_payload& payload) const;

  Picoseconds now() const { return to_ps(sc_core::sc_time_stamp()); }
  Picoseconds to_ps(const sc_core::sc_time& time) const;
  sc_core::sc_time to_sc_time(Picoseconds time) const;

  const std::uint64_t units_per_second_;  // sc_time resolution
  const Picoseconds clock_;
  const DramConfig config_;
  SparseMemory memory_;
  std::unique_ptr<DramTimingModel> timing_;
  DramCounters counters_;

  std::vector<Transaction> transactions_;
  std::vector<Slot> free_slots_;
  std::optional<Slot> open_request_;  // BEGIN_REQ without END_REQ; the standard allows one
  Picoseconds open_request_at_{0};    // its arrival; once there is room for it, its END_REQ
  std::deque<Response> responses_;    // by due time, then by the order in which they became known
  std::optional<Slot> responding_;    // BEGIN_RESP without END_RESP; the standard allows one
  Picoseconds response_channel_free_at_{0};
  std::vector<DramCompletion> done_;  // scratch

  sc_core::sc_event wake_;
  std::optional<Picoseconds> wake_at_;
  bool serving_ = false;

  void observe();
  Ddr4CommandObserver observer_;
  std::unique_ptr<DramWatch> watch_;  ///< null when no probe watches
};

}  // namespace uvea::hw
