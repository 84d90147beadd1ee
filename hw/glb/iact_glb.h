#pragma once
// The iact side of a GLB cluster: banks, their ports, the fetch from DRAM.
//
// Ports      out[b]   to iact router b of the cluster (its local source)
//            memory[b]  to the DMA, what the bank's rows need
//            busy     rows of the layer are still to be sent
//            command  layer command
// Function   fetches the rows its multicast group needs (iact_fetcher.h), encodes them into bursts,
//            keeps them in the banks (resident: for all output channels; stream: for one step, or
//            for the M tiles of a round) or hands them through (through: past the bank, held in the
//            port's I/O FIFO), and sends them to the routers in the order of the loop nest
//            (iact_sequence.h). Row (n, g, u, h, tile) belongs to bank (h + u + g + n + tile) mod
//            banks.
// Timing     one port per bank, one word a cycle, reads before writes; a read that waits for its
//            receivers leaves the port to writes (iact_bank_port.h).
// Journey    a burst carries its row's way from DRAM, and when it was offered, ready and started;
//            a null was never asked for.
// Turns      with control.serial_io rows are fetched and sent when the gate says so (io_gate.h); of a
//            burst that it held up the data count as answered when it turned.
// Errors     SC_REPORT_ERROR: a unit of rows that never fits the banks, a malformed slot in DRAM.

#include <memory>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "hw/block/busy_out.h"
#include "hw/glb/iact_bank_port.h"
#include "hw/glb/iact_fetcher.h"
#include "hw/glb/iact_glb_watch.h"
#include "hw/glb/iact_sequence.h"
#include "tlm/mem_sockets.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

class IactGlb : public LayerBlock,
                private link::MemResponseHandler,
                private IactFetcherOwner,
                private IactBurstSource,
                private IoMember {
 public:
  IactGlb(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
          link::BurstPool& pool, int row, int col, std::uint32_t first_source_id);

  std::vector<link::StreamOut*> out;  ///< the bank ports' own
  IactFetcher::Ports memory;
  BusyOut busy;

  /// During construction, where there is a gate; it outlives the block.
  void take_turns(IoGate& gate);

  void count(CounterSink& sink) const override;
  void use(std::vector<Resource>& all) const override;
  void watch(link::Probe* probe) override;
  void tell_rest(link::Cycle end) override;
  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;

 private:
  void configure(const LayerCommand& layer, const Schedule& schedule) override;

  void on_response(link::Payload& payload) override { fetcher_.on_response(payload); }
  void on_row(int bank, IactRow& row) override;
  void on_unit() override;
  void on_fault(const std::string& what) override { fault(what); }
  link::Payload* next(std::size_t bank) override;
  void sent(std::size_t bank) override { sequence_.sent(bank); }
  void written(std::size_t bank) override;
  void left(std::size_t bank);
  std::optional<link::Cycle> moved(std::int64_t phase) const override;
  std::optional<link::Cycle> processed(std::int64_t phase) const override;
  void on_turn() override;
  std::string io_path() const override { return name(); }
  link::Cycle ports_free() const;
  bool held_by_gate(std::size_t bank) const;

  link::BurstPool& pool_;
  const std::uint32_t first_source_id_;
  IactFetcher fetcher_;
  IactSequence sequence_;
  std::vector<std::unique_ptr<IactBankPort>> ports_;
  std::vector<std::uint64_t> serials_;  ///< bursts made, per bank
  bool through_ = false;
  IoGate* gate_ = nullptr;
  LayerCommand layer_;
  std::unique_ptr<IactGlbWatch> watch_;  ///< null when no probe watches
};

}  // namespace uvea::hw
