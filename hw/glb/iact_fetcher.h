#pragma once
// What an iact GLB fetches from DRAM, and when: rows in units, a unit as soon as it has room.
//
// Unit       what is fetched and given up together: the rows of one step, or of a whole block of
//            output rows (resident), or of a round (stream with m_block > 1, and with
//            control.serial_io): its M tiles use them one after another
// Gate       with control.serial_io a unit is asked for in the phase that it is for
// Room       a unit is asked for when its worst case fits each bank beside the units still in use,
//            at most port.iact_units_ahead at a time; what never fits is a fault
// Slots      of a row that is cut into tiles and lies raw in DRAM only the columns of the tile are
//            fetched; of a CSC slot the first port.csc_head_bytes, which say how long it is, then
//            the rest
// Reads      what a unit needs of an aligned block comes with one read, through the port of the
//            bank of the first row that needs it (iact_pieces.h): rows of several banks may lie in
//            a block. Rests of CSC slots are joined where their heads came with one read
// Journey    a row's is that of the slot that came last, a slot's that of the read that came last;
//            a row without slots (padding) is asked and answered when its unit gets room. A CSC
//            slot's two reads count as one that takes the latency of both.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hw/block/io_gate.h"
#include "hw/command/loop_cursor.h"
#include "hw/glb/iact_glb_watch.h"
#include "hw/glb/iact_pieces.h"
#include "hw/glb/iact_rows.h"
#include "tlm/clock.h"
#include "tlm/mem_sockets.h"

namespace uvea::hw {

/// A row in its bank or on the way there.
struct IactRow {
  RowWords words;
  link::Journey way;           ///< up to `answered`
  bool ready = false;          ///< can be sent
  int slots_missing = 0;       ///< on their way from DRAM
  std::size_t first_slot = 0;  ///< the fetcher's note
};

/// Whom the fetcher tells.
class IactFetcherOwner {
 public:
  virtual ~IactFetcherOwner() = default;
  /// A row is here, encoded; it stays where it is until its unit is given up by all ports.
  virtual void on_row(int bank, IactRow& row) = 0;
  /// A unit got room and is being fetched.
  virtual void on_unit() = 0;
  virtual void on_fault(const std::string& what) = 0;
};

class IactFetcher {
 public:
  /// A port to DRAM for each bank.
  using Ports = std::vector<std::unique_ptr<link::MemClient>>;

  IactFetcher(const ChipConfig& config, const link::Clock& clock, const Ports& memory,
              IactFetcherOwner& owner);

  /// Who says when units may be asked for; null: whenever there is room.
  void take_turns(const IoGate* gate) { gate_ = gate; }
  /// Who is told which requests brought a row, or nobody.
  void watch(IactGlbWatch* watch) { watch_ = watch; }
  /// A new layer: nothing is fetched yet, and nothing will be when it is not `active` in it.
  /// `schedule` is kept.
  void begin(const Schedule& schedule, bool active);
  /// Asks for every unit that has room.
  void fetch_more();
  /// The answer to one of its requests.
  void on_response(link::Payload& payload);

  /// The row as a port at this place needs it; null when its unit was not asked for yet.
  IactRow* row(const LoopCursor& at, const RowKey& key);
  /// The unit is not needed behind this step.
  bool unit_ends(const LoopCursor& at) const;
  /// A port needs the unit of this place no more; the last one makes room. False: it was not even
  /// asked for yet, come again.
  bool give_up(const LoopCursor& at);

  /// All rows that passes up to the phase need have come.
  bool has_come(std::int64_t phase) const;
  std::size_t units() const { return units_.size(); }
  /// A unit waits for room, since when.
  bool waits_for_room() const { return next_unit_ != nullptr; }
  link::Cycle waits_since() const { return waits_since_; }
  /// When it last asked or was answered.
  link::Cycle moved() const { return moved_; }

 private:
  struct Slot {
    int n = 0, block = 0, h = 0;
    Columns columns;  ///< to be fetched
    std::size_t port = 0;
    std::uint64_t begin = 0;  ///< address of bytes[0]
    bool have_head = false;
    std::size_t reads_missing = 0;
    std::vector<std::uint8_t> bytes;  ///< asked for
    SlotValues values;
    link::Journey way;
    std::vector<RowKey> waiting;  ///< rows that need it
  };
  struct Unit {
    std::int64_t id = 0;
    std::map<RowKey, IactRow> rows;
    std::vector<Slot> slots;
    std::vector<std::size_t> row_slots;  ///< of each row, from its first_slot on
    std::vector<IactRead> reads;
    std::vector<int> reserved;  ///< words per bank
    int ports_done = 0;
    int rows_missing = 0;
  };

  std::int64_t unit_id(const Pass& pass, std::int64_t step) const;
  std::int64_t unit_id(const LoopCursor& at) const { return unit_id(at.pass(), at.steps_done()); }
  Unit* find_unit(std::int64_t id);
  bool fetch_unit();
  bool plan_unit();
  void collect(Unit& unit, const Pass& pass, int step);
  bool has_room(const Unit& unit);
  void list_slots(Unit& unit);
  IactPiece first_piece(const Slot& slot, std::size_t index) const;
  void request(Unit& unit, const std::vector<IactPiece>& pieces);
  void slot_arrived(Unit& unit, Slot& slot);
  void row_complete(Unit& unit, const RowKey& key);
  void tell_given_up(const Unit& unit);
  /// The tile that a row's slots are fetched for.
  int slot_tile(const RowKey& key) const { return by_tile_ ? key.tile : 0; }

  const ChipConfig& config_;
  const link::Clock& clock_;
  const Ports& memory_;
  IactFetcherOwner& owner_;
  Schedule schedule_;
  IactRows rows_;
  const IoGate* gate_ = nullptr;
  enum class UnitOf { step, round, block };
  UnitOf unit_of_ = UnitOf::step;
  bool csc_ = false, by_tile_ = false;
  int capacity_ = 0;  ///< words per bank
  LoopCursor cursor_;
  std::deque<std::unique_ptr<Unit>> units_;
  std::unique_ptr<Unit> next_unit_;  ///< planned, waiting for room
  std::vector<int> bank_used_;       ///< words
  link::Cycle waits_since_ = 0, moved_ = 0;
  IactGlbWatch* watch_ = nullptr;
};

}  // namespace uvea::hw
