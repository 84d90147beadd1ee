#pragma once
// The output stage of a cluster: final psums of its PE columns become oacts and go to DRAM.
//
// Ports      in[x]    final psums of PE column x
//            memory[x]  to the DMA, for PE column x
//            busy     high from the layer command on until the last oact is in DRAM
//            command  layer command
// Function   32-bit bias, requantisation, clamp (requantize.h), raw or CSC rows (oact_writer.h).
//            Channel parameters are fetched up to port.param_tiles_ahead tiles ahead.
// Timing     one beat (two psums) in port.output_beat_cycles per column; not ready while the
//            column's parameters are on their way or port.writes_in_flight of its writes are not
//            yet answered.
// Turns      with control.serial_io oacts stand in the GLB, where their psums were, until the gate
//            lets them leave (io_gate.h); then no number of writes keeps psums out.

#include <deque>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "hw/block/busy_out.h"
#include "hw/block/io_gate.h"
#include "hw/cluster/oact_writer.h"
#include "hw/cluster/output_stage_watch.h"
#include "hw/cluster/requantize.h"
#include "hw/command/loop_cursor.h"
#include "tlm/mem_sockets.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

class OutputStage : public LayerBlock,
                    public link::BurstReceiver,
                    public link::MemResponseHandler,
                    private IoMember {
 public:
  OutputStage(const sc_core::sc_module_name& name, const ChipConfig& config,
              const link::Clock& clock, int row, int col);

  std::vector<std::unique_ptr<link::StreamIn>> in;
  std::vector<std::unique_ptr<link::MemClient>> memory;
  BusyOut busy;

  /// During construction, where there is a gate; it outlives the block.
  void take_turns(IoGate& gate);

  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;
  void use(std::vector<Resource>& resources) const override;
  void watch(link::Probe* probe) override;
  void tell_rest(link::Cycle end) override;

 private:
  struct Params {
    int g = 0, mt = 0;
    std::vector<ChannelParams> channels;
    bool ready = false;
  };
  struct TimedWrite {
    link::Cycle at = 0;
    std::size_t lane = 0;
    OactWrite write;
    bool operator>(const TimedWrite& o) const { return at > o.at; }
  };
  struct Lane {
    LoopCursor cursor;                ///< the next burst
    LoopCursor params_cursor;         ///< the next tile whose parameters are to be fetched
    std::deque<Params> params;        ///< front: in use
    std::uint64_t params_begin = 0;   ///< number of the front one
    int asked_g = -1, asked_mt = -1;  ///< of the last one asked for
    std::unique_ptr<OactWriter> writer;
    link::Payload* offered = nullptr;
    link::Cycle offered_at = 0;
    link::Cycle free = 0;
    int writes_in_flight = 0;
    std::uint64_t busy = 0, held = 0;  ///< cycles of the layer
  };

  std::optional<link::Cycle> on_offer(unsigned port, link::Payload& payload,
                                      link::Cycle at) override;
  void on_data(unsigned port, link::Payload& payload, link::Cycle first_beat) override;
  void on_response(link::Payload& payload) override;
  void configure(const LayerCommand& layer, const Schedule& schedule) override;

  std::optional<link::Cycle> moved(std::int64_t phase) const override;
  std::optional<link::Cycle> processed(std::int64_t phase) const override;
  void on_turn() override { flush(); }
  std::string io_path() const override { return name(); }

  std::optional<link::Cycle> try_accept(std::size_t x, link::Cycle at);
  LoopCursor cursor(std::size_t x) const;
  void fetch_params(std::size_t x);
  void drop_used_params(std::size_t x);
  void flush();
  bool done() const;

  Schedule schedule_;
  IoGate* gate_ = nullptr;
  std::vector<Lane> lanes_;
  std::vector<TimedWrite> pending_;  ///< heap by time
  sc_core::sc_event flush_event_{"flush"};
  std::vector<OactWrite> scratch_;
  std::unique_ptr<OutputStageWatch> watch_;  ///< null when no probe watches
};

}  // namespace uvea::hw
