#pragma once
// The weight side of a cluster: off-chip ports, one per PE row. Weights have no GLB bank.
//
// Ports      out[v]     to weight router v of the cluster (its local source)
//            memory[v]  to the DMA
//            command    layer command
// Function   reads each PE row's stream of tiles, which lie in DRAM in the order of use, on and on
//            (weight_stream.h); for each epoch and each set of PE columns with the same group and M
//            tile it puts the two header words in front of the next tile and sends it.
// Timing     one word a cycle per port; it reads as far ahead as port.weight_buffer_bytes hold.
// Errors     SC_REPORT_ERROR: a stream that cannot be.

#include <memory>
#include <optional>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "hw/cluster/weight_port_watch.h"
#include "hw/cluster/weight_stream.h"
#include "hw/command/loop_cursor.h"
#include "hw/command/stream_format.h"
#include "tlm/mem_sockets.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

class WeightPort : public LayerBlock, public link::BurstSender, public link::MemResponseHandler {
 public:
  WeightPort(const sc_core::sc_module_name& name, const ChipConfig& config,
             const link::Clock& clock, link::BurstPool& pool, int row, int col,
             std::uint32_t first_source_id);

  std::vector<std::unique_ptr<link::StreamOut>> out;
  std::vector<std::unique_ptr<link::MemClient>> memory;

  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;
  void watch(link::Probe* probe) override;
  void tell_rest(link::Cycle end) override;
  void use(std::vector<Resource>& resources) const override;

 private:
  /// The burst to be sent next.
  struct Item {
    link::PeSet pes;
    WeightHeader header;
    std::int64_t pass = 0;
    std::int64_t round = 0;  ///< of the stream
  };
  struct Port {
    explicit Port(const ChipConfig& config) : stream(config) {}
    std::unique_ptr<sc_core::sc_event> wake;
    link::Cycle free = 0;
    LoopCursor cursor;  ///< the pass to be looked at next
    int column = 0;     ///< and the column of it
    std::optional<Item> item;
    WeightStream stream;
    WeightStream::Tile tile;  ///< of the item that is offered
    link::Journey before;     ///< of the tile that came last of those sent
    link::Payload* offered = nullptr;
    std::uint64_t serial = 0;
    std::uint64_t busy = 0, held = 0;  ///< cycles of the layer
  };

  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void on_response(link::Payload& payload) override;
  void configure(const LayerCommand& layer, const Schedule& schedule) override;

  void run_port(std::size_t v);
  void start(std::size_t v, link::Cycle ready);
  std::optional<Item> next_item(std::size_t v);
  /// Fetches the item's tile; false while it is not here.
  bool take_tile(std::size_t v);
  void read_on(std::size_t v);

  link::BurstPool& pool_;
  const std::uint32_t first_source_id_;
  Schedule schedule_;
  std::vector<Port> ports_;
  std::unique_ptr<WeightPortWatch> watch_;  ///< null when no probe watches
};

}  // namespace uvea::hw
