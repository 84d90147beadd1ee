#pragma once
// The psum side of a GLB cluster: one bank per PE column, with the port that its psum router shares
// between bank and off-chip.
//
// Ports      to_router[x]    psums of the previous reduction pass, for the bottom PE of column x
//            from_router[x]  psums of the column: into the bank, or on to the output stage when
//                            final
//            to_output[x]    final psums
// Timing     one beat (two psums) a cycle; two cycles a beat when a pass reads and writes the same
//            bank, which has a single port.
// Capacity   e_block rows of F0 * M0 psums for each of m_block M tiles, chunk by chunk in whole words;
//            the layer command is refused when that is more.
// Journey    a burst from a bank says when it was offered, ready and started.
// Errors     psums after the last ones of the layer are SC_REPORT_ERROR.

#include <memory>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "hw/block/busy_out.h"
#include "hw/block/io_gate.h"
#include "hw/command/loop_cursor.h"
#include "hw/glb/psum_glb_watch.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

class PsumGlb : public LayerBlock,
                public link::BurstReceiver,
                public link::BurstSender,
                private IoMember {
 public:
  PsumGlb(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
          link::BurstPool& pool, int row, int col, std::uint32_t first_source_id);

  std::vector<std::unique_ptr<link::StreamOut>> to_router, to_output;
  std::vector<std::unique_ptr<link::StreamIn>> from_router;
  BusyOut busy;  ///< psums of the layer are still to come

  /// During construction, where there is a gate; it outlives the block.
  void take_turns(IoGate& gate);

  /// The banks' reads and writes, each a stream of its own; a bank moves one of both in a cycle.
  void use(std::vector<Resource>& all) const override;
  void watch(link::Probe* probe) override;
  void tell_rest(link::Cycle end) override;
  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;

 private:
  struct Slot {
    std::vector<std::int32_t> psums;
    bool valid = false;
    link::Cycle written = 0;
  };
  /// Of a layer, in cycles.
  struct Traffic {
    std::uint64_t busy = 0, held = 0;
  };
  struct Bank {
    LoopCursor read, write;
    std::vector<Slot> slots;  ///< [(M tile of the block * e_block + step) * chunks + chunk]
    link::Cycle free = 0;
    link::Payload* reading = nullptr;  ///< offered to the router, not yet accepted
    link::Payload* final = nullptr;    ///< offered to the output stage, not yet accepted
    link::Cycle read_end = 0;          ///< of the last burst to the router
    link::Cycle reading_since = 0, final_since = 0;
    link::Cycle waits_since = 0;  ///< for psums of the column
    std::uint64_t serial = 0;
    Traffic read_use, write_use;
  };

  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;
  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void configure(const LayerCommand& layer, const Schedule& schedule) override;

  /// Nothing of what it has comes from or goes to DRAM.
  std::optional<link::Cycle> moved(std::int64_t) const override { return link::Cycle{0}; }
  std::optional<link::Cycle> processed(std::int64_t phase) const override;
  void on_turn() override {}
  std::string io_path() const override { return name(); }
  /// From when on no bank is written.
  link::Cycle banks_free() const;

  void read_next(std::size_t x);
  void start_read(std::size_t x, link::Cycle ready);
  void take_final(std::size_t x, link::Cycle ready);
  bool done() const;
  LoopCursor cursor(std::size_t x, bool reader) const;
  bool last_pass(const LoopCursor& cursor) const;
  bool wanted(const LoopCursor& cursor, std::size_t x) const;
  std::size_t slot_index(const LoopCursor& cursor) const;

  link::BurstPool& pool_;
  const std::uint32_t first_source_id_;
  Schedule schedule_;
  IoGate* gate_ = nullptr;
  std::vector<Bank> banks_;
  std::unique_ptr<PsumGlbWatch> watch_;  ///< null when no probe watches
};

}  // namespace uvea::hw
