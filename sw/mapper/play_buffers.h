#pragma once
// The lists of a play (player.h). They outlive it, so that the next one finds their memory. Inside the
// mapper only.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "sw/mapper/play_pe.h"

namespace uvea::mapper {

/// A row of iacts and the PEs that take it at a step (hw/glb: one burst for each of its chunks).
struct Row {
  bool null = false;
  int n = 0, g = 0, u = 0, h = 0, tile = 0;
  int port = 0;                       ///< cluster of the chain x bank
  std::size_t first_pe = 0, pes = 0;  ///< in the list of PEs
  bool same(const Row& o) const {
    return null == o.null && tile == o.tile &&
           (null || (n == o.n && g == o.g && u == o.u && h == o.h));
  }
};

/// The rows of a step; steps that are alike share them.
struct RowPlan {
  bool known = false;
  std::size_t first_row = 0, rows = 0;  ///< in the list of rows
  std::size_t first_count = 0;          ///< in the counts of rows, by port: those that are not null
};

/// A step to be played.
struct Step {
  int tg = 0, block = 0, tm = 0, p = 0;
  int in_m_block = 0;  ///< place of its M tile there
  std::int64_t te = 0;
  bool unit_begins = false, pass_begins = false, pass_ends = false, epoch_begins = false,
       epoch_ends = false;
  std::size_t plan = 0;
  bool asked = false;          ///< its rows have moments
  std::size_t first_from = 0;  ///< in the list of moments
  Cycle end = 0;
};

/// The port of a bank and the off-chip side behind it (docs/timing.md: iact bank, DMA).
struct IactPort {
  Cycle free = 0;             ///< towards the routers and, for writes, the bank
  Cycle io_free = 0;          ///< from DRAM
  std::vector<Cycle> writes;  ///< arrivals of rows, those before `next_write` are in the bank
  std::size_t next_write = 0;
  std::int64_t written = 0, planned = 0;  ///< rows

  void begin() {
    free = io_free = 0;
    writes.clear();
    next_write = 0;
    written = planned = 0;
  }
  bool more_writes() const { return next_write < writes.size(); }
  /// When the next write would begin.
  Cycle write_begins() const { return free > writes[next_write] ? free : writes[next_write]; }
  void write(std::int64_t words) {
    free = write_begins() + words;
    ++next_write;
    ++written;
  }
};

constexpr Cycle kInUse = -1;

/// Units of rows that a cluster has asked for (hw/glb/iact_fetcher.h).
struct Units {
  std::vector<Cycle> given_up;      ///< of each; kInUse: not yet
  std::vector<std::int64_t> words;  ///< of each, by bank
  std::size_t oldest = 0;           ///< that still counts
  std::size_t oldest_in_use = 0;
  std::vector<std::int64_t> used;  ///< words, by bank
  std::size_t next = 0;            ///< step whose unit is to be asked for
  Cycle asked = 0;

  void begin(std::size_t banks) {
    given_up.clear();
    words.clear();
    oldest = oldest_in_use = next = 0;
    used.assign(banks, 0);
    asked = 0;
  }
};

/// Of a PE column: which share of the splits it is.
struct Place {
  int g, n, e, m;
};

/// What work a chunk is to PEs that are alike.
struct KnownWork {
  const std::uint8_t* tile = nullptr;
  Cycle busy = 0;
  ChunkWork work;
};

struct PlayBuffers {
  std::vector<PlayPe> pes;
  std::vector<Place> places;  ///< by column
  std::vector<Step> steps;
  std::vector<RowPlan> plans;
  std::vector<Row> rows;
  std::vector<std::int64_t> row_counts;
  std::vector<std::pair<std::size_t, int>> uses;  ///< row, PE: of the step being planned
  std::vector<int> row_pes;
  /// By row of a step: in the FIFO from (through), else its number among the writes of its bank.
  std::vector<std::int64_t> from;
  /// By row of the step being played: segments that windows to come still need.
  std::vector<std::uint32_t> left;
  std::vector<Cycle> weight_port;
  std::vector<std::deque<std::pair<Cycle, double>>> weight_tiles;  ///< by row: sent at, bytes
  std::vector<IactPort> ports;
  std::vector<Units> units;
  std::vector<std::int64_t> unit_first;  ///< writes before the unit, by port
  std::vector<Cycle> bank;               ///< psum bank and output lane, free from
  std::vector<Cycle> done;               ///< by PE
  std::vector<char> null, active;        ///< PE row without a reduction index; column at work
  std::vector<int> tile;                 ///< of the output row, by column
  std::vector<Cycle> written;            ///< psums in their bank, by slot and column
  std::vector<KnownWork> known;          ///< the first few are of the chunk being sent
  std::vector<double> ends, rests;       ///< of the steps, then of each level of the nest
};

}  // namespace uvea::mapper
