#pragma once
// The weight side of a cluster: off-chip ports, one per PE row. Weights have no GLB bank.
//
// Ports      out[v]   to weight router v of the cluster (its local source)
//            memory   to the DMA
//            command  layer command
// Function   for each epoch and each set of PE columns with the same group and M tile: looks the
//            tile up in the weight table, fetches it, puts the two header words in front and sends
//            it.
// Timing     one word a cycle per port; kTilesAhead tiles are on their way while one is sent.

#include <deque>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "hw/cluster/weight_port_watch.h"
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
  link::MemClient memory;

  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;
  void watch(link::Probe* probe) override;
  void tell_rest(link::Cycle end) override;
  void use(std::vector<Resource>& resources) const override;

 private:
  /// One burst to be sent.
  struct Item {
    link::PeSet pes;
    WeightHeader header;
    bool ready = false;
    bool have_entry = false;
    std::uint64_t address = 0;  ///< of the table entry, then of the tile
    std::vector<std::uint32_t> words;
    link::Journey way;
  };
  struct Port {
    std::unique_ptr<sc_core::sc_event> wake;
    link::Cycle free = 0;
    LoopCursor cursor;  ///< the pass to be planned
    int column = 0;     ///< next column of it to look at
    std::uint64_t first_item = 0;
    std::deque<Item> items;
    link::Journey before;  ///< of the tile that came last of those sent
    link::Payload* offered = nullptr;
    std::uint64_t serial = 0;
    std::uint64_t busy = 0, held = 0;  ///< cycles of the layer
  };

  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void on_response(link::Payload& payload) override;
  void configure(const LayerCommand& layer, const Schedule& schedule) override;

  void run_port(std::size_t v);
  void start(std::size_t v, link::Cycle ready);
  void plan(std::size_t v);
  bool next_item(std::size_t v, Item& item);
  void request(std::size_t v, std::uint64_t index, std::uint64_t address, std::size_t bytes);

  link::BurstPool& pool_;
  const std::uint32_t first_source_id_;
  Schedule schedule_;
  std::vector<Port> ports_;
  std::unique_ptr<WeightPortWatch> watch_;  ///< null when no probe watches
};

}  // namespace uvea::hw
