#pragma once
// The iact side of a GLB cluster: banks, their ports, the fetch from DRAM.
//
// Ports      out[b]   to iact router b of the cluster (its local source)
//            memory   to the DMA
//            command  layer command
// Function   fetches the rows its multicast group needs, encodes them into bursts, keeps them in
//            the banks (resident: for all output channels; stream: for one step) or hands them
//            through (through: past the bank, held in the port's I/O FIFO), and sends them to the
//            routers in the order of the loop nest. Row (n, g, u, h, tile) belongs to bank
//            (h + u + g + n + tile) mod banks. Of a row that is cut into tiles and lies raw in DRAM
//            only the columns of the tile are fetched.
// Capacity   a unit (block of output rows, or step) is fetched when its worst case fits beside the
//            units still in use; what never fits is SC_REPORT_ERROR.
// Timing     one port per bank, one word a cycle, reads before writes; a read that waits for its
//            receivers leaves the port to writes. One event per burst.

#include <deque>
#include <map>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/block/block.h"
#include "hw/block/busy_out.h"
#include "hw/glb/iact_rows.h"
#include "tlm/mem_sockets.h"
#include "tlm/stream_sockets.h"

namespace uvea::hw {

class IactGlb : public LayerBlock, public link::BurstSender, public link::MemResponseHandler {
 public:
  IactGlb(const sc_core::sc_module_name& name, const ChipConfig& config, const link::Clock& clock,
          link::BurstPool& pool, int row, int col, std::uint32_t first_source_id);

  std::vector<std::unique_ptr<link::StreamOut>> out;
  link::MemClient memory;
  BusyOut busy;  ///< rows of the layer are still to be sent

  std::vector<std::string> leftovers() const override;
  Wait waiting_for() const override;

 private:
  struct Row {
    RowWords words;
    bool ready = false;
    int slots_missing = 0;
  };
  struct Slot {
    int n = 0, block = 0, h = 0;
    int tile = 0;     ///< of the output row; 0 when it holds the whole input row
    Columns columns;  ///< to be fetched
    bool arrived = false;
    bool have_head = false;
    std::vector<std::uint8_t> bytes;
    SlotValues values;
    std::vector<RowKey> waiting;  ///< rows that need it
  };
  /// What is fetched and given up together.
  struct Unit {
    std::int64_t id = 0;
    std::map<RowKey, Row> rows;
    std::vector<Slot> slots;
    std::vector<int> reserved;  ///< words per bank
    int ports_done = 0;
    int rows_missing = 0;
  };
  struct Write {
    Unit* unit = nullptr;
    RowKey key;
    std::uint32_t words = 0;
  };
  struct Port {
    std::unique_ptr<sc_core::sc_event> wake;
    link::Cycle free = 0;
    // cursor
    bool finished = true;
    Pass pass;
    int step = 0, chunk = 0;
    std::size_t use = 0;
    std::int64_t step_number = 0;  ///< of the layer
    // burst under way
    link::Payload* offered = nullptr;
    std::deque<Write> writes;
    std::uint32_t written = 0;  ///< words of the front write done
    std::uint64_t serial = 0;
  };
  struct Plan {
    std::vector<RowUse> uses;
    int ports_done = 0;
  };

  void on_accept(unsigned port, link::Payload& payload, link::Cycle ready) override;
  void on_response(link::Payload& payload) override;
  void configure(const LayerCommand& layer, const Schedule& schedule) override;

  bool done() const;
  void run_port(std::size_t b);
  bool try_read(std::size_t b);
  bool try_write(std::size_t b);
  void start_read(std::size_t b, link::Cycle ready);
  void advance(std::size_t b);
  bool seek(std::size_t b);
  /// The pass has more rows than there are row tags.
  bool tags_repeat(const Pass& pass) const { return schedule_.steps(pass) > kTagMask; }
  void wake_others(std::size_t b);
  Plan& plan(const Port& port);
  std::int64_t unit_id(const Pass& pass, std::int64_t step_number) const;
  Unit* find_unit(std::int64_t id);

  void fetch_more();
  bool fetch_unit();
  void request_slot(Unit& unit, std::size_t slot);
  void slot_arrived(Unit& unit, Slot& slot);
  void row_complete(Unit& unit, const RowKey& key);

  link::BurstPool& pool_;
  const std::uint32_t first_source_id_;
  Schedule schedule_;
  IactRows rows_;
  bool resident_ = false, through_ = false;
  int capacity_ = 0;
  bool active_ = false;
  std::vector<Port> ports_;
  std::map<std::int64_t, Plan> plans_;  ///< by step number
  std::vector<std::int64_t> port_pass_;
  // fetch cursor
  std::deque<std::unique_ptr<Unit>> units_;
  std::vector<int> bank_used_;
  bool fetch_finished_ = true;
  Pass fetch_pass_;
  int fetch_step_ = 0;
  std::int64_t fetch_step_number_ = 0;
  std::unique_ptr<Unit> next_unit_;  ///< planned, waiting for room
};

}  // namespace uvea::hw
